from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_whole_rupiah = fields.Boolean(
        "Rupiah Without Decimals",
        help="As invoices in Indonesia are written. It holds for all companies of the "
        "database, and cannot change once there are entries in Rupiah.",
    )

    def get_values(self):
        rupiah = self.env.ref("base.IDR")
        return {**super().get_values(), "isp_whole_rupiah": rupiah._isp_is_whole()}

    def set_values(self):
        result = super().set_values()
        self.env.ref("base.IDR")._isp_set_whole(self.isp_whole_rupiah)
        return result
