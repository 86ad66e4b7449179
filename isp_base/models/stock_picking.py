from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    isp_work_order_id = fields.Many2one(
        "isp.work.order", "Work Order", readonly=True, index="btree_not_null"
    )

    def copy(self, default=None):
        """What is delivered later, or comes back, is for the same visit."""
        pickings = super().copy(default)
        if "isp_work_order_id" in (default or {}):
            return pickings
        for picking, new in zip(self.sudo(), pickings.sudo(), strict=True):
            new.isp_work_order_id = picking.isp_work_order_id
        return pickings

    def _action_done(self):
        """Send the subscriber no notice of a delivery for what technicians bring along:
        he is told of their visit."""
        brought = self.filtered("isp_work_order_id").with_context(skip_sms=True)
        super(StockPicking, brought)._action_done()
        return super(StockPicking, self - brought)._action_done()

    def _send_confirmation_email(self):
        shipped = self.filtered(lambda picking: not picking.isp_work_order_id)
        return super(StockPicking, shipped)._send_confirmation_email()
