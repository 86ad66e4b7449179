import logging

from odoo import api, fields, models
from odoo.tools import html2plaintext, plaintext2html

from odoo.addons.isp_billing.const import LEDGER_GROUPS

from ..const import CREW_GROUPS

_logger = logging.getLogger(__name__)

TITLE_LENGTH = 80


class HelpdeskTicket(models.Model):
    """A repair order: what the customer complains of, and what became of it.

    The customer reads it in the portal, so what the technicians find and use stands
    on their visits (isp.work.order), which he cannot read.
    """

    _name = "helpdesk.ticket"
    _inherit = ["isp.guarded.mixin", "isp.notice.mixin", "helpdesk.ticket"]
    _state_field = "isp_repair_status"
    _check_company_auto = True

    number = fields.Char(index="trigram")
    access_token = fields.Char(groups="isp_base.isp_base_group_sales")
    isp_service_id = fields.Many2one(
        "isp.service",
        "Internet Service",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="Empty for other equipment, such as a camera.",
    )
    isp_complaint = fields.Text("Complaint", help="In the customer's own words.")
    description = fields.Html(
        compute="_compute_isp_description", store=True, precompute=True, readonly=True
    )
    isp_photo_ids = fields.Many2many(
        "ir.attachment",
        "isp_repair_photo_rel",
        "ticket_id",
        "attachment_id",
        "Photos",
        readonly=True,
        copy=False,
    )
    isp_preferred_date = fields.Date("Preferred Date")
    isp_preferred_part = fields.Selection(
        [
            ("morning", "Morning"),
            ("afternoon", "Afternoon"),
            ("evening", "Evening"),
        ],
        "Part of the Day",
    )
    isp_contact_phone = fields.Char("Phone to Call")
    isp_address = fields.Char(
        "Where", help="Of other equipment: where it stands, if not at a connection."
    )
    isp_area_id = fields.Many2one(
        "isp.area",
        "Area",
        compute="_compute_isp_place",
        store=True,
        index="btree_not_null",
    )
    isp_pop_id = fields.Many2one(
        "isp.pop", "POP", compute="_compute_isp_place", store=True, groups=CREW_GROUPS
    )
    isp_completed_by_id = fields.Many2one(
        "res.users", "Completed By", readonly=True, copy=False
    )
    isp_no_invoice_reason = fields.Char(
        "Closed without Invoice Because",
        readonly=True,
        copy=False,
        groups=LEDGER_GROUPS,
    )
    isp_visit_ids = fields.One2many(
        "isp.work.order", "ticket_id", "Visits", readonly=True, groups=CREW_GROUPS
    )
    isp_visit_photo_ids = fields.Many2many(
        "ir.attachment",
        string="Visit Photo",
        compute="_compute_isp_visit_photo_ids",
        groups="isp_base.isp_base_group_admin,isp_base.isp_base_group_network_engineer",
    )
    isp_invoice_ids = fields.One2many(
        "account.move",
        "isp_ticket_id",
        "Invoices",
        readonly=True,
        groups=LEDGER_GROUPS,
    )
    isp_invoice_id = fields.Many2one(
        "account.move",
        "Invoice",
        compute="_compute_isp_invoice_id",
        groups=LEDGER_GROUPS,
        help="The last one that is posted.",
    )
    isp_currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(string="Technician")
    team_id = fields.Many2one(ondelete="restrict")
    category_id = fields.Many2one(ondelete="restrict")
    stage_id = fields.Many2one(readonly=True)
    priority = fields.Selection(default="0")

    @api.depends("isp_service_id.area_id", "isp_service_id.pop_id", "partner_id")
    def _compute_isp_place(self):
        for ticket in self:
            service = ticket.isp_service_id or self._isp_find_service(
                ticket.partner_id, ticket.company_id
            )
            ticket.isp_area_id = service.area_id
            ticket.isp_pop_id = service.pop_id

    @api.model
    def _isp_find_service(self, partner, company):
        """Return a service of this customer: other equipment stands beside it."""
        services = partner.sudo().isp_service_ids.filtered(
            lambda service: service.company_id == company
        )
        return services.sorted(lambda s: (s.state != "active", -s.id))[:1]

    @api.depends("number", "name")
    def _compute_display_name(self):
        for ticket in self:
            if ticket.name:
                ticket.display_name = f"{ticket.number} {ticket.name}"
            else:
                ticket.display_name = self.env._("New repair")

    @api.depends("isp_complaint")
    def _compute_isp_description(self):
        """For the pages of helpdesk_mgmt; what a customer writes is text, not HTML."""
        for ticket in self:
            ticket.description = plaintext2html(ticket.isp_complaint or "")

    @api.depends("isp_visit_ids.photo_ids")
    def _compute_isp_visit_photo_ids(self):
        for ticket in self:
            ticket.isp_visit_photo_ids = ticket.isp_visit_ids.photo_ids

    @api.depends("isp_invoice_ids.state")
    def _compute_isp_invoice_id(self):
        for ticket in self:
            posted = ticket.isp_invoice_ids.filtered(
                lambda move: move.state == "posted"
            )
            ticket.isp_invoice_id = posted.sorted("id")[-1:]

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "number",
            "description",
            "stage_id",
            "user_id",
            "assigned_date",
            "closed_date",
            "last_stage_update",
        }

    def _get_writable_fields(self):
        """Administrators write all; whose repair it is, until somebody has begun."""
        if not self._is_service_admin():
            return {"message_main_attachment_id"}
        if any(ticket.isp_repair_status != "new" for ticket in self.sudo()):
            return self._fields.keys() - {"partner_id", "isp_service_id"}
        return None

    @api.onchange("isp_service_id")
    def _onchange_isp_service_id(self):
        if self.isp_service_id:
            self.partner_id = self.isp_service_id.partner_id
            self.isp_contact_phone = self.isp_service_id.phone

    @api.model_create_multi
    def create(self, vals_list):
        """The customer follows his order, and the technicians are called."""
        tickets = super().create(vals_list)
        for ticket in tickets.sudo().filtered("partner_id"):
            ticket.message_subscribe(ticket.partner_id.ids)
        tickets._isp_call_technicians()
        for ticket in tickets.sudo():
            _logger.info("Repair %s ordered, team %s", ticket.number, ticket.team_id.id)
        return tickets

    @api.model
    def _complete_vals(self, vals_list):
        """Company, customer, phone, title, priority and team follow from the complaint
        and the service; helpdesk_mgmt numbers its tickets itself."""
        for vals in vals_list:
            vals.update(self._isp_prepare_order(vals))

    @api.model
    def _isp_prepare_order(self, vals):
        service = self.env["isp.service"].sudo().browse(vals.get("isp_service_id"))
        partner = (
            self.env["res.partner"]
            .sudo()
            .browse(vals.get("partner_id") or service.partner_id.id)
        )
        company = self.env["res.company"].browse(
            service.company_id.id or vals.get("company_id") or self.env.company.id
        )
        complaint = vals.get("isp_complaint") or html2plaintext(
            vals.pop("description", None) or ""
        )
        nearby = service or self._isp_find_service(partner, company)
        teams = self.env["helpdesk.ticket.team"].sudo()
        return {
            "partner_id": partner.id,
            "company_id": company.id,
            "isp_complaint": complaint,
            "user_id": False,
            "isp_contact_phone": vals.get("isp_contact_phone")
            or service.phone
            or partner.phone,
            "name": vals.get("name") or self._isp_get_title(complaint),
            "priority": vals.get("priority") or self._isp_get_priority(service),
            "team_id": vals.get("team_id")
            or teams._isp_find_for(nearby.area_id, company).id,
        }

    @api.model
    def _isp_get_priority(self, service):
        """Businesses come first; what is urgent at the service stays so."""
        business = "2" if service.category_id.is_business else "0"
        return max(service.priority or "0", business)

    @api.model
    def _isp_get_title(self, complaint):
        first = next(iter((complaint or "").strip().splitlines()), "")
        if len(first) > TITLE_LENGTH:
            first = f"{first[: TITLE_LENGTH - 1]}…"
        return first or self.env._("Repair")
