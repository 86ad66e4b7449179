from odoo import models


class EfakturDocument(models.Model):
    _inherit = "l10n_id_efaktur_coretax.document"

    def _generate_xml(self, regenerate=False):
        """What each invoice says in the file is known afterwards."""
        result = super()._generate_xml(regenerate)
        self.invoice_ids._isp_note_efaktur()
        return result

    def action_regenerate(self):
        """With what the buyers are known by now."""
        self.check_access("write")
        self.invoice_ids.commercial_partner_id._isp_fill_efaktur()
        return super().action_regenerate()
