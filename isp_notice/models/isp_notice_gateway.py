import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.isp_base.secret_field import Secret

from ..gateways import GATEWAYS, GatewayError

OF_MANAGERS = "isp_base.isp_base_group_manager"
PROBED = 20  # last messages whose failures are counted
LEAST = 5  # failures that stop a number
WARM_UP = 20  # messages of the first day of a new number


class IspNoticeGateway(models.Model):
    """A number that messages to phones leave from, and how it stays alive."""

    _name = "isp.notice.gateway"
    _description = "Number for Messages"
    _inherit = [
        "isp.secret.mixin",
        "isp.notice.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "sequence, id"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    provider = fields.Selection(
        [
            ("meta", "WhatsApp Cloud API (Meta)"),
            ("waha", "WAHA"),
            ("fonnte", "Fonnte"),
            ("wablas", "Wablas"),
        ],
        required=True,
        tracking=True,
    )
    number = fields.Char(
        help="The phone number that subscribers see, such as +62 811-1234-567."
    )
    url = fields.Char(
        "Address of the API",
        help="Where your WAHA or your Wablas server answers. Empty: the provider's.",
    )
    account = fields.Char(
        help="Meta: the phone number's id. WAHA: the session. Else empty.",
    )
    business = fields.Char("Business Account", help="Meta: the WhatsApp business id.")
    token = Secret(groups=OF_MANAGERS)
    secret = Secret(
        "Secret of the Web Hook",
        groups=OF_MANAGERS,
        help="By which the provider signs what it tells: Meta's app secret, WAHA's "
        "HMAC key, Wablas' secret key.",
    )
    hook_key = fields.Char(
        readonly=True,
        copy=False,
        groups=OF_MANAGERS,
        default=lambda self: secrets.token_urlsafe(24),
    )
    hook_url = fields.Char("Web Hook", compute="_compute_hook_url", groups=OF_MANAGERS)

    state = fields.Selection(
        [("paused", "Paused"), ("active", "Sending"), ("stopped", "Stopped")],
        readonly=True,
        required=True,
        default="paused",
        copy=False,
        tracking=True,
    )
    state_reason = fields.Char("Why", readonly=True, copy=False, tracking=True)
    blocked_until = fields.Datetime("Waits Until", readonly=True, copy=False)
    date_resumed = fields.Datetime("Resumed On", readonly=True, copy=False)
    date_begun = fields.Date("Sending Since", readonly=True, copy=False)
    is_new_number = fields.Boolean(
        "Warm It Up",
        default=True,
        help="A new number sends 20 messages on its first day, 20 more on each next "
        "one, until its limit: who sends more is taken for a spammer.",
    )
    day_limit = fields.Integer("Messages a Day", default=1000, help="0: no limit.")
    per_minute = fields.Integer(
        "Messages a Minute",
        default=20,
        help="The time between two varies by a third. 0: as fast as it goes.",
    )
    parallel = fields.Integer(
        "At the Same Time",
        default=1,
        help="So many messages are on the wire at once, and may be uncertain after the "
        "server was killed. More than 1 is for Meta.",
    )
    failure_percent = fields.Integer(
        "Failures That Stop It (%)",
        default=30,
        help="Of the last 20 messages.",
    )
    day_count = fields.Integer("Today", compute="_compute_health")
    today_limit = fields.Integer("Today's Limit", compute="_compute_health")
    waiting_count = fields.Integer("Waiting", compute="_compute_health")
    failure_share = fields.Integer("Failed (%)", compute="_compute_health")

    _limits = models.Constraint(
        "CHECK (day_limit >= 0 AND per_minute >= 0 AND parallel BETWEEN 1 AND 64 "
        "AND failure_percent BETWEEN 1 AND 100)",
        "Limits are no negative numbers; 1 to 64 messages are sent at the same time.",
    )

    @api.depends("hook_key")
    def _compute_hook_url(self):
        for gateway in self:
            url = gateway.get_base_url()
            path = f"/isp/notice/hook/{gateway._origin.id}/{gateway.hook_key}"
            gateway.hook_url = gateway._origin and url + path

    def _compute_health(self):
        messages = self.env["isp.notice.message"].sudo()
        waiting = dict(
            messages._read_group(
                [("gateway_id", "in", self.ids), ("state", "=", "waiting")],
                ["gateway_id"],
                ["__count"],
            )
        )
        for gateway in self:
            gateway.day_count = gateway._count_today()
            gateway.today_limit = gateway._get_today_limit()
            gateway.waiting_count = waiting.get(gateway, 0)
            failed, count = gateway._count_failures()
            gateway.failure_share = 100 * failed // count if count else 0

    # Which number

    @api.model
    def _choose(self, company, partner):
        """Return the number (in sudo) that writes to a subscriber: always the same one
        while it works, so that he knows it; none where there is none."""
        return self._get_pools(company)[company]._choose_for(partner)

    @api.model
    def _get_pools(self, companies):
        """Return {company: its numbers (in sudo) that write to subscribers now}."""
        ours = self.sudo().search([("company_id", "in", companies.ids)])
        pools = {}
        for company in companies:
            own = ours.filtered(lambda g, company=company: g.company_id == company)
            sending = own.filtered(lambda g: g.state == "active")
            pools[company] = sending or own.filtered(lambda g: g.state == "paused")
        return pools

    def _choose_for(self, partner):
        """Return that of these numbers which writes to a subscriber."""
        return self[partner.id % len(self)] if self else self

    # How it does

    def _count_today(self):
        self.ensure_one()
        midnight = self.company_id._get_isp_moment(self.company_id._get_isp_today())
        return (
            self.env["isp.notice.message"]
            .sudo()
            .search_count([("gateway_id", "=", self.id), ("date_sent", ">=", midnight)])
        )

    def _get_today_limit(self):
        """Return how many messages leave today at most; 0: any number."""
        self.ensure_one()
        if not self.is_new_number:
            return self.day_limit
        today = self.company_id._get_isp_today()
        days = (today - (self.date_begun or today)).days
        warm = WARM_UP * (days + 1)
        return min(warm, self.day_limit) if self.day_limit else warm

    def _count_failures(self):
        """Return (failed, all) of the last messages since it was resumed."""
        self.ensure_one()
        last = (
            self.env["isp.notice.message"]
            .sudo()
            .search(
                [
                    ("gateway_id", "=", self.id),
                    ("date_sent", ">=", self.date_resumed or "1970-01-01"),
                    ("state", "in", ("sent", "delivered", "read", "failed")),
                ],
                order="date_sent desc, id desc",
                limit=PROBED,
            )
        )
        return len(last.filtered(lambda m: m.state == "failed")), len(last)

    def _watch(self):
        """Stop a number that begins to fail, before its provider does."""
        failed, count = self._count_failures()
        if failed >= LEAST and 100 * failed >= self.failure_percent * count:
            self._stop(
                self.env._(
                    "%(failed)d of the last %(count)d messages failed.",
                    failed=failed,
                    count=count,
                )
            )

    def _stop(self, reason):
        self.ensure_one()
        self.write({"state": "stopped", "state_reason": reason})
        self._ask_person(
            "mail.mail_activity_data_warning",
            "office",
            self.env._("No message leaves from it until it is resumed: %s", reason),
            summary=self.env._("A number for messages was stopped"),
        )
        self._hand_over()

    def _hand_over(self):
        """Give what waits to the other numbers of the company that send."""
        messages = self.env["isp.notice.message"].sudo()
        waiting = messages.search(
            [("gateway_id", "=", self.id), ("state", "=", "waiting")]
        )
        pools = self._get_pools(waiting.company_id)
        for message in waiting:
            other = pools[message.company_id]._choose_for(message.partner_id)
            if other.state == "active":
                message.gateway_id = other
        waiting._enqueue()

    # Buttons of managers

    def action_resume(self):
        self.check_access("write")
        for gateway in self.sudo():
            gateway._check_settings()
            gateway.write(
                {
                    "state": "active",
                    "state_reason": False,
                    "blocked_until": False,
                    "date_resumed": fields.Datetime.now(),
                    # A copy of the database has forgotten it.
                    "hook_key": gateway.hook_key or secrets.token_urlsafe(24),
                    "date_begun": gateway.date_begun
                    or gateway.company_id._get_isp_today(),
                }
            )
            gateway._close_question("mail.mail_activity_data_warning")
            gateway._enqueue_sending()

    def action_pause(self):
        self.check_access("write")
        self.sudo().write(
            {
                "state": "paused",
                "state_reason": self.env._("Paused by %s", self.env.user.name),
            }
        )

    def action_view_messages(self):
        self.ensure_one()
        self.check_access("read")
        self.env["isp.notice.message"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_notice.isp_notice_message_action"
        )
        return {**action, "domain": [("gateway_id", "=", self.id)], "context": {}}

    # What talks to the provider

    @api.model
    def _get_gateway_classes(self) -> dict[str, type]:
        """Return {provider: class of gateways.Gateway} of what sends; an addon with a
        further provider adds it by super()."""
        return GATEWAYS

    def _get_gateway(self):
        """Return what sends by this number, a gateways.Gateway."""
        self.ensure_one()
        return self._get_gateway_classes()[self.provider](self._get_settings())

    def _get_settings(self):
        self.ensure_one()
        return {
            "url": self.url or "",
            "token": self._isp_get_secret("token"),
            "secret": self._isp_get_secret("secret"),
            "account": self.account or "",
            "business": self.business or "",
            "verify_token": self.hook_key or "",
        }

    def _check_settings(self):
        """:raises UserError: when something is missing that the provider needs"""
        self.ensure_one()
        with self._get_gateway() as gateway:
            missing = gateway.find_missing()
        if missing:
            labels = [self._fields[n]._description_string(self.env) for n in missing]
            raise UserError(
                self.env._(
                    "%(number)s: fill in %(fields)s first.",
                    number=self.name,
                    fields=", ".join(labels),
                )
            )

    def action_check(self):
        """Ask the provider whether token and number work; nothing is sent."""
        self.ensure_one()
        self.check_access("write")
        self._check_settings()
        try:
            with self._get_gateway() as gateway:
                health = gateway.check()
                self.sudo()._read_templates(gateway, anew=True)
        except GatewayError as error:
            raise UserError(
                self.env._("The provider refuses, or does not answer: %s", error)
            ) from error
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if health.works else "danger",
                "message": self.env._(
                    "%(name)s: the provider says “%(state)s”.",
                    name=self.name,
                    state=" ".join(filter(None, [health.state, health.detail])),
                ),
            },
        }
