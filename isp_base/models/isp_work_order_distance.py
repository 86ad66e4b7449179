from odoo import fields, models

from .. import places
from ..const import VISIT_GROUPS


class IspWorkOrder(models.Model):
    """How far from the address a visit was started. Where the technician was is not
    kept, and is asked of nobody who does not allow it on his phone."""

    _inherit = "isp.work.order"

    start_distance = fields.Integer(
        "Metres from the Address",
        readonly=True,
        copy=False,
        aggregator=None,
        groups=VISIT_GROUPS,
        help="When it was started; none where the phone did not say.",
    )

    def _get_mapped(self):
        """Return (latitude, longitude) of the address, or None."""
        place = self.sudo()._get_place()
        spot = place.latitude, place.longitude
        return spot if any(spot) else None

    def _get_phone_acts(self):
        """A start asks the phone where it is, where that can be compared."""
        acts = super()._get_phone_acts()
        for act in acts:
            if act["act"] == "start":
                act["located"] = bool(self._get_mapped())
        return acts

    def _phone_start(self, values, base):
        started = self.state == "started"
        result = super()._phone_start(values, base)
        spot, here = self._get_mapped(), places.read_position(values.get("position"))
        if spot and here and not started:
            # 0 is a distance that nobody knows.
            self.sudo().start_distance = max(1, places.get_metres(spot, here))
        return result

    def _start_undone(self):
        self.sudo().start_distance = 0
        return super()._start_undone()
