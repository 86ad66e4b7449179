from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

CRITERIA = ("area_ids", "pop_ids", "plan_ids", "place", "audience", "service_ids")
LONGEST_TEXT = 4096
OF_MANAGERS = "isp_base.isp_base_group_manager"


class IspNoticeBroadcast(models.Model):
    """The same news for many: of planned work, or advertising. Its rows are in the
    outbox, one for each phone."""

    _name = "isp.notice.broadcast"
    _description = "Broadcast"
    _inherit = ["isp.notice.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Title", required=True, help="For you; nobody is sent it.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Being Written"),
            ("done", "In the Outbox"),
            ("stopped", "Stopped"),
        ],
        "Status",
        readonly=True,
        required=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    kind = fields.Selection(
        [("works", "About the service"), ("marketing", "Advertising")],
        required=True,
        default="works",
        help="What belongs to the contract, such as planned work, goes to all but "
        "those who said STOP; advertising only to who has said that he wants messages.",
    )
    text = fields.Text(
        translate=True,
        help="{name} becomes the subscriber's name, {number} that of his service.",
    )
    template_name = fields.Char(
        "Approved Template",
        help="Its name at Meta, which delivers nothing else to whoever has not written "
        "within 24 hours. {name} and {number} of the text are its parameters.",
    )
    audience = fields.Selection(
        [
            ("running", "All active services"),
            ("open", "Those that are not isolated"),
            ("isolated", "Those that are isolated"),
        ],
        required=True,
        default="running",
    )
    area_ids = fields.Many2many("isp.area", string="Areas", check_company=True)
    pop_ids = fields.Many2many("isp.pop", string="POPs", check_company=True)
    plan_ids = fields.Many2many(
        "product.template",
        "isp_notice_broadcast_plan_rel",
        string="Plans",
        domain="[('is_internet_plan', '=', True)]",
    )
    place = fields.Selection(
        selection="_get_place_selection",
        string="Router",
        help="Of whatever hangs on it.",
    )
    service_ids = fields.Many2many(
        "isp.service",
        string="Only These",
        check_company=True,
        help="A list that you have chosen; what else is chosen here narrows it down.",
    )
    reachable_count = fields.Integer("Will Get It", compute="_compute_counts")
    phoneless_count = fields.Integer("Without a Phone", compute="_compute_counts")
    unwilling_count = fields.Integer("Do Not Want It", compute="_compute_counts")
    cost = fields.Monetary(compute="_compute_counts", help="By the price of a message.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    started_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_started = fields.Datetime("Started On", readonly=True, copy=False)
    total = fields.Integer("Subscribers", readonly=True, copy=False)
    written_count = fields.Integer("Written", compute="_compute_progress")
    waiting_count = fields.Integer("Waiting", compute="_compute_progress")
    sent_count = fields.Integer("Sent", compute="_compute_progress")
    delivered_count = fields.Integer("Delivered", compute="_compute_progress")
    failed_count = fields.Integer("Not Arrived", compute="_compute_progress")
    progress = fields.Integer(compute="_compute_progress")

    @api.model
    def _get_place_selection(self):
        places = self.env["isp.service"]._get_places_to_tell()
        return [(key, name) for key, (name, _domain) in places.items()]

    @api.depends("kind", *CRITERIA)
    def _compute_counts(self):
        for broadcast in self:
            counts = Counter(broadcast._sort_people().values())
            broadcast.reachable_count = counts["reachable"]
            broadcast.phoneless_count = counts["phoneless"]
            broadcast.unwilling_count = counts["unwilling"]
            broadcast.cost = counts["reachable"] * broadcast._get_message_price()

    def _compute_progress(self):
        messages = self.env["isp.notice.message"].sudo()
        counts = {broadcast.id: Counter() for broadcast in self}
        for res_id, state, count in messages._read_group(
            [*self._get_message_domain(), ("occasion", "=", "all")],
            ["res_id", "state"],
            ["__count"],
        ):
            counts[res_id][state] = count
        for broadcast in self:
            states = counts.get(broadcast.id, Counter())
            waiting = states["waiting"] + states["sending"]
            delivered = states["delivered"] + states["read"]
            broadcast.written_count = states.total()
            broadcast.waiting_count = waiting
            broadcast.sent_count = states["sent"] + delivered
            broadcast.delivered_count = delivered
            broadcast.failed_count = states["failed"] + states["uncertain"]
            through = states.total() - waiting
            most = max(broadcast.total, states.total())
            broadcast.progress = 100 * through // most if most else 0

    @api.constrains("text", "kind", "company_id", "template_name", *CRITERIA)
    def _check_not_begun(self):
        if any(broadcast.state != "draft" for broadcast in self):
            raise ValidationError(
                self.env._("It has begun already. Duplicate it to send another one.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if any(broadcast.state != "draft" for broadcast in self):
            raise UserError(
                self.env._("What was sent to subscribers stays: it is not deleted.")
            )

    # Who

    def _get_audience_domain(self):
        """Return the domain of the services whose subscribers it is for."""
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("state", "=", "active")
        if self.audience != "running":
            domain &= Domain("access", "=", self.audience)
        for name, operator in (
            ("area_id", "child_of"),
            ("pop_id", "in"),
            ("plan_id", "in"),
        ):
            if chosen := self[f"{name}s"]._origin.ids:
                domain &= Domain(name, operator, chosen)
        if chosen := self.service_ids._origin.ids:
            domain &= Domain("id", "in", chosen)
        if self.place:
            services = self.env["isp.service"].with_company(self.company_id)
            places = services._get_places_to_tell()
            _name, hanging = places.get(self.place, (None, Domain.FALSE))
            domain &= Domain(hanging)
        return domain

    def _sort_people(self):
        """Return {phone, or the subscriber who has none: "reachable", "phoneless" or
        "unwilling"}: whoever has several services is told once."""
        self.ensure_one()
        groups = (
            self.env["isp.service"]
            .sudo()
            ._read_group(self._get_audience_domain(), ["partner_id"])
        )
        found = {}
        people = self.env["res.partner"].sudo().concat(*(p for (p,) in groups))
        for person in people:
            phone = person._isp_get_notice_phone(self.company_id)
            if not self._is_wanted_by(person):
                found.setdefault(phone or person.id, "unwilling")
            elif phone:
                found[phone] = "reachable"
            else:
                found[person.id] = "phoneless"
        return found

    def _is_wanted_by(self, person):
        consent = person.isp_notice_consent
        return consent == "yes" if self.kind == "marketing" else consent != "no"

    def _get_message_price(self):
        """Return what a message costs: of the numbers that send, the dearest."""
        return max(self._get_sending().mapped("message_price"), default=0.0)

    def _get_sending(self):
        """Return the numbers (isp.notice.gateway, in sudo) that send."""
        gateways = self.env["isp.notice.gateway"].sudo()
        sending = [("company_id", "=", self.company_id.id), ("state", "=", "active")]
        return gateways.search(sending)

    def _get_message_domain(self):
        return [("res_model", "=", self._name), ("res_id", "in", self.ids)]

    # Buttons

    def _check_may_broadcast(self):
        """:raises AccessError: for anyone but managers of services"""
        self.check_access("write")
        if not self.env.user.has_group(OF_MANAGERS):
            raise AccessError(
                self.env._("Only managers of internet services send broadcasts.")
            )

    def _check_ready(self):
        """:raises UserError: that says what is missing"""
        self.ensure_one()
        texts = self.with_context(lang="en_US").text, self.text
        if not any(text and text.strip() for text in texts):
            raise UserError(self.env._("Write the text first."))
        if max(len(text or "") for text in texts) > LONGEST_TEXT:
            raise UserError(
                self.env._("Please shorten it to %(most)s letters.", most=LONGEST_TEXT)
            )
        gateways = self._get_sending()
        if not gateways:
            raise UserError(
                self.env._("No number sends. Start one first, under Messages, Numbers.")
            )
        strict = gateways.filtered(lambda g: g._get_answer_hours())
        if strict and not self.template_name:
            raise UserError(
                self.env._(
                    "%(number)s delivers approved templates alone: write the name of "
                    "one.",
                    number=strict[0].name,
                )
            )
        gateways._check_templates(self, self.company_id.partner_id.lang or "en_US")

    def action_start(self):
        """Write it into the outbox, in batches."""
        self._check_may_broadcast()
        self.lock_for_update()
        for broadcast in self.sudo():
            if broadcast.state != "draft":
                raise UserError(self.env._("It has begun already."))
            broadcast._check_ready()
            if not broadcast.reachable_count:
                raise UserError(self.env._("Nobody would get it: choose others."))
            broadcast.write(
                {
                    "state": "running",
                    "started_by_id": self.env.uid,
                    "date_started": fields.Datetime.now(),
                    "total": broadcast.reachable_count,
                }
            )
            broadcast._enqueue_batch(0)

    def action_stop(self):
        """Nothing that has not left yet leaves any more."""
        self._check_may_broadcast()
        self.lock_for_update()
        for broadcast in self.sudo():
            if broadcast.state not in ("running", "done"):
                raise UserError(self.env._("There is nothing to stop."))
            broadcast.state = "stopped"
            broadcast._cancel_waiting()

    def action_resume(self):
        """What was stopped goes on: what had not left leaves, to nobody twice."""
        self._check_may_broadcast()
        self.lock_for_update()
        for broadcast in self.sudo():
            if broadcast.state != "stopped":
                raise UserError(self.env._("It was not stopped."))
            broadcast._check_ready()
            broadcast.state = "running"
            broadcast._resume_stopped()
            broadcast._enqueue_batch(0)

    def action_test(self):
        """Send it to oneself, as a subscriber would get it."""
        self.ensure_one()
        self._check_may_broadcast()
        self._check_ready()
        person = self.env.user.partner_id
        if not person.sudo()._isp_get_notice_phone(self.company_id):
            raise UserError(
                self.env._("Write your phone number on your contact first.")
            )
        self.sudo()._write_test(person.sudo())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("It is on its way to your phone."),
            },
        }

    def action_view_messages(self):
        self.ensure_one()
        self.check_access("read")
        self.env["isp.notice.message"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_notice.isp_notice_message_action"
        )
        return {**action, "domain": self._get_message_domain(), "context": {}}
