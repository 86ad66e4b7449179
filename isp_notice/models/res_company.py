from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models


class ResCompany(models.Model):
    """When subscribers are not disturbed."""

    _inherit = "res.company"

    isp_quiet_from = fields.Float("Quiet From", default=21.0)
    isp_quiet_until = fields.Float("Quiet Until", default=7.0)
    isp_incoming_days = fields.Integer("Keep What Came In (days)", default=180)

    _isp_quiet_range = models.Constraint(
        "CHECK (isp_quiet_from >= 0 AND isp_quiet_from < 24 "
        "AND isp_quiet_until >= 0 AND isp_quiet_until < 24)",
        "An hour is between 0:00 and 23:59.",
    )

    def _get_isp_waking(self, partner, moment):
        """Return when a subscriber may be written to: the moment itself, or the end of
        the quiet hours that it lies in, where he is.

        :param partner: res.partner
        :param moment: naive datetime in UTC
        """
        self.ensure_one()
        begin, end = self.isp_quiet_from, self.isp_quiet_until
        zone = pytz.timezone(partner.tz or self._get_isp_zone())
        local = moment.replace(tzinfo=pytz.utc).astimezone(zone)
        hour = local.hour + local.minute / 60
        is_quiet = begin <= hour < end if begin <= end else hour >= begin or hour < end
        if not is_quiet:
            return moment
        day = local.date() + timedelta(days=hour >= end)
        waking = time(int(end), round(end % 1 * 60))
        woken = zone.localize(datetime.combine(day, waking))
        return woken.astimezone(pytz.utc).replace(tzinfo=None)
