from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """The box of the search shows its headings at once."""
        kinds = self.env["isp.finder"]._get_readable_kinds()
        found = [{"model": kind.model, "label": kind.label} for kind in kinds]
        return {**super().session_info(), "isp_found_kinds": found}
