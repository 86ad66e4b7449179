import secrets

from odoo import api, fields, models
from odoo.tools import consteq, email_normalize
from odoo.tools import hmac as sign

CODE_MINUTES = 15
MAX_ATTEMPTS = 5
KEPT_DAYS = 30
MAX_LENGTH = 254
# Within a day: claims of an account, codes of others to a subscriber, and in all
PER_USER, PER_SERVICE, IN_TOTAL = 5, 5, 500
DAY = 24 * 3600


class IspPortalClaim(models.Model):
    """The owner of a portal account says that a service is his.

    He names its number and the e-mail address or phone of its subscriber. A code is
    sent to the e-mail address on file; the account is joined when he types it. A job
    compares and sends, so what the browser is told, and how long that takes, is the
    same whether the service exists or not.
    """

    _name = "isp.portal.claim"
    _description = "Claim of a Service"
    _inherit = ["isp.notice.mixin"]
    _proves_address = True
    _rec_name = "service_number"
    _order = "id desc"

    user_id = fields.Many2one(
        "res.users", "Account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="user_id.company_id", store=True)
    service_number = fields.Char(required=True, readonly=True)
    contact = fields.Char("E-mail or Phone", required=True, readonly=True)
    service_id = fields.Many2one("isp.service", readonly=True, ondelete="cascade")
    code_hash = fields.Char(readonly=True, groups=".")
    attempts = fields.Integer(readonly=True)
    date_done = fields.Datetime("Done On", readonly=True)

    @api.model
    def _open(self, user, number, contact):
        """Return a new claim in sudo, whose code is under way if it is right; none
        when the account has asked for too many lately."""
        claims = self.sudo()
        number = self._clean_number(number)
        throttle = self.env["isp.throttle"]
        if not throttle._hit("claim_user", str(user.id), PER_USER, DAY):
            return claims
        claim = claims.create(
            {"user_id": user.id, "service_number": number, "contact": contact}
        )
        claim.with_delay(description=self.env._("Code for a service"))._send_code()
        return claim

    @api.model
    def _clean_number(self, number):
        return "".join(number.split()).upper()[:MAX_LENGTH]

    @api.model
    def _find_service(self, number, contact, company):
        """Return the service with this number whose subscriber is known by this
        e-mail address or phone, or none."""
        service = self.env["isp.service"].search(
            [
                ("name", "=", self._clean_number(number)),
                ("company_id", "=", company.id),
                ("state", "!=", "cancelled"),
            ]
        )
        partner = service.partner_id
        email = email_normalize(contact)
        phone = partner._phone_format(number=contact, country=company.country_id)
        known = (email and partner.email_normalized == email) or (
            phone and partner.phone_sanitized == phone
        )
        return service if known else service.browse()

    def _send_code(self):
        """Send the code to the address on file, if the claim is right."""
        self.ensure_one()
        service = self._find_service(self.service_number, self.contact, self.company_id)
        if not service.partner_id.email_normalized or not self._may_send(service):
            return
        code = f"{secrets.randbelow(10**6):06d}"
        self.write({"service_id": service.id, "code_hash": self._hash(code)})
        self._notify_subscriber("claim_code", isp_code=code)

    def _may_send(self, service):
        """Count one more code to a subscriber; whether it may still be sent today.

        Only claims that are right count, so that whoever knows a number alone blocks
        nobody. The owner, whose account has the address on file, is never blocked.
        """
        if (
            self.user_id.partner_id.email_normalized
            == service.partner_id.email_normalized
        ):
            return True
        throttle = self.env["isp.throttle"].sudo()
        within = [
            throttle._hit("claim_service", str(service.id), PER_SERVICE, DAY),
            throttle._hit("claim_total", "", IN_TOTAL, DAY),
        ]
        return all(within)

    def _get_notice_email(self):
        return self.service_id.partner_id.email

    def _hash(self, code):
        return sign(self.sudo().env, "isp_portal_claim", (self.id, code))

    @api.model
    def _find_open(self, user):
        """Return the last claim (in sudo) of a user that still takes a code."""
        oldest = fields.Datetime.subtract(fields.Datetime.now(), minutes=CODE_MINUTES)
        claim = self.sudo().search(
            [("user_id", "=", user.id), ("create_date", ">", oldest)], limit=1
        )
        return claim.filtered(lambda c: not c.date_done and c.attempts < MAX_ATTEMPTS)

    def _take_code(self, code):
        """Count one attempt; return whether it is the code that was sent."""
        self.ensure_one()
        self.attempts += 1
        right = bool(self.code_hash) and consteq(self.code_hash, self._hash(code))
        if right:
            self.date_done = fields.Datetime.now()
        return right

    # Joining an account and a subscriber

    @api.model
    def _join(self, user, service):
        """Make a portal account that of the subscriber of a service.

        It becomes a contact of a company; a person's account becomes his own, unless
        he uses one already: an invitation that he never followed is given up. An
        account that has services or invoices of its own is joined by the office.

        :return: "joined", "taken" (he has another account) or "office"
        """
        user, service = user.sudo(), service.sudo()
        mine, his = user.partner_id, service.partner_id
        if mine.commercial_partner_id == his.commercial_partner_id:
            return "joined"
        if his != his.commercial_partner_id or not self._is_bare(mine):
            self._ask_office(user, service)
            return "office"
        if his.is_company:
            mine.parent_id = his
        elif his.user_ids.filtered("login_date"):
            return "taken"
        else:
            self._take_over(user, his)
        service._message_log(
            body=self.env._(
                "Joined to the portal account %(login)s, whose owner proved that the "
                "e-mail address on file is his.",
                login=user.login,
            )
        )
        return "joined"

    @api.model
    def _is_bare(self, partner):
        """Whether nothing but its account hangs on a partner."""
        return (
            not partner.parent_id
            and len(partner.with_context(active_test=False).user_ids) == 1
            and not partner._isp_is_in_use()
        )

    @api.model
    def _take_over(self, user, partner) -> None:
        """The account changes to the subscriber.

        Hook: an addon whose records may hang on the card that the account had until
        now moves them to the subscriber by super().

        :param user: res.users in sudo, of the account
        :param partner: res.partner in sudo, the subscriber
        """
        made = user.partner_id
        partner.user_ids.active = False
        user.partner_id = partner
        made.active = False

    @api.model
    def _ask_office(self, user, service):
        service._ask_person(
            "mail.mail_activity_data_todo",
            self._get_office_role(),
            self.env._(
                "The owner of the portal account %(login)s proved that the e-mail "
                "address of this service is his. Join the two by hand: the account "
                "belongs to another subscriber, or the service to a company's contact.",
                login=user.login,
            ),
            summary=self.env._("Join a portal account"),
        )

    @api.model
    def _get_office_role(self) -> str:
        """Hook: return the role of `res.company._get_isp_roles` whose person joins by
        hand what is not joined by itself."""
        return "office"

    @api.model
    def _mask(self, email):
        """Return s***@… of an address: enough to recognise one's own."""
        return f"{(email or '')[:1]}***@…"

    @api.autovacuum
    def _gc_claims(self):
        oldest = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search([("create_date", "<", oldest)], limit=10_000).unlink()
