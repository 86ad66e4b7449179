import hashlib
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, urls

TOKEN_HOURS = 24
KEPT_DAYS = 30
MAX_LENGTHS = {"name": 100, "email": 254, "phone": 40, "service_number": 40}
MIN_PASSWORD = 8
MAX_PASSWORD = 128
# Within an hour. Many subscribers share one address (CGNAT), often ours.
PER_EMAIL, PER_ADDRESS, IN_TOTAL = 3, 20, 300


class IspPortalSignup(models.Model):
    """Somebody who wants a portal account and has not proved his e-mail address yet.

    The account is made with the password that he chooses behind the link in our
    mail: before that nothing of it exists. What he is told in the browser never
    depends on whether an account, or a service, is there.
    """

    _name = "isp.portal.signup"
    _description = "Portal Sign-Up"
    _inherit = ["isp.notice.mixin"]
    _proves_address = True
    _rec_name = "email"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    email = fields.Char(required=True, readonly=True)
    phone = fields.Char(required=True, readonly=True)
    service_number = fields.Char(readonly=True)
    lang = fields.Char("Language", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda s: s.env.company
    )
    token_hash = fields.Char(readonly=True, index="btree_not_null", groups=".")
    user_id = fields.Many2one("res.users", "Account", readonly=True, ondelete="cascade")

    @api.model
    def _get_problems(self, vals):
        """Return {field: what is wrong with it} of what was typed."""
        problems = {
            name: self.env._("This is too long.")
            for name, length in MAX_LENGTHS.items()
            if len(vals[name]) > length
        }
        if not vals["name"]:
            problems["name"] = self.env._("Please write your name.")
        if not email_normalize(vals["email"]):
            problems["email"] = self.env._(
                "Please write your e-mail address, like name@example.com."
            )
        if not self._format_phone(vals["phone"]):
            problems["phone"] = self.env._(
                "Please write your phone number, like 0812 3456 7890."
            )
        return problems

    @api.model
    def _format_phone(self, number):
        country = self.env.company.country_id
        return number and self.env["res.partner"]._phone_format(
            number=number, country=country, force_format="INTERNATIONAL"
        )

    @api.model
    def _submit(self, vals, address):
        """Keep a sign-up, and have the mail for it sent by a job.

        :param vals: dict of str `name`, `email`, `phone`, `service_number`
        :param address: IP address of the visitor, str
        :return: whether it was taken; False: too many came lately
        :raises UserError: see `_get_problems`
        """
        signups = self.sudo()
        if problems := signups._get_problems(vals):
            raise UserError("\n".join(problems.values()))
        email = email_normalize(vals["email"])
        throttle = self.env["isp.throttle"]
        within = [
            throttle._hit("signup_address", address, PER_ADDRESS),
            throttle._hit("signup_email", email, PER_EMAIL),
            throttle._hit("signup_total", "", IN_TOTAL),
        ]
        if not all(within):
            return False
        signup = signups.create(
            {
                "name": vals["name"],
                "email": email,
                "phone": signups._format_phone(vals["phone"]),
                "service_number": vals["service_number"],
                "lang": self.env.lang,
            }
        )
        signup.with_delay(description=self.env._("Portal sign-up"))._send()
        return True

    def _send(self):
        """Mail the link to choose a password. Who has an account already is told so."""
        self.ensure_one()
        name, context = "signup_known", {}
        if not self._find_users():
            token = secrets.token_urlsafe(32)
            self.token_hash = self._hash(token)
            link = f"/web/signup/confirm?token={token}"
            name = "signup_confirm"
            context = {"isp_link": urls.urljoin(self.get_base_url(), link)}
        self._notify_subscriber(name, **context)

    def _get_notice_email(self):
        return self.email

    def _find_users(self):
        """Return the users (res.users) who log in with this address, or have it."""
        users = self.env["res.users"].with_context(active_test=False)
        return users.search(
            ["|", ("login", "=", self.email), ("email_normalized", "=", self.email)]
        )

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _find(self, token):
        """Return the sign-up in sudo whose link has this token, unless it is used or
        too old."""
        oldest = fields.Datetime.subtract(fields.Datetime.now(), hours=TOKEN_HOURS)
        return self.sudo().search(
            [
                ("token_hash", "=", self._hash(token)),
                ("user_id", "=", False),
                ("create_date", ">", oldest),
            ]
        )

    @api.model
    def _get_password_problem(self, password, again):
        if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
            return self.env._(
                "Choose a password of at least %(length)s characters.",
                length=MIN_PASSWORD,
            )
        if password != again:
            return self.env._("The two passwords are not the same.")
        return None

    def _create_account(self, password):
        """Make the portal user (res.users); clicked twice at once, it is made once.

        :raises SignupError: when the e-mail address got an account meanwhile, or the
            password is refused
        """
        self.ensure_one()
        user = self.env["res.users"]._signup_create_user(
            {
                "login": self.email,
                "email": self.email,
                "name": self.name,
                "password": password,
                "phone": self.phone,
                "lang": self.lang,
                "company_id": self.company_id.id,
                "company_ids": [(6, 0, self.company_id.ids)],
            }
        )
        self.user_id = user
        return user

    def _claim_service(self):
        """Give the new account the service that was named, when its address on file
        is the one that was just proved; else send a code there.

        :return: the claim (isp.portal.claim) that waits for its code, or none
        """
        self.ensure_one()
        claims = self.env["isp.portal.claim"].sudo()
        if not self.service_number:
            return claims
        service = claims._find_service(self.service_number, self.email, self.company_id)
        if service:
            claims._join(self.user_id, service)
            return claims
        return claims._open(self.user_id, self.service_number, self.phone)

    @api.autovacuum
    def _gc_signups(self):
        oldest = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search([("create_date", "<", oldest)], limit=10_000).unlink()
