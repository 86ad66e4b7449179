from odoo import api, models

READ_ADDONS = ["isp_bank", "account_reconcile_oca"]


class IspBillingTemplate(models.AbstractModel):
    _inherit = "isp.billing.template"

    @api.model
    def _get_known_addons(self) -> list[str]:
        """What these add to an invoice is computed when it is read."""
        return [*super()._get_known_addons(), *READ_ADDONS]

    @api.model
    def _get_known_callbacks(self) -> set[str]:
        return super()._get_known_callbacks() | {"IspUniqueAmount._refresh_noted"}

    @api.model
    def _get_free_columns(self) -> list[str]:
        return [*super()._get_free_columns(), "isp_virtual_account"]
