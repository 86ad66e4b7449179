from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_minimum_due = fields.Monetary(
        "Isolate above",
        help="An invoice of which no more than this is open neither isolates nor is "
        "reminded of.",
    )
    isp_send_invoices = fields.Boolean("Send Invoices by E-mail", default=True)
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

    def _isp_get_office_user(self):
        return self._get_isp_billing_user()

    def _get_isp_billing_user(self):
        """Return who looks after billing; without one, somebody who may."""
        self.ensure_one()
        if self.isp_billing_user_id:
            return self.isp_billing_user_id
        group = self.env.ref("account.group_account_invoice")
        users = group.sudo().all_user_ids.filtered(
            lambda user: self in user.company_ids and not user.share
        )
        return users[:1] or self.env.ref("base.user_admin")
