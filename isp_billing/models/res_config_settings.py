from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_minimum_due = fields.Monetary(
        related="company_id.isp_minimum_due",
        readonly=False,
        currency_field="currency_id",
    )
    isp_use_money = fields.Boolean(related="company_id.isp_use_money", readonly=False)
    isp_use_money_for_others = fields.Boolean(
        related="company_id.isp_use_money_for_others", readonly=False
    )
    isp_hold_share = fields.Float(related="company_id.isp_hold_share", readonly=False)
    isp_isolate_on_weekends = fields.Boolean(
        related="company_id.isp_isolate_on_weekends", readonly=False
    )
    isp_holiday_calendar_id = fields.Many2one(
        related="company_id.isp_holiday_calendar_id", readonly=False
    )
    isp_send_invoices = fields.Boolean(
        related="company_id.isp_send_invoices", readonly=False
    )
    isp_invoice_mail = fields.Selection(
        related="company_id.isp_invoice_mail", readonly=False, required=True
    )
    isp_billing_user_id = fields.Many2one(
        related="company_id.isp_billing_user_id", readonly=False
    )
    isp_confirmation_proof = fields.Boolean(
        related="company_id.isp_confirmation_proof", readonly=False
    )
    isp_confirmation_hold_days = fields.Integer(
        related="company_id.isp_confirmation_hold_days", readonly=False
    )
