from odoo import api, models

INTERNET_ACCESS = "l10n_id_efaktur_coretax.product_code_170202_service"


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.depends("is_internet_plan")
    def _compute_l10n_id_product_code(self):
        """A plan is access to the internet, unless somebody says otherwise."""
        result = super()._compute_l10n_id_product_code()
        code = self.env.ref(INTERNET_ACCESS, raise_if_not_found=False)
        if code:
            self.filtered("is_internet_plan").l10n_id_product_code = code
        return result

    @api.model
    def _isp_fill_product_codes(self):
        """Give a code to products that are older than the codes, and to plans that
        have the general one still."""
        general = self.env.ref("l10n_id_efaktur_coretax.product_code_000000_service")
        products = self.with_context(active_test=False).search(
            [
                "|",
                ("l10n_id_product_code", "=", False),
                "&",
                ("is_internet_plan", "=", True),
                ("l10n_id_product_code", "=", general.id),
            ]
        )
        products._compute_l10n_id_product_code()
