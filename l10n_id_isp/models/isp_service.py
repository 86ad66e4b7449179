from odoo import api, fields, models

PHONE_EXAMPLE = "0812 3456 7890"


class IspService(models.Model):
    _inherit = "isp.service"

    street2 = fields.Char("Village, District")

    @api.model
    def _get_phone_example(self, country):
        if country.code == "ID":
            return PHONE_EXAMPLE
        return super()._get_phone_example(country)
