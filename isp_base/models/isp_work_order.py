from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

from ..const import MATERIAL_GROUPS, TRANSFER_GROUPS, VISIT_GROUPS

OPEN_STATES = ("draft", "scheduled", "started")
VISIT_ACTIVITY = "mail.mail_activity_data_todo"
PLAN_FIELDS = {"planned_start", "technician_ids"}
WHOSE_FIELDS = {"service_id", "kind", "company_id"}


class IspWorkOrder(models.Model):
    """A visit of technicians to a service, reported while it is going on.

    An addon with another kind of visit adds it to ``kind`` and, where they hold for
    it, to the rules ``_get_kinds_…``.
    """

    _name = "isp.work.order"
    _description = "Work Order"
    _inherit = [
        "isp.guarded.mixin",
        "isp.notice.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "planned_start, priority desc, id"
    _rec_names_search = ["name", "service_id"]
    _check_company_auto = True
    _mail_post_access = "read"
    _isp_talk_groups = VISIT_GROUPS

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    service_id = fields.Many2one(
        "isp.service", index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="service_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="service_id.partner_id")
    contact_name = fields.Char(
        related="service_id.contact_name", string="Subscriber Name"
    )
    phone = fields.Char(related="service_id.phone", groups=VISIT_GROUPS)
    full_address = fields.Char(
        related="service_id.full_address", string="Address", groups=VISIT_GROUPS
    )
    map_url = fields.Char(related="service_id.map_url", groups=VISIT_GROUPS)
    area_id = fields.Many2one(
        related="service_id.area_id", store=True, index="btree_not_null"
    )
    pop_id = fields.Many2one(related="service_id.pop_id")
    plan_id = fields.Many2one(related="service_id.plan_id")
    service_state = fields.Selection(
        related="service_id.state", string="Service Status"
    )
    service_access = fields.Selection(related="service_id.access")
    test_until = fields.Datetime(related="service_id.test_until")
    priority = fields.Selection(related="service_id.priority", store=True, index=True)
    kind = fields.Selection(
        [("survey", "Survey"), ("installation", "Installation")],
        required=True,
        index=True,
    )
    state = fields.Selection(
        [
            ("draft", "To schedule"),
            ("scheduled", "Scheduled"),
            ("started", "In progress"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    needs_service = fields.Boolean(compute="_compute_kind_rules")
    has_line = fields.Boolean(compute="_compute_kind_rules")
    is_open = fields.Boolean(compute="_compute_is_open", search="_search_is_open")
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")
    planned_start = fields.Datetime(tracking=True, index=True)
    planned_end = fields.Datetime(
        compute="_compute_planned_end",
        inverse="_inverse_planned_end",
        store=True,
        readonly=False,
    )
    planned_hours = fields.Float(
        default=2, help="A visit that is moved stays as long as it was planned."
    )
    pic_id = fields.Many2one(
        "res.users",
        "Person in Charge",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        index="btree_not_null",
    )
    technician_ids = fields.Many2many(
        "res.users",
        "isp_work_order_technician_rel",
        "work_order_id",
        "user_id",
        "Technicians",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    conflict_note = fields.Char("Double Booking", compute="_compute_conflict_note")
    date_started = fields.Datetime("Started", readonly=True, copy=False)
    date_finished = fields.Datetime("Finished", readonly=True, copy=False)
    started_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False)
    instruction = fields.Text(
        help="What the technicians should know beforehand.", groups=VISIT_GROUPS
    )
    # Of two who write notes, the last one hides nothing of the first.
    report = fields.Text(
        "Notes",
        help="What was found and done on site.",
        groups=VISIT_GROUPS,
        tracking=True,
    )
    picking_ids = fields.One2many(
        "stock.picking",
        "isp_work_order_id",
        "Transfers",
        readonly=True,
        groups=TRANSFER_GROUPS,
    )
    has_open_request = fields.Boolean(
        "Material Asked for",
        compute="_compute_has_open_request",
        compute_sudo=True,
        groups=MATERIAL_GROUPS,
    )
    material_ids = fields.One2many(
        "stock.move",
        "isp_work_order_id",
        readonly=True,
        groups=MATERIAL_GROUPS,
    )

    _name_uniq = models.Constraint(
        "UNIQUE (company_id, name)", "This work order number is taken."
    )
    _plan_order = models.Constraint(
        "CHECK (planned_end > planned_start)",
        "The planned end must be after the planned start.",
    )
    _open_kind_uniq = models.UniqueIndex(
        lambda registry: registry["isp.work.order"]._get_open_kind_index(),
        "There is an open work order of this kind for the service already.",
    )

    @classmethod
    def _get_kinds_once(cls) -> set[str]:
        """Return the kinds of which a service has one open visit at a time."""
        return {"survey", "installation"}

    @classmethod
    def _get_kinds_with_service(cls) -> set[str]:
        """Return the kinds that are visits to a service and to nothing else."""
        return {"survey", "installation"}

    @classmethod
    def _get_kinds_without_line(cls) -> set[str]:
        """Return the kinds at which there is no line to test and no material."""
        return {"survey"}

    @classmethod
    def _get_open_kind_index(cls):
        kinds = ", ".join(f"'{kind}'" for kind in sorted(cls._get_kinds_once()))
        return (
            "(service_id, kind) WHERE state IN ('draft', 'scheduled', 'started') "
            f"AND kind IN ({kinds})"
        )

    @api.depends("kind")
    def _compute_kind_rules(self):
        for order in self:
            order.needs_service = order.kind in self._get_kinds_with_service()
            order.has_line = order.kind not in self._get_kinds_without_line()

    @api.depends("name", "contact_name")
    def _compute_display_name(self):
        for order in self:
            parts = [order.name, order.contact_name]
            order.display_name = " ".join(part for part in parts if part)

    @api.depends("state")
    def _compute_is_open(self):
        for order in self:
            order.is_open = order.state in OPEN_STATES

    def _search_is_open(self, operator, value):
        return self._search_flag(operator, value, Domain("state", "in", OPEN_STATES))

    @api.depends("state", "planned_start", "planned_end")
    def _compute_is_late(self):
        late = self.filtered_domain(self._get_late_domain())
        for order in self:
            order.is_late = order in late

    def _search_is_late(self, operator, value):
        return self._search_flag(operator, value, self._get_late_domain())

    @api.model
    def _get_late_domain(self):
        now = fields.Datetime.now()
        return (
            Domain("state", "=", "scheduled") & Domain("planned_start", "<", now)
        ) | (Domain("state", "=", "started") & Domain("planned_end", "<", now))

    @api.depends("technician_ids", "pic_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for order in self:
            order.is_mine = self.env.user in order.technician_ids | order.pic_id

    def _search_is_mine(self, operator, value):
        return self._search_flag(operator, value, self._get_mine_domain())

    @api.model
    def _get_mine_domain(self):
        uid = self.env.uid
        return Domain("technician_ids", "in", [uid]) | Domain("pic_id", "=", uid)

    @api.depends("planned_start")
    def _compute_planned_end(self):
        for order in self:
            start = order.planned_start
            order.planned_end = start and start + timedelta(hours=order.planned_hours)

    def _inverse_planned_end(self):
        for order in self.filtered(lambda o: o.planned_start and o.planned_end):
            length = order.planned_end - order.planned_start
            order.planned_hours = length / timedelta(hours=1)

    @api.depends("planned_start", "planned_end", "technician_ids", "state")
    def _compute_conflict_note(self):
        others = self._search_overlapping()
        for order in self:
            clashes = others.filtered(lambda other, order=order: order._clashes(other))
            order.conflict_note = "; ".join(map(order._get_clash_text, clashes))

    def _search_overlapping(self):
        """Return the open work orders that may clash with any of these."""
        planned = self.filtered(
            lambda o: o.planned_start and o.planned_end and o.is_open
        )
        if not planned:
            return self.browse()
        return self.sudo().search(
            Domain("technician_ids", "in", planned.technician_ids.ids)
            & Domain("is_open", "=", True)
            & Domain("planned_start", "<", max(planned.mapped("planned_end")))
            & Domain("planned_end", ">", min(planned.mapped("planned_start")))
        )

    def _clashes(self, other):
        self.ensure_one()
        return (
            self.is_open
            and other != self._origin
            and self.planned_start
            and self.planned_end
            and other.planned_start < self.planned_end
            and other.planned_end > self.planned_start
            and self.technician_ids._origin & other.technician_ids
        )

    @api.constrains("kind", "service_id")
    def _check_service(self):
        if any(order.needs_service and not order.service_id for order in self):
            raise ValidationError(
                self.env._("A survey or an installation needs its service.")
            )

    def _get_writable_fields(self):
        if self._is_service_admin():
            return self._fields.keys() - self._get_settled_fields() if self else None
        writable = {"message_main_attachment_id"}
        if all(order.state == "started" and order.is_mine for order in self):
            writable |= self._get_report_fields()
        return writable

    def _get_settled_fields(self):
        """Names of the fields that not even an administrator writes here any more:
        whose visit it is, its plan when it is over, and all that a sealed one says."""
        settled = set(WHOSE_FIELDS)
        if not all(order.is_open for order in self):
            settled |= PLAN_FIELDS | {"planned_end", "planned_hours", "pic_id"}
        if self.sudo()._get_sealed():
            settled |= self._get_report_fields() | {"instruction"}
        return settled

    @api.model
    def _get_report_fields(self):
        """Names of the fields that the technicians fill in while they are there."""
        return {"report", "photo_ids"}

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._own_photos()
        return orders

    @api.model
    def _get_numbering_company(self, vals):
        return self.env["isp.service"].browse(vals.get("service_id")).sudo().company_id

    def write(self, vals):
        result = super().write(vals)
        if "photo_ids" in vals:
            self._own_photos()
        if PLAN_FIELDS & vals.keys():
            self.filtered(lambda order: order.state == "scheduled")._replanned()
        return result

    def _replanned(self):
        """Tell the technicians of another date, and those who came or went."""
        self._check_complete(lambda order: order._get_missing_schedule())
        self._notify_technicians()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._check_not_begun()

    def _check_not_begun(self):
        """:raises UserError: when one of these visits took place, or is going on"""
        if any(order.state in ("started", "done") for order in self):
            raise UserError(self.env._("A visit that took place cannot be deleted."))

    def action_schedule(self):
        """Fix the visit and tell its technicians; again to tell of a change."""
        self._check_service_admin()
        self._check_states(("draft", "scheduled"))
        self._check_complete(lambda order: order._get_missing_schedule())
        self.sudo().write({"state": "scheduled"})
        self._notify_technicians()
        self._scheduled()

    def _scheduled(self) -> None:
        """Hook: the visits have just been fixed."""

    def _get_missing_schedule(self):
        return self._get_missing(
            ["planned_start", "planned_end", "pic_id", "technician_ids"]
        )

    def _notify_technicians(self):
        """Tell the technicians, and put the visit among their activities."""
        self._close_activities()
        for order in self:
            deadline = order.company_id._get_isp_day(order.planned_start)
            for user in order.technician_ids:
                order._ask_people(
                    VISIT_ACTIVITY,
                    user,
                    summary=order.with_context(lang=user.lang)._get_kind_label(),
                    date_deadline=deadline,
                )

    def _close_activities(self):
        self._close_question(VISIT_ACTIVITY)

    def _get_kind_label(self):
        """Return the kind in words; none while the addon of it is not loaded yet."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return kinds.get(self.kind, "")

    def action_start(self):
        """The technicians set off, or are on site."""
        self._check_mine()
        self._check_states(("scheduled",))
        self.sudo().write(
            {
                "state": "started",
                "date_started": self._get_moment(),
                "started_by_id": self.env.uid,
            }
        )
        self._started()

    def _started(self) -> None:
        """Hook: the visits have just started."""

    def action_finish(self):
        """Hand the report in."""
        self._check_mine()
        self._check_states(("started",))
        self._check_complete(lambda order: order._get_missing_report())
        finished = self._get_moment(self.mapped("date_started"))
        self.sudo().write({"state": "done", "date_finished": finished})
        self._close_activities()
        self._finished()

    def _get_missing_report(self):
        """Return the labels (list of str) of what the report still lacks."""
        return self._get_missing(["report"])

    def _finished(self) -> None:
        """Hook: the reports have just been handed in."""

    def action_cancel(self):
        """Ask for the reason, then call the visit off."""
        self._check_service_admin()
        self._check_states(OPEN_STATES)
        return self._ask_reason(self.env._("Cancel the work order"), "_cancel")

    def _cancel(self, reason: str) -> None:
        """Call open visits off."""
        self._check_service_admin()
        self._check_states(OPEN_STATES)
        self.sudo().write({"state": "cancelled", "cancel_reason": reason})
        self._close_activities()
        body = self.env._("Cancelled: %(reason)s", reason=reason)
        self._message_log_batch(bodies=dict.fromkeys(self.ids, body))
        requests = self._get_open_requests()
        requests._message_log_batch(bodies=dict.fromkeys(requests.ids, body))
        requests.action_cancel()

    def action_withdraw_material(self):
        """Take back what was asked of the warehouse and is not issued yet."""
        self._check_mine()
        requests = self._get_open_requests()
        if not requests:
            raise UserError(self.env._("Nothing is asked for that is not issued yet."))
        body = self.env._("Withdrawn by %(name)s", name=self.env.user.name)
        requests._message_log_batch(bodies=dict.fromkeys(requests.ids, body))
        requests.action_cancel()

    @api.depends("picking_ids.state")
    def _compute_has_open_request(self):
        for order in self:
            order.has_open_request = bool(order._get_open_requests())

    def _get_open_requests(self):
        """Return the transfers, in sudo, of material that is not issued yet; what
        comes back from the subscriber is none of them."""
        return self.sudo().picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking.location_dest_id.usage == "customer"
            )
        )

    def action_show_credentials(self):
        self.ensure_one()
        return self.service_id.action_show_credentials()

    def action_test_line(self):
        """Let the line through once more while the visit is going on."""
        self._check_mine()
        self._check_states(("started",))
        if not all(self.mapped("has_line")):
            raise UserError(self.env._("There is no line to test on a survey."))
        self.service_id._start_line_test()

    def action_request_material(self):
        """Open the list of what the warehouse should issue for this visit."""
        self.ensure_one()
        self._check_mine()
        return self._open_wizard(
            "isp_base.isp_material_request_action",
            default_work_order_id=self.id,
            default_line_ids=list(map(Command.create, self._propose_material())),
        )

    def _get_customer_location(self):
        """Return the place (stock.location) of what stands at the subscriber's."""
        self.ensure_one()
        partner = self.partner_id.sudo().with_company(self.company_id)
        return partner.property_stock_customer

    def _check_mine(self):
        """:raises AccessError: for anyone but administrators and those who are sent"""
        self.check_access("read")
        if not self._is_service_admin() and not all(self.mapped("is_mine")):
            raise AccessError(
                self.env._("Only the technicians of this work order may do this.")
            )
