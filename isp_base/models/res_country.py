from odoo import models


class ResCountry(models.Model):
    _inherit = "res.country"

    def _isp_get_bounds(self) -> tuple[float, float, float, float] | None:
        """Return (south, west, north, east) in degrees of a box around the country.

        Hook: the country's addon answers; None where nobody knows.
        """
        return None
