from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    isp_work_order_id = fields.Many2one(
        related="picking_id.isp_work_order_id", store=True, index="btree_not_null"
    )

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves._update_isp_equipment()
        return moves

    def _update_isp_equipment(self):
        """Serials issued for a work order stand at its service until they come back."""
        lots_by_service = {}
        for line in self.move_line_ids.filtered("lot_id"):
            service = line.move_id.isp_work_order_id.service_id
            if line.location_dest_id.usage == "customer" and service:
                lots_by_service.setdefault(service.id, []).append(line.lot_id.id)
            elif line.location_dest_id.usage != "customer":
                lots_by_service.setdefault(False, []).append(line.lot_id.id)
        for service_id, lot_ids in lots_by_service.items():
            lots = self.env["stock.lot"].sudo().browse(lot_ids)
            lots.filtered(
                lambda lot, service_id=service_id: lot.isp_service_id.id != service_id
            ).isp_service_id = service_id
        visits = self.isp_work_order_id.filtered(lambda o: o.kind == "dismantling")
        for service in visits.service_id.sudo():
            if not service.equipment_ids:
                service._end_dismantling(self.env._("All equipment is back."))
