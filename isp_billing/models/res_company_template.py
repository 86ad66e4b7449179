from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_bill_by_template = fields.Boolean(
        "Invoices by Template",
        default=True,
        help="A billing run makes the first two invoices of every kind one by one, and "
        "copies the others from the first, several times as fast, when the second one "
        "proves to be what a copy would have been. Whatever is not known for sure is "
        "made one by one all the same; the run says what, and why.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_bill_by_template = fields.Boolean(
        related="company_id.isp_bill_by_template", readonly=False
    )
