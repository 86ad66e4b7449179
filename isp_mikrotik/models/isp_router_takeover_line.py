import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.isp_base.secret_field import Secret
from odoo.addons.isp_base.usernames import fold
from odoo.addons.isp_network.const import SECRET_GROUPS

from ..routeros.desired import parse_comment
from ..routeros.normalise import normalise
from ..routeros.takeover import SUBSCRIBER_KINDS, is_hidden, parse_contact, parse_speeds
from ..routeros.transport import NOT_UTF8

CORRECTED = frozenset(
    {
        "contact_name",
        "is_read_right",
        "is_somebody_else",
        "leave_out",
        "partner_id",
        "phone",
        "plan_id",
    }
)


class IspRouterTakeoverLine(models.Model):
    """A secret of a router: who it is, what keeps it from being taken over."""

    _name = "isp.router.takeover.line"
    _description = "Secret of a Takeover"
    _inherit = ["isp.batch.line.mixin", "isp.secret.mixin"]
    _order = "takeover_id, id"
    _rec_name = "username"
    _isp_is_worksheet = True

    takeover_id = fields.Many2one(
        "isp.router.takeover", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="takeover_id.company_id")
    username = fields.Char("User Name", readonly=True)
    password = Secret(
        groups=SECRET_GROUPS, readonly=True, help="Kept until it is taken over."
    )
    is_hidden = fields.Boolean("Password Hidden", readonly=True)
    not_utf8 = fields.Char(
        "Not UTF-8",
        readonly=True,
        help="Fields whose bytes are not; read as the code page of Windows, which "
        "Winbox writes.",
    )
    is_read_right = fields.Boolean(
        "Read Right", help="What is not UTF-8 was read right: take it over so."
    )
    kind = fields.Char(
        "Service",
        readonly=True,
        help="What the secret lets in by. Tunnels are left out by themselves.",
    )
    profile = fields.Char(readonly=True)
    queue_rate = fields.Char("Rate of Its Queue", readonly=True)
    address = fields.Char("Fixed Address", readonly=True)
    routes = fields.Char("Routed Networks", readonly=True)
    caller_id = fields.Char("MAC", readonly=True)
    disabled = fields.Boolean(readonly=True, help="It is isolated then.")
    comment = fields.Char(readonly=True)
    contact_name = fields.Char("Name")
    phone = fields.Char()
    plan_id = fields.Many2one(
        "product.template",
        domain="[('is_internet_plan', '=', True),"
        " ('company_id', 'in', [False, company_id])]",
        help="Empty: the plan of its profile.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Known Subscriber", help="Whose service this becomes."
    )
    is_somebody_else = fields.Boolean(
        "Shares the Phone",
        help="Is another person than the subscriber who has this phone number.",
    )
    leave_out = fields.Boolean()
    state = fields.Selection(
        [
            ("ok", "Ready"),
            ("error", "To correct"),
            ("skipped", "Exists already"),
            ("left", "Left out"),
            ("waiting", "Waits"),
            ("done", "Taken over"),
        ],
        "Status",
        required=True,
        default="ok",
        readonly=True,
    )
    _batch_idx = models.Index("(takeover_id, state, batch)")

    @api.model
    def _prepare_vals(self, row, rates, office=()):
        """Return the vals of a secret.

        :param row: {field: str} as the router shows it
        :param rates: {user name or address: rate limit} of the simple queues
        :param office: user names that a person said are the office's
        """
        comment, address = row.get("comment", ""), row.get("remote-address", "")
        name, phone = ("", "") if parse_comment(comment) else parse_contact(comment)
        if address[:1].isalpha():
            address = ""  # the name of a pool
        username, password = row.get("name", ""), row.get("password")
        kind = row.get("service", "any")
        return {
            "username": username,
            "password": "" if is_hidden(password) else password,
            "is_hidden": is_hidden(password),
            "kind": kind,
            "not_utf8": row.get(NOT_UTF8, ""),
            "leave_out": kind not in SUBSCRIBER_KINDS or username in office,
            "profile": row.get("profile", ""),
            "queue_rate": rates.get(address or username) or rates.get(username, ""),
            "address": address,
            "routes": normalise("routes", row.get("routes", "")),
            "caller_id": row.get("caller-id", ""),
            "disabled": row.get("disabled") == "true",
            "comment": comment,
            "contact_name": name or username,
            "phone": phone,
        }

    def write(self, vals):
        """What a person corrects is judged at once."""
        result = super().write(vals)
        if CORRECTED & vals.keys() and not self.env.context.get("isp_judging"):
            self.filtered(lambda line: line.state not in ("waiting", "done"))._check()
        return result

    # Judging

    def _check(self):
        """Say of each secret what it is, or everything that keeps it from being taken
        over."""
        takeover = self.takeover_id
        plans = {row.name: row.plan_id for row in takeover.profile_ids}
        existing, by_phone = self._get_existing(), self._get_partners()
        by_speed = self._get_plans_by_speed()
        passwords = self._isp_get_secrets("password")
        office = takeover.router_id._get_office_names()
        for line in self:
            service = existing.get(line)
            vals = {"service_id": service and service.id, "state": "ok", "message": ""}
            if line.leave_out:
                vals["state"] = "left"
                if line.username in office:
                    vals["message"] = self.env._("Belongs to the office.")
            elif service and line._is_elsewhere(service):
                vals |= {
                    "service_id": False,
                    "state": "error",
                    "message": self.env._(
                        "A subscriber of another POP has this user name. Rename the "
                        "secret, or move that subscriber to this POP first."
                    ),
                }
            elif service:
                vals["state"] = "skipped"
                vals["message"] = service.display_name
            else:
                namesake = by_phone.get(line)
                partner = line.partner_id or (
                    namesake if line._has_name_of(namesake) else None
                )
                plan = line.plan_id or plans.get(line.profile)
                plan = plan or by_speed.get(line.queue_rate)
                password = passwords.get(line.id, "")
                problems = line._get_problems(plan, partner, password)
                if not partner and namesake and not line.is_somebody_else:
                    problems.append(line._get_phone_problem(namesake))
                vals |= {
                    "partner_id": partner and partner.id,
                    "plan_id": plan and plan.id,
                    "state": "error" if problems else "ok",
                    "message": "\n".join(problems + line._get_remarks(partner)),
                }
            line._note_judged(vals)

    def _is_elsewhere(self, service):
        """Whether the service of this user name is kept at another place: it may be
        of somebody else, two routers know nothing of each other's names."""
        router = self.takeover_id.router_id
        if service.name == parse_comment(self.comment):
            return False
        if service.api_router_id:
            return service.api_router_id != router
        return bool(service.pop_id) and service.pop_id != router.pop_id

    def _note_judged(self, vals):
        """Write what is not so already: of thousands judged again few have changed."""
        before = self._convert_to_write({name: self[name] for name in vals})
        if any((before[name] or False) != (vals[name] or False) for name in vals):
            self.with_context(isp_judging=True).write(vals)

    def _get_problems(self, plan, partner, password):
        """Return in words (list of str) why this is not taken over."""
        self.ensure_one()
        services = self.env["isp.service"]
        line = self.sudo()
        problems = []
        checks = [
            (services._check_username_format, line.username),
            (services._check_kept_password, password),
        ]
        if not partner:
            checks.append((services._format_phone, line.phone))
        for check, value in checks:
            if not value:
                continue
            try:
                check(value)
            except UserError as error:
                problems.append(str(error))
        if not password:
            problems.append(line._get_password_problem())
        if line.not_utf8 and ("name" in line._get_others() or not line.is_read_right):
            problems.append(line._get_spelling_problem())
        if not partner and not line.contact_name:
            problems.append(self.env._("Write the name."))
        if not plan:
            problems.append(self.env._("Choose the plan, here or of its profile."))
        return problems

    def _has_name_of(self, partner):
        """Whether the secret names this subscriber, or nobody: one of the words of
        both names is the same."""
        if not partner or self.is_somebody_else or self.contact_name == self.username:
            return bool(partner) and not self.is_somebody_else
        words = [
            set(re.findall(r"\w{3,}", (name or "").casefold()))
            for name in (self.contact_name, partner.name)
        ]
        return bool(words[0] & words[1])

    def _get_phone_problem(self, partner):
        return self.env._(
            "%(phone)s is the number of %(name)s. Choose “Known Subscriber” if this is "
            "another line of that subscriber, “Shares the Phone” if it is another "
            "person.",
            phone=self.phone,
            name=partner.name,
        )

    def _get_others(self):
        return (self.not_utf8 or "").split(",")

    def _get_spelling_problem(self):
        if "name" in self._get_others():
            return self.env._(
                "Its name has signs that are not UTF-8, by which it cannot be found "
                "again: write it anew on the router, and on the device."
            )
        return self.env._(
            "%(fields)s: signs that are not UTF-8 were read as Windows writes them. "
            "Tick “Read Right” if they are, or write them anew on the router.",
            fields=self.not_utf8,
        )

    def _get_password_problem(self):
        if self.is_hidden:
            return self.env._(
                "Its password cannot be read: give our user the right “sensitive”."
            )
        return self.env._(
            "It has no password: give it one on the router and read again, or leave "
            "it out."
        )

    def _get_remarks(self, partner):
        """Return in words (list of str) what is worth knowing of one that is taken."""
        remarks = []
        if not partner and not self.phone:
            remarks.append(self.env._("No phone number yet: it can come later."))
        return remarks

    def _get_existing(self):
        """Return {line: the service of its user name, or that its comment names}."""
        services = self.env["isp.service"].sudo().with_context(active_test=False)
        by_name = services._find_by_username(self.mapped("username"))
        by_name = by_name.grouped("username_key")
        numbers = {line: parse_comment(line.comment) for line in self}
        by_number = services.search(
            [
                ("company_id", "=", self.takeover_id.company_id.id),
                ("name", "in", [number for number in numbers.values() if number]),
            ]
        ).grouped("name")
        existing = {}
        for line in self:
            service = by_name.get(fold(line.username))
            service = service or by_number.get(numbers[line])
            if service:
                existing[line] = service
        return existing

    def _get_partners(self):
        """Return {line: the one subscriber whose phone it has}."""
        services = self.env["isp.service"]
        phones = {}
        for line in self.filtered("phone"):
            number = services._phone_format(
                number=line.phone, country=line.company_id.country_id
            )
            if number:
                phones.setdefault(number, []).append(line)
        company = self.takeover_id.company_id
        partners = (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("phone_sanitized", "in", list(phones)),
                    ("company_id", "in", [False, company.id]),
                ]
            )
        )
        found = {}
        for number, people in partners.grouped("phone_sanitized").items():
            if len(people) == 1:
                found |= dict.fromkeys(phones[number], people)
        return found

    def _get_plans_by_speed(self):
        """Return {rate of a queue: the only plan of these speeds}."""
        plans = self.takeover_id.profile_ids._get_plans()
        by_speed = plans.grouped(lambda p: (p.isp_upload_mbps, p.isp_download_mbps))
        found = {}
        for rate in {rate for rate in self.mapped("queue_rate") if rate}:
            speeds = parse_speeds(rate)
            alike = by_speed.get(speeds and speeds[:2])
            if alike and len(alike) == 1:
                found[rate] = alike
        return found

    # Taking over

    def _import(self):
        existing = self._get_existing()
        for line, service in existing.items():
            line.write({"state": "skipped", "service_id": service.id})
        fresh = self.filtered(lambda line: line not in existing)
        company = self.takeover_id.company_id
        passwords = fresh._isp_get_secrets("password")
        services = (
            self.env["isp.service"]
            .with_company(company)
            ._create_taken_over(
                [line._prepare_service_vals(passwords[line.id]) for line in fresh]
            )
        )
        services._refresh_access()
        for line, service in zip(fresh, services, strict=True):
            line.write({"state": "done", "service_id": service.id})
        fresh.password = False
        isolated = fresh.filtered("disabled").service_id
        if isolated:
            isolated.sudo()._suspend(
                "manual", note=self.env._("The secret on the router was disabled.")
            )
        services._message_log_batch(
            bodies={
                service.id: self.env._(
                    "Taken over from the router %(router)s.",
                    router=self.takeover_id.router_id.name,
                )
                for service in services
            }
        )

    def _prepare_service_vals(self, password):
        self.ensure_one()
        takeover = self.takeover_id
        router = takeover.router_id
        vals = {
            "company_id": router.company_id.id,
            "username": self.username,
            "password": password,
            "plan_id": self.plan_id.id,
            "pop_id": router.pop_id.id,
            "category_id": takeover.category_id.id,
            "area_id": takeover.area_id.id,
            "static_address": self.address,
            "routed_networks": self.routes,
            "caller_id": self.caller_id,
            "note": self.comment,
        }
        if self.partner_id:
            return {**vals, "partner_id": self.partner_id.id}
        return {**vals, "contact_name": self.contact_name, "phone": self.phone}
