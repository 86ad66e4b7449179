from odoo import fields, models


class HelpdeskTicketCategory(models.Model):
    _name = "helpdesk.ticket.category"
    _inherit = ["helpdesk.ticket.category", "isp.shared.mixin"]

    isp_labour_product_id = fields.Many2one(
        "product.product",
        "Labour",
        domain="[('type', '=', 'service'), ('is_internet_plan', '=', False)]",
        help="The service that is proposed on the invoice of such a repair.",
    )
    isp_free_after_installation = fields.Integer(
        "Free after Installation (days)",
        help="A repair within so many days of the installation is free.",
    )
    isp_free_after_repair = fields.Integer(
        "Free after Repair (days)",
        help="A repair within so many days of the last one of the same service is "
        "free.",
    )

    _isp_free_days = models.Constraint(
        "CHECK (isp_free_after_installation >= 0 AND isp_free_after_repair >= 0)",
        "A number of free days cannot be below zero.",
    )
