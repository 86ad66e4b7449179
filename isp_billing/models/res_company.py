from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_minimum_due = fields.Monetary(
        "Isolate above",
        help="Who owes no more than this, in sum, is neither reminded nor isolated.",
    )
    isp_send_invoices = fields.Boolean("Send Invoices by E-mail", default=True)
    isp_invoice_mail = fields.Selection(
        [("pdf", "With the PDF"), ("link", "With a link to it")],
        "Invoices Are Mailed",
        default="pdf",
        required=True,
        help="With a link, the PDF is made when somebody opens it: a billing run's "
        "e-mails are ready several times as fast.",
    )
    isp_billing_user_id = fields.Many2one(
        "res.users",
        "Responsible for Billing",
        domain="[('share', '=', False)]",
        help="Is asked to look after what could not be billed or restored.",
    )
    isp_confirmation_proof = fields.Boolean(
        "Payment Confirmation Needs a Proof",
        help="A picture or PDF of the transfer.",
    )
    isp_confirmation_hold_days = fields.Integer(
        "Days to Check a Confirmed Payment",
        default=2,
        help="An invoice of which a payment is confirmed and not checked yet isolates "
        "so many days later.",
    )

    _isp_confirmation_hold_days_positive = models.Constraint(
        "CHECK (isp_confirmation_hold_days >= 0)",
        "The days to check a confirmed payment are zero or more.",
    )

    @api.model
    def _get_isp_billed(self):
        """Return the companies that bill services, or have billed some."""
        groups = (
            self.env["isp.service"]
            .sudo()
            ._read_group([("billing_schedule_id", "!=", False)], ["company_id"])
        )
        return self.union(*(company for (company,) in groups))

    @api.model
    def _get_isp_roles(self):
        billing = ("isp_billing_user_id", "account.group_account_invoice")
        return {**super()._get_isp_roles(), "billing": billing}
