from odoo import fields, models


class IrAttachment(models.Model):
    """A handover record (BAST) hangs on the service, of which accounting and the
    warehouse read as well: a rule keeps it for those who talk to the subscriber."""

    _inherit = "ir.attachment"

    isp_seal_ids = fields.One2many(
        "isp.handover.seal", "attachment_id", "Seals", groups=fields.NO_ACCESS
    )
    isp_handover_order_ids = fields.One2many(
        "isp.work.order", "handover_id", "Handed Over by", groups=fields.NO_ACCESS
    )

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
