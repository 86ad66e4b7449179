from odoo import fields, models


class IspService(models.Model):
    _inherit = "isp.service"
    _rec_names_search = ["name", "contact_name", "username", "phone", "legacy_number"]

    legacy_number = fields.Char(
        "Former Number",
        copy=False,
        index="trigram",
        help="What the subscriber was known by before he was taken over.",
    )

    _legacy_number_uniq = models.UniqueIndex(
        "(company_id, legacy_number) WHERE legacy_number IS NOT NULL",
        "Another service has this former number.",
    )

    def _get_former_number(self):
        return self.legacy_number or super()._get_former_number()
