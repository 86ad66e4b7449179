import random
from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models


class ResCompany(models.Model):
    """When subscribers are not disturbed."""

    _inherit = "res.company"

    isp_quiet_from = fields.Float("Quiet From", default=21.0)
    isp_quiet_until = fields.Float("Quiet Until", default=7.0)
    isp_spread_hours = fields.Integer("Spread Bills over (hours)")
    isp_incoming_days = fields.Integer("Keep What Came In (days)", default=180)

    _isp_quiet_range = models.Constraint(
        "CHECK (isp_quiet_from >= 0 AND isp_quiet_from < 24 "
        "AND isp_quiet_until >= 0 AND isp_quiet_until < 24)",
        "An hour is between 0:00 and 23:59.",
    )

    _isp_spread_range = models.Constraint(
        "CHECK (isp_spread_hours BETWEEN 0 AND 12)",
        "Bills are spread over twelve hours at most.",
    )

    def _get_isp_turn(self, partner, moment):
        """Return when one of many who are told the same at once is written to: at some
        time of the hours that the company spreads it over, while he is awake.

        :param partner: res.partner
        :param moment: naive datetime in UTC
        """
        begin = self._get_isp_waking(partner, moment)
        later = timedelta(seconds=random.uniform(0, 3600 * self.isp_spread_hours))
        return self._get_isp_waking(partner, begin + later)

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
