from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

AHEAD_DAYS = 31


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_first_invoice_days = fields.Integer(
        "Join First Days to the Next Month",
        help="When a service begins with fewer days than these before the next billing "
        "day, its first invoice charges the next month along. 0: never.",
    )
    isp_activation_ahead_days = fields.Integer(
        "Days of Activation Ahead",
        default=AHEAD_DAYS,
        help="A service is not activated more days than these before its activation "
        "date. 0: however early.",
    )

    _isp_activation_days_positive = models.Constraint(
        "CHECK (isp_first_invoice_days BETWEEN 0 AND 28 "
        "AND isp_activation_ahead_days >= 0)",
        "First days that are joined are 0 to 28, days ahead 0 or more.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_first_invoice_days = fields.Integer(
        related="company_id.isp_first_invoice_days", readonly=False
    )
    isp_activation_ahead_days = fields.Integer(
        related="company_id.isp_activation_ahead_days", readonly=False
    )


class IspService(models.Model):
    """A service is not opened, nor billed, long before the day on which it begins."""

    _inherit = "isp.service"

    def _activate(self, services):
        services._check_begins_soon()
        return super()._activate(services)

    def _check_begins_soon(self):
        """:raises UserError: when it begins later than the company allows"""
        for service in self.filtered("activation_date"):
            company = service.company_id
            limit = company.isp_activation_ahead_days
            latest = fields.Date.add(company._get_isp_today(), days=limit)
            if limit and service.activation_date > latest:
                raise UserError(
                    self.env._(
                        "%(service)s is to begin on %(date)s: it can be activated "
                        "%(days)s days before, not earlier. Correct the activation "
                        "date, or wait.",
                        service=service.name or service.contact_name,
                        date=format_date(self.env, service.activation_date),
                        days=limit,
                    )
                )
