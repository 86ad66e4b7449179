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
    _inherit = [
        "isp.guarded.mixin",
        "isp.booking.mixin",
        "isp.repair.status.mixin",
        "helpdesk.ticket",
    ]
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
    user_id = fields.Many2one(string="Technician")
    stage_id = fields.Many2one(readonly=True, tracking=False)

    @api.depends("service_id.area_id", "service_id.pop_id", "partner_id")
    def _compute_place(self):
        for ticket in self:
            service = ticket.service_id or ticket.sudo()._get_nearby_service()
            ticket.area_id = service.area_id
            ticket.pop_id = service.pop_id

    def _get_nearby_service(self):
        """Return a service of the same customer: other equipment stands beside it."""
        services = self.commercial_partner_id.isp_service_ids | (
            self.partner_id.isp_service_ids
        )
        services = services.filtered(lambda s: s.company_id == self.company_id)
        return services.sorted(lambda s: (s.state != "active", -s.id))[:1]

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

    @api.model
    def _number(self, vals_list):
        """helpdesk_mgmt numbers its tickets itself."""

    @api.model_create_multi
    def create(self, vals_list):
        """A repair order needs a complaint; the rest follows from it and the service:
        company, customer, phone, title, team and priority."""
        for vals in vals_list:
            self._complete_vals(vals)
        return super().create(vals_list)

    @api.model
    def _complete_vals(self, vals):
        service = self.env["isp.service"].sudo().browse(vals.get("service_id"))
        company = service.company_id or self.env["res.company"].browse(
            vals.get("company_id") or self.env.company.id
        )
        vals["company_id"] = company.id
        vals.setdefault("partner_id", service.partner_id.id)
        partner = self.env["res.partner"].sudo().browse(vals["partner_id"])
        complaint = vals.get("complaint") or html2plaintext(
            vals.get("description") or ""
        )
        vals["complaint"] = complaint
        vals["description"] = plaintext2html(complaint)
        vals.setdefault("contact_phone", service.phone or partner.phone)
        vals.setdefault("name", self._get_title(complaint))

    @api.model
    def _get_title(self, complaint):
        first = next(iter((complaint or "").strip().splitlines()), "")
        if len(first) > TITLE_LENGTH:
            first = f"{first[: TITLE_LENGTH - 1]}…"
        return first or self.env._("Repair")
