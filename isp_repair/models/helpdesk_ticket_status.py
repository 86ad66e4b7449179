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

    isp_visit_id = fields.Many2one(
        "isp.work.order",
        "Visit",
        compute="_compute_isp_visit_id",
        store=True,
        index="btree_not_null",
        groups=CREW_GROUPS,
        help="The last one that was not called off.",
    )
    isp_date_withdrawn = fields.Datetime("Withdrawn On", readonly=True, copy=False)
    isp_date_completed = fields.Datetime("Completed On", readonly=True, copy=False)
    isp_repair_status = fields.Selection(
        STATUSES,
        "Status",
        compute="_compute_isp_repair_status",
        store=True,
        index=True,
    )
    isp_is_open = fields.Boolean("Is Open", compute="_compute_isp_is_open")

    @api.depends("isp_visit_ids.state")
    def _compute_isp_visit_id(self):
        for ticket in self:
            visits = ticket.isp_visit_ids.filtered(lambda v: v.state != "cancelled")
            ticket.isp_visit_id = visits.sorted("id")[-1:]

    @api.depends(
        "isp_date_withdrawn",
        "isp_date_completed",
        "isp_no_invoice_reason",
        "isp_visit_id.state",
        "isp_visit_id.waiting_for",
        "isp_invoice_ids.state",
        "isp_invoice_ids.payment_state",
        "isp_invoice_ids.isp_confirmation_ids.state",
    )
    def _compute_isp_repair_status(self):
        for ticket in self:
            ticket.isp_repair_status = ticket._isp_get_status()

    def _isp_get_status(self):
        """Return the key of STATUSES, from the documents there are."""
        if self.isp_date_withdrawn:
            return "withdrawn"
        if self.isp_date_completed:
            return "completed"
        visit = self.isp_visit_id
        if visit.state == "started":
            return "waiting" if visit.waiting_for else "in_progress"
        if visit.state == "done":
            return self._isp_get_status_of_invoices()
        return "new"

    def _isp_get_status_of_invoices(self):
        """What was repaired before and is still to pay counts as well, once the last
        visit is invoiced."""
        posted = self.isp_invoice_ids.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and not move._isp_is_credited()
            )
        )
        settled = self.isp_no_invoice_reason or self.isp_visit_id in posted.isp_visit_id
        if not settled:
            return "done"
        if "submitted" in posted.isp_confirmation_ids.mapped("state"):
            return "to_check"
        unpaid = any(move._isp_is_open() for move in posted)
        return "invoiced" if unpaid else "paid"

    @api.depends("isp_repair_status")
    def _compute_isp_is_open(self):
        for ticket in self:
            ticket.isp_is_open = ticket.isp_repair_status in OPEN_STATUSES

    @api.depends("isp_repair_status")
    def _compute_stage_id(self):
        """Written from the status: whoever drags a card changes nothing."""
        for ticket in self:
            ticket.stage_id = self.env.ref(
                STAGES[ticket.isp_repair_status], raise_if_not_found=False
            )
