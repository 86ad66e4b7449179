from odoo import models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _isp_get_sealed(self):
        """A handover record (BAST) hangs on the service, and is sealed."""
        sealed = super()._isp_get_sealed()
        files = self.filtered(lambda file: file.res_model == "isp.service")
        if not files:
            return sealed
        orders = self.env["isp.work.order"].sudo()
        handovers = orders.search([("handover_id", "in", files.ids)]).handover_id
        seals = self.env["isp.handover.seal"].sudo()
        handovers |= seals.search([("attachment_id", "in", files.ids)]).attachment_id
        return sealed | (files & handovers)
