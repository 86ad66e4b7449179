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

    def _get_later(self):
        """Return those that begin on another day than today."""
        return self.filtered(
            lambda service: (
                service.activation_date > service.company_id._get_isp_today()
            )
        )

    def _get_billed_later(self):
        """Return what is billed on the day on which it begins. Who pays before he gets
        in is billed at once, that he can."""
        return self._get_later().filtered(
            lambda service: not service.restrict_before_payment
        )

    def _wait_for_their_day(self):
        """Isolate what begins later until its day comes."""
        for service in self._get_later():
            service._suspend("not_yet", until=service._get_begin())

    def _get_begin(self):
        return self.company_id._get_isp_moment(self.activation_date)

    def _follow_activation_date(self):
        """What waits for its day waits for the one that it has now."""
        waiting = self.env["isp.suspension"].search(
            [
                ("service_id", "in", self.ids),
                ("reason", "=", "not_yet"),
                ("date_end", "=", False),
            ]
        )
        for suspension in waiting:
            service = suspension.service_id
            begin = service._get_begin()
            suspension.date_until = begin
            if service.activation_date <= service.company_id._get_isp_today():
                service._restore("not_yet")
            else:
                service._trigger_dates(begin)

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
