from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.isp_base.const import VISIT_GROUPS

from ..const import CREW_GROUPS
from .isp_repair_pause import WAITING

REPAIR_FIELDS = {"cause_id", "cause_note", "hours_spent", "part_ids"}


def _found_by(of_service, of_ticket=None):
    """Return the search method of a field that is the service's; where there is none,
    the ticket's.

    :param of_service: name of the field of isp.service
    :param of_ticket: path from the ticket; None where only a service has it
    """

    def search(_orders, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        domain = Domain(f"service_id.{of_service}", operator, value)
        if not of_ticket:
            return domain
        alone = Domain("service_id", "=", False)
        return domain | (alone & Domain(f"ticket_id.{of_ticket}", operator, value))

    return search


class IspWorkOrder(models.Model):
    """A repair is a visit for a repair order, which need not be of a service."""

    _inherit = "isp.work.order"
    _rec_names_search = ["name", "service_id", "ticket_id"]

    kind = fields.Selection(
        selection_add=[("repair", "Repair")], ondelete={"repair": "cascade"}
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        "Repair Order",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        related=None,
        store=True,
        index=True,
        precompute=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Subscriber",
        compute="_compute_who",
        search=_found_by("partner_id", "partner_id"),
        related=None,
    )
    contact_name = fields.Char(
        "Subscriber Name",
        compute="_compute_who",
        search=_found_by("contact_name", "partner_id.name"),
        related=None,
    )
    phone = fields.Char(
        compute="_compute_who",
        search=_found_by("phone", "isp_contact_phone"),
        related=None,
    )
    full_address = fields.Char("Address", compute="_compute_who", related=None)
    map_url = fields.Char("Map", compute="_compute_who", related=None)
    area_id = fields.Many2one(
        "isp.area",
        compute="_compute_area_id",
        related=None,
        store=True,
        index="btree_not_null",
    )
    pop_id = fields.Many2one(
        "isp.pop",
        "POP",
        compute="_compute_who",
        search=_found_by("pop_id"),
        related=None,
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "High"), ("2", "Very high"), ("3", "Urgent")],
        compute="_compute_priority",
        related=None,
        store=True,
        index=True,
    )
    complaint = fields.Text(related="ticket_id.isp_complaint", groups=VISIT_GROUPS)
    cause_id = fields.Many2one(
        "isp.repair.cause", check_company=True, ondelete="restrict", tracking=True
    )
    cause_note = fields.Char("More on the Cause", groups=VISIT_GROUPS)
    part_ids = fields.One2many(
        "isp.repair.part", "work_order_id", "Parts Replaced", groups=CREW_GROUPS
    )
    parts_text = fields.Char(compute="_compute_parts_text")
    hours_spent = fields.Float(
        "Time Spent",
        copy=False,
        help="Hours and minutes. Left empty, it is the time from start to Done, "
        "without the pauses.",
    )
    pause_ids = fields.One2many(
        "isp.repair.pause", "work_order_id", readonly=True, groups=CREW_GROUPS
    )
    waiting_for = fields.Selection(
        WAITING, compute="_compute_waiting_for", store=True, copy=False
    )

    _repair_has_ticket = models.Constraint(
        "CHECK ((kind = 'repair') = (ticket_id IS NOT NULL))",
        "A repair needs its repair order, and nothing else has one.",
    )
    _hours_spent_positive = models.Constraint(
        "CHECK (hours_spent >= 0)", "The time spent cannot be below zero."
    )
    _open_ticket_uniq = models.UniqueIndex(
        "(ticket_id) WHERE state IN ('draft', 'scheduled', 'started')",
        "There is an open visit for this repair order already.",
    )

    @api.depends("service_id.company_id", "ticket_id.company_id")
    def _compute_company_id(self):
        for order in self:
            order.company_id = (order.service_id or order.ticket_id).company_id

    @api.depends("service_id", "ticket_id")
    def _compute_who(self):
        for order in self.sudo():
            service, ticket = order.service_id, order.ticket_id
            partner = service.partner_id or ticket.partner_id
            order.partner_id = partner
            order.contact_name = service.contact_name or partner.name
            order.phone = ticket.isp_contact_phone or service.phone
            place = order._get_place()
            order.full_address = place.full_address or ticket.isp_full_address
            order.map_url = place.map_url or ticket.isp_map_url
            order.pop_id = service.pop_id or ticket.isp_pop_id

    @api.depends("service_id.area_id", "ticket_id.isp_area_id")
    def _compute_area_id(self):
        for order in self:
            order.area_id = order.service_id.area_id or order.ticket_id.isp_area_id

    @api.depends("service_id.priority", "ticket_id.priority")
    def _compute_priority(self):
        for order in self:
            order.priority = (order.ticket_id or order.service_id).priority

    @api.depends("part_ids.product_id", "part_ids.quantity", "part_ids.lot_id")
    def _compute_parts_text(self):
        for order in self:
            order.parts_text = ", ".join(
                map(self._describe_part, order.sudo().part_ids)
            )

    @api.model
    def _describe_part(self, part):
        text = f"{part.quantity:g} {part.uom_id.name} {part.product_id.display_name}"
        return f"{text} ({part.lot_id.name})" if part.lot_id else text

    @api.depends("pause_ids.date_end", "pause_ids.waiting_for")
    def _compute_waiting_for(self):
        for order in self:
            pauses = order.pause_ids.filtered(lambda pause: not pause.date_end)
            order.waiting_for = pauses[:1].waiting_for

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"pause_ids", "waiting_for"}

    def _get_settled_fields(self):
        settled = super()._get_settled_fields() | {"ticket_id"}
        if not all(order.state == "started" for order in self):
            settled |= {"part_ids"}
        return settled

    @api.model
    def _get_report_fields(self):
        return super()._get_report_fields() | REPAIR_FIELDS

    @api.model
    def _get_numbering_company(self, vals):
        ticket = self.env["helpdesk.ticket"].sudo().browse(vals.get("ticket_id"))
        return ticket.company_id or super()._get_numbering_company(vals)

    def _get_missing_report(self):
        if self.kind != "repair":
            return super()._get_missing_report()
        return [
            *self._get_missing(["cause_id", "report"]),
            *self.sudo().part_ids._get_missing_serials(),
        ]

    def _started(self):
        result = super()._started()
        self.ticket_id._isp_begun()
        return result

    def _finished(self):
        result = super()._finished()
        repairs = self.sudo().filtered("ticket_id")
        repairs._end_pauses()
        for visit in repairs.filtered(lambda visit: not visit.hours_spent):
            visit.hours_spent = visit._get_hours_worked()
        repairs.part_ids._transfer()
        repairs.ticket_id._isp_repaired()
        return result

    def _get_hours_worked(self):
        """Return the hours from start to finish, without the pauses."""
        self.ensure_one()
        elapsed = (self.date_finished - self.date_started).total_seconds() / 3600
        return max(elapsed - self.pause_ids._get_hours(), 0.0)

    def _get_history_texts(self):
        """Return (when, who and why, what was done) of a repair, as texts."""
        self.ensure_one()
        cause = ": ".join(filter(None, (self.cause_id.name, self.cause_note)))
        names = ", ".join(self.technician_ids.mapped("name"))
        texts = (self.report, self.parts_text)
        done = ". ".join(text.rstrip(". ") for text in texts if text)
        day = self.company_id._get_isp_day(self.date_finished)
        return format_date(self.env, day), f"{names} · {cause}", done

    # Waiting

    def action_wait_for_parts(self):
        self._check_may_wait()
        return self._ask_reason(
            self.env._("Which parts are missing?"), "_wait_for_parts"
        )

    def action_wait_for_customer(self):
        self._check_may_wait()
        return self._ask_reason(
            self.env._("What does the customer have to do?"), "_wait_for_customer"
        )

    def _wait_for_parts(self, reason):
        self._wait("parts", reason)

    def _wait_for_customer(self, reason):
        self._wait("customer", reason)

    def _wait(self, waiting_for, reason):
        self._check_may_wait()
        self.env["isp.repair.pause"].sudo().create(
            [
                {
                    "work_order_id": visit.id,
                    "waiting_for": waiting_for,
                    "reason": reason,
                }
                for visit in self
            ]
        )
        label = dict(WAITING)[waiting_for]
        self._message_log_batch(bodies=dict.fromkeys(self.ids, f"{label}: {reason}"))

    def _check_may_wait(self):
        self._check_mine()
        self._check_states(("started",))
        if any(self.mapped("waiting_for")):
            raise UserError(self.env._("This repair waits already."))

    def action_resume(self):
        """Go on after a pause."""
        self._check_mine()
        self._check_states(("started",))
        if not all(self.mapped("waiting_for")):
            raise UserError(self.env._("This repair does not wait: go on."))
        self._end_pauses()

    def _end_pauses(self):
        pauses = self.sudo().pause_ids.filtered(lambda pause: not pause.date_end)
        pauses.date_end = fields.Datetime.now()

    # Handing over

    def action_hand_over(self):
        """Ask who takes it on, and why."""
        self.ensure_one()
        self._check_mine()
        self._check_states(("scheduled", "started"))
        return self._open_wizard(
            "isp_repair.isp_repair_handover_action", default_work_order_id=self.id
        )

    def _hand_over(self, technician, reason):
        """Give a repair to another technician, who is told."""
        self.ensure_one()
        self._check_mine()
        self._check_states(("scheduled", "started"))
        ticket = self.sudo().ticket_id
        ticket._isp_lock()
        former = self.technician_ids
        # As superuser: it is no change of plan, which would notify on its own.
        self.sudo().write(
            {"pic_id": technician.id, "technician_ids": [(6, 0, technician.ids)]}
        )
        ticket.user_id = technician
        ticket.message_unsubscribe(former.partner_id.ids)
        ticket.message_subscribe(technician.partner_id.ids)
        self.sudo()._message_log(
            body=self.env._(
                "Handed over from %(former)s to %(technician)s: %(reason)s",
                former=", ".join(former.mapped("name")),
                technician=technician.name,
                reason=reason,
            )
        )
        self.sudo()._notify_technicians()

    def action_view_ticket(self):
        self.ensure_one()
        self.check_access("read")
        return self.ticket_id._isp_open_form(self.ticket_id)
