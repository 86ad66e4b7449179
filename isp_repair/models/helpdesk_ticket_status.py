from odoo import api, fields, models

from ..const import CREW_GROUPS, OPEN_STATUSES, STATUSES

# The stage of helpdesk_mgmt follows the status, for its own views and reports.
STAGES = {
    "new": "helpdesk_mgmt.helpdesk_ticket_stage_new",
    "in_progress": "helpdesk_mgmt.helpdesk_ticket_stage_in_progress",
    "waiting": "helpdesk_mgmt.helpdesk_ticket_stage_awaiting",
    "done": "isp_repair.helpdesk_ticket_stage_done",
    "invoiced": "isp_repair.helpdesk_ticket_stage_invoiced",
    "to_check": "isp_repair.helpdesk_ticket_stage_to_check",
    "paid": "isp_repair.helpdesk_ticket_stage_paid",
    "completed": "helpdesk_mgmt.helpdesk_ticket_stage_done",
    "withdrawn": "helpdesk_mgmt.helpdesk_ticket_stage_cancelled",
}


class HelpdeskTicket(models.Model):
    """Where a repair order stands, derived from its visits, invoices and payments."""

    _inherit = "helpdesk.ticket"

    visit_id = fields.Many2one(
        "isp.work.order",
        compute="_compute_visit_id",
        store=True,
        index="btree_not_null",
        groups=CREW_GROUPS,
        help="The last one that was not called off.",
    )
    date_withdrawn = fields.Datetime("Withdrawn On", readonly=True, copy=False)
    date_completed = fields.Datetime("Completed On", readonly=True, copy=False)
    repair_status = fields.Selection(
        STATUSES,
        "Status",
        compute="_compute_repair_status",
        store=True,
        index=True,
    )
    is_open = fields.Boolean(compute="_compute_is_open")

    @api.depends("visit_ids.state")
    def _compute_visit_id(self):
        for ticket in self:
            visits = ticket.visit_ids.filtered(lambda v: v.state != "cancelled")
            ticket.visit_id = visits.sorted("id")[-1:]

    @api.depends(
        "date_withdrawn",
        "date_completed",
        "no_invoice_reason",
        "visit_id.state",
        "visit_id.waiting_for",
        "invoice_ids.state",
        "invoice_ids.payment_state",
        "invoice_ids.isp_confirmation_ids.state",
    )
    def _compute_repair_status(self):
        for ticket in self:
            ticket.repair_status = ticket._get_status()

    def _get_status(self):
        """Return the key of STATUSES, from the documents there are."""
        if self.date_withdrawn:
            return "withdrawn"
        if self.date_completed:
            return "completed"
        visit = self.visit_id
        if visit.state == "started":
            return "waiting" if visit.waiting_for else "in_progress"
        if visit.state == "done":
            return self._get_status_of_invoices()
        return "new"

    def _get_status_of_invoices(self):
        """What was repaired before and is still to pay counts as well, once the last
        visit is invoiced."""
        posted = self.invoice_ids.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.payment_state != "reversed"
            )
        )
        settled = self.no_invoice_reason or self.visit_id in posted.isp_visit_id
        if not settled:
            return "done"
        if "submitted" in posted.isp_confirmation_ids.mapped("state"):
            return "to_check"
        unpaid = any(move._isp_is_open() for move in posted)
        return "invoiced" if unpaid else "paid"

    @api.depends("repair_status")
    def _compute_is_open(self):
        for ticket in self:
            ticket.is_open = ticket.repair_status in OPEN_STATUSES

    @api.depends("repair_status")
    def _compute_stage_id(self):
        """Written from the status: whoever drags a card changes nothing."""
        for ticket in self:
            ticket.stage_id = self.env.ref(
                STAGES[ticket.repair_status], raise_if_not_found=False
            )
