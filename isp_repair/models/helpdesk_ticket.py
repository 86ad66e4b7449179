from odoo import api, fields, models
from odoo.tools import html2plaintext, plaintext2html

from odoo.addons.isp_billing.const import LEDGER_GROUPS

from ..const import CREW_GROUPS

TITLE_LENGTH = 80


class HelpdeskTicket(models.Model):
    """A repair order: what the customer complains of, and what became of it.

    The customer reads it in the portal, so what the technicians find and use stands
    on their visits (isp.work.order), which he cannot read.
    """

    _name = "helpdesk.ticket"
    _inherit = ["isp.guarded.mixin", "helpdesk.ticket"]
    _state_field = "repair_status"
    _check_company_auto = True

    service_id = fields.Many2one(
        "isp.service",
        "Internet Service",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="Empty for other equipment, such as a camera.",
    )
    complaint = fields.Text(help="In the customer's own words.")
    description = fields.Html(
        compute="_compute_description", store=True, precompute=True, readonly=True
    )
    photo_ids = fields.Many2many(
        "ir.attachment",
        "isp_repair_photo_rel",
        "ticket_id",
        "attachment_id",
        "Photos",
        copy=False,
    )
    preferred_date = fields.Date()
    preferred_part = fields.Selection(
        [
            ("morning", "Morning"),
            ("afternoon", "Afternoon"),
            ("evening", "Evening"),
        ],
        "Part of the Day",
    )
    contact_phone = fields.Char("Phone to Call")
    area_id = fields.Many2one(
        "isp.area", compute="_compute_place", store=True, index="btree_not_null"
    )
    pop_id = fields.Many2one(
        "isp.pop", "POP", compute="_compute_place", store=True, groups=CREW_GROUPS
    )
    completed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    no_invoice_reason = fields.Char(
        "Closed without Invoice Because",
        readonly=True,
        copy=False,
        groups=LEDGER_GROUPS,
    )
    visit_ids = fields.One2many(
        "isp.work.order", "ticket_id", "Visits", readonly=True, groups=CREW_GROUPS
    )
    visit_photo_ids = fields.Many2many(
        "ir.attachment",
        compute="_compute_visit_photo_ids",
        groups="isp_base.isp_base_group_admin,isp_base.isp_base_group_network_engineer",
    )
    invoice_ids = fields.One2many(
        "account.move",
        "isp_ticket_id",
        "Invoices",
        readonly=True,
        groups=LEDGER_GROUPS,
    )
    invoice_id = fields.Many2one(
        "account.move",
        compute="_compute_invoice_id",
        groups=LEDGER_GROUPS,
        help="The last one that is posted.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(string="Technician")
    team_id = fields.Many2one(ondelete="restrict")
    category_id = fields.Many2one(ondelete="restrict")
    stage_id = fields.Many2one(readonly=True)
    priority = fields.Selection(default="0")

    @api.depends("service_id.area_id", "service_id.pop_id", "partner_id")
    def _compute_place(self):
        for ticket in self:
            service = ticket.service_id or self._find_service(
                ticket.partner_id, ticket.company_id
            )
            ticket.area_id = service.area_id
            ticket.pop_id = service.pop_id

    @api.model
    def _find_service(self, partner, company):
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

    @api.depends("complaint")
    def _compute_description(self):
        """For the pages of helpdesk_mgmt; what a customer writes is text, not HTML."""
        for ticket in self:
            ticket.description = plaintext2html(ticket.complaint or "")

    @api.depends("visit_ids.photo_ids")
    def _compute_visit_photo_ids(self):
        for ticket in self:
            ticket.visit_photo_ids = ticket.visit_ids.photo_ids

    @api.depends("invoice_ids.state")
    def _compute_invoice_id(self):
        for ticket in self:
            posted = ticket.invoice_ids.filtered(lambda move: move.state == "posted")
            ticket.invoice_id = posted.sorted("id")[-1:]

    @api.model
    def _get_protected_fields(self):
        return frozenset(
            {
                "number",
                "description",
                "stage_id",
                "repair_status",
                "visit_id",
                "visit_ids",
                "invoice_ids",
                "user_id",
                "date_withdrawn",
                "date_completed",
                "completed_by_id",
                "no_invoice_reason",
                "assigned_date",
                "closed_date",
                "last_stage_update",
            }
        )

    def _get_writable_fields(self):
        return None if self._is_service_admin() else {"message_main_attachment_id"}

    @api.onchange("service_id")
    def _onchange_service_id(self):
        if self.service_id:
            self.partner_id = self.service_id.partner_id
            self.contact_phone = self.service_id.phone

    @api.model_create_multi
    def create(self, vals_list):
        """The customer follows his order, and the technicians are called."""
        tickets = super().create(vals_list)
        for ticket in tickets.sudo().filtered("partner_id"):
            ticket.message_subscribe(ticket.partner_id.ids)
        tickets._call_technicians()
        return tickets

    def write(self, vals):
        """Whose repair it is changes until somebody has begun."""
        begun = any(ticket.repair_status != "new" for ticket in self.sudo())
        if begun and not self.env.su:
            self._refuse_fields({"partner_id", "service_id"} & vals.keys())
        return super().write(vals)

    @api.model
    def _complete_vals(self, vals_list):
        """Company, customer, phone, title, priority and team follow from the complaint
        and the service; helpdesk_mgmt numbers its tickets itself."""
        for vals in vals_list:
            vals.update(self._prepare_order(vals))

    @api.model
    def _prepare_order(self, vals):
        service = self.env["isp.service"].sudo().browse(vals.get("service_id"))
        partner = (
            self.env["res.partner"]
            .sudo()
            .browse(vals.get("partner_id") or service.partner_id.id)
        )
        company = self.env["res.company"].browse(
            service.company_id.id or vals.get("company_id") or self.env.company.id
        )
        complaint = vals.get("complaint") or html2plaintext(
            vals.pop("description", None) or ""
        )
        nearby = service or self._find_service(partner, company)
        teams = self.env["helpdesk.ticket.team"].sudo()
        return {
            "partner_id": partner.id,
            "company_id": company.id,
            "complaint": complaint,
            "user_id": False,
            "contact_phone": vals.get("contact_phone")
            or service.phone
            or partner.phone,
            "name": vals.get("name") or self._get_title(complaint),
            "priority": vals.get("priority") or self._get_priority(service),
            "team_id": vals.get("team_id")
            or teams._find_for(nearby.area_id, company).id,
        }

    @api.model
    def _get_priority(self, service):
        """Businesses come first; what is urgent at the service stays so."""
        business = "2" if service.category_id.is_business else "0"
        return max(service.priority or "0", business)

    @api.model
    def _get_title(self, complaint):
        first = next(iter((complaint or "").strip().splitlines()), "")
        if len(first) > TITLE_LENGTH:
            first = f"{first[: TITLE_LENGTH - 1]}…"
        return first or self.env._("Repair")
