from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _update_isp_equipment(self):
        """The serial of the one device that was issued is that of the report, until
        a technician writes another one."""
        result = super()._update_isp_equipment()
        moved = set(self.move_line_ids.lot_id.mapped("name"))
        for order in self.isp_work_order_id.sudo():
            is_installation = order.kind == "installation" and order.is_open
            if is_installation and (order.onu_serial or "") in moved | {""}:
                devices = order.service_id.equipment_ids
                order.onu_serial = devices.name if len(devices) == 1 else False
        return result
