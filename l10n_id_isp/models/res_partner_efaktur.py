import re

from odoo import fields, models

from odoo.addons.isp_billing.const import LEDGER_GROUPS

NO_NPWP = "/"  # Odoo's word for who has no tax number
NPWP_LENGTH = 16
DOCUMENTS = {"ktp": "NIK", "passport": "Passport"}
# Not for salesmen: the vault tells them the numbers of their own subscribers
GROUPS = f"{LEDGER_GROUPS},isp_base.isp_base_group_admin"


class ResPartner(models.Model):
    """What an e-Faktur says of its buyer. His ID number comes out of the vault when one
    is made, not before."""

    _inherit = "res.partner"

    l10n_id_nik = fields.Char(groups=GROUPS)
    l10n_id_buyer_document_number = fields.Char(groups=GROUPS)

    def _isp_fill_efaktur(self):
        """Give Odoo's own fields what these buyers are known by to the tax office; it
        is noted whose ID number was taken."""
        numbers = self._isp_get_secrets("isp_id_number")
        taken = self.browse()
        for buyer in self.sudo().with_context(tracking_disable=True):
            vals = buyer._isp_prepare_efaktur(numbers.get(buyer.id))
            if vals.get("l10n_id_buyer_document_number"):
                taken |= buyer
            before = buyer._convert_to_write({name: buyer[name] for name in vals})
            changed = {
                name: new for name, new in vals.items() if before.get(name) != new
            }
            if changed:
                buyer.write(changed)
        taken._isp_note_look("isp_id_number", "tax")

    def _isp_prepare_efaktur(self, number):
        """:param number: that of his ID, or None"""
        self.ensure_one()
        vals = {"l10n_id_pkp": True}
        if not self.country_id:
            vals["country_id"] = self.env.company.country_id.id
        if self._isp_has_npwp():
            return vals if self.isp_service_ids else {}
        if not number:
            typed = self.l10n_id_buyer_document_number
            return {**vals, "vat": NO_NPWP} if typed else {}
        if self.isp_id_type == "business" and self._isp_is_npwp(number):
            return {**vals, "vat": number, "l10n_id_buyer_document_type": "TIN"}
        vals |= {
            "vat": NO_NPWP,
            "l10n_id_buyer_document_type": DOCUMENTS.get(self.isp_id_type, "Other"),
            "l10n_id_buyer_document_number": number,
        }
        if self.isp_id_type == "ktp":
            vals["l10n_id_nik"] = number
        return vals

    def _isp_has_npwp(self):
        return (self.vat or NO_NPWP) != NO_NPWP

    def _isp_is_npwp(self, number):
        return self.check_vat_id(number)

    def _isp_is_known_to_tax_office(self):
        """Whether there is a number by which an e-Faktur can name this buyer."""
        return bool(
            self._isp_has_npwp()
            or self.isp_id_number
            or (
                self.l10n_id_buyer_document_type != "TIN"
                and self.l10n_id_buyer_document_number
            )
        )

    def _isp_get_npwp(self):
        """Return the NPWP with its 16 digits, as the tax office writes it."""
        digits = re.sub(r"\D", "", self.vat or "")
        return digits.zfill(NPWP_LENGTH) if digits else ""
