from odoo import models
from odoo.tools import float_repr

OTHER_UNIT = "UM.0033"


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _isp_get_distance(self, line):
        """Return what sorts the lines that a discount is taken off, nearest first."""
        self.ensure_one()
        return (
            line.isp_service_id != self.isp_service_id,
            (line.isp_date_from, line.isp_date_to)
            != (self.isp_date_from, self.isp_date_to),
            bool(line.isp_charge_id),
            line.sequence,
        )

    def _l10n_id_coretax_build_invoice_line_vals(self, vals):
        """A line below zero is the discount of others; see account.move."""
        if self.price_subtotal < 0:
            return None
        result = super()._l10n_id_coretax_build_invoice_line_vals(vals)
        values = vals["lines"][-1]
        values["Name"] = values["Name"] or self.name
        values["Unit"] = values["Unit"] or OTHER_UNIT
        if off := self.move_id._isp_get_folded().get(self):
            self._isp_take_off(values, off)
        return result

    def _isp_take_off(self, values, off):
        """Lower the amounts of an e-Faktur's line by a discount, before taxes."""
        rupiah = self.env.ref("base.IDR")
        share = float(values["OtherTaxBase"]) / float(values["TaxBase"])
        base = rupiah.round(self.price_subtotal - off)
        part = 11 / 12 if 0 < share < 1 else share
        other = rupiah.round((self.price_subtotal - off) * part)
        amounts = {
            "TotalDiscount": float(values["TotalDiscount"]) + rupiah.round(off),
            "TaxBase": base,
            "OtherTaxBase": other,
            "VAT": rupiah.round(other * values["VATRate"] / 100),
            "STLG": rupiah.round(other * values["STLGRate"] / 100),
        }
        for name, amount in amounts.items():
            values[name] = float_repr(amount, self.currency_id.decimal_places)
