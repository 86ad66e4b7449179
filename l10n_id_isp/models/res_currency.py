from odoo import api, models

WHOLE, WITH_SEN = 1.0, 0.01


class ResCurrency(models.Model):
    _inherit = "res.currency"

    @api.model
    def _isp_drop_sen(self):
        """Make the Rupiah one without decimals, as invoices in Indonesia are; not in
        books that have entries with decimals already."""
        rupiah = self.env.ref("base.IDR")
        if not rupiah._has_accounting_entries():
            rupiah._isp_set_whole(True)

    def _isp_is_whole(self):
        self.ensure_one()
        return self.rounding >= WHOLE

    def _isp_set_whole(self, whole):
        """Write whether amounts have no decimals, where it is not so already.

        :raises UserError: when decimals are to go and there are entries in them
        """
        self.ensure_one()
        if whole != self._isp_is_whole():
            self.rounding = WHOLE if whole else WITH_SEN
