from odoo import fields, models
from odoo.exceptions import ValidationError

from odoo.addons.isp_billing.rating import fill

from .res_partner_efaktur import NO_NPWP

NOBODY = "000000"  # the place of business of who has no NPWP
WITH_STAMP = ("07", "08")


class AccountMove(models.Model):
    _inherit = "account.move"

    isp_efaktur_problem = fields.Char(
        "Why There Is No e-Faktur",
        compute="_compute_isp_efaktur_problem",
        groups="account.group_account_invoice",
    )

    def _compute_isp_efaktur_problem(self):
        """The first thing that somebody has to put right."""
        for move in self.sudo():
            move.isp_efaktur_problem = next(move._isp_find_efaktur_problems(), False)

    def _isp_find_efaktur_problems(self):
        """Yield why this invoice cannot become an e-Faktur, as sentences."""
        buyer, code = self.commercial_partner_id, self.l10n_id_kode_transaksi
        if not buyer._isp_is_known_to_tax_office():
            yield self.env._(
                "%(buyer)s has neither an NPWP nor an ID number (NIK). Write one down.",
                buyer=buyer.display_name,
            )
        if not code:
            yield self.env._("The transaction code (Kode Transaksi) is missing.")
        if code in WITH_STAMP and not self[f"l10n_id_coretax_add_info_{code}"]:
            yield self.env._(
                "Transaction code %(code)s asks for additional information.", code=code
            )
        yield from self._validate_tax_groups()
        if not self._isp_can_fold():
            yield self.env._("A line below zero is more than what it is taken off.")

    def download_efaktur(self):
        """Who is billed for a service need not be written down a second time."""
        documents = self.env["l10n_id_efaktur_coretax.document"]
        documents.check_access("create")
        self.check_access("read")
        self.commercial_partner_id._isp_fill_efaktur()
        return super().download_efaktur()

    def _l10n_id_coretax_build_invoice_vals(self, vals):
        result = super()._l10n_id_coretax_build_invoice_vals(vals)
        buyer = self.commercial_partner_id
        if buyer.vat == NO_NPWP:
            vals["BuyerIDTKU"] = NOBODY
        elif buyer.country_code == "ID":
            npwp = buyer._isp_get_npwp()
            vals["BuyerIDTKU"] = npwp + (buyer.l10n_id_tku or NOBODY)
            if buyer.l10n_id_buyer_document_type == "TIN":
                vals["BuyerTin"] = npwp
        return result

    # Discounts

    def _isp_get_folded(self):
        """Return what lines below zero take off the others, {line: amount}.

        An e-Faktur has no such lines: a discount is that of a line. It is taken off
        those of the same service and days first, then off the others with its taxes.

        :raises ValidationError: when it is more than all of them
        """
        self.ensure_one()
        taken = {}
        lines = self.invoice_line_ids.filtered("tax_ids").sorted("sequence")
        for discount in lines.filtered(lambda line: line.price_subtotal < 0):
            hosts = lines.filtered(
                lambda line, discount=discount: (
                    line.price_subtotal > 0 and line.tax_ids == discount.tax_ids
                )
            ).sorted(discount._isp_get_distance)
            rooms = [line.price_subtotal - taken.get(line, 0.0) for line in hosts]
            off = -discount.price_subtotal
            for line, part in zip(hosts, fill(off, rooms), strict=True):
                if part:
                    taken[line] = taken.get(line, 0.0) + part
            if self.currency_id.compare_amounts(off, sum(rooms)) > 0:
                raise ValidationError(
                    self.env._(
                        "%(invoice)s: “%(line)s” is more than what it is taken off.",
                        invoice=self.display_name,
                        line=discount.name,
                    )
                )
        return taken

    def _isp_can_fold(self):
        try:
            self._isp_get_folded()
        except ValidationError:
            return False
        return True
