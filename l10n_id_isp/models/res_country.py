from odoo import models

INDONESIA = (-11.2, 94.8, 6.3, 141.1)  # with Sabang, Rote and Merauke


class ResCountry(models.Model):
    _inherit = "res.country"

    def _isp_get_bounds(self):
        if self.code == "ID":
            return INDONESIA
        return super()._isp_get_bounds()
