from odoo import models

from .isp_service_dismantling import EQUIPMENT_ACTIVITY


class IspService(models.Model):
    """The devices that stand at the subscriber's: they come back when it ends."""

    _inherit = "isp.service"

    def _activate(self, services):
        """What was asked for and not issued is not needed any more."""
        result = super()._activate(services)
        services._close_requests(self.env._("The subscriber is active."))
        return result

    def _terminate(self, reason):
        result = super()._terminate(reason)
        self._close_requests(reason)
        self._collect_equipment()
        return result

    def _cancel(self, reason, lost_reason=None):
        result = super()._cancel(reason, lost_reason)
        self._collect_equipment()
        return result

    def _close_requests(self, reason):
        """Call off what the warehouse was to issue and has not: nothing stays reserved
        for those who need it no more."""
        requests = self.sudo().work_order_ids._get_open_requests()
        requests._message_log_batch(bodies=dict.fromkeys(requests.ids, reason))
        requests.action_cancel()

    def _collect_equipment(self):
        """Ask for the devices that are still there: a transfer that brings them back,
        and the office, who sends somebody."""
        orders = self.env["isp.work.order"].sudo()
        orders.flush_model(["state"])  # what was cancelled just now makes room
        holders = self.sudo().filtered("equipment_ids")
        holders._notify_subscriber("equipment_back")
        for service in holders:
            if not service._get_dismantling().is_open:
                orders.create({"service_id": service.id, "kind": "dismantling"})
            service._get_planned_returns().action_cancel()  # of an end before this one
            picking = service._create_return(service.equipment_ids)
            office = service.company_id._get_isp_person("office")
            service._ask_people(
                EQUIPMENT_ACTIVITY,
                office,
                summary=service.with_context(lang=office.lang).env._(
                    "Collect the equipment: %(serials)s (%(transfer)s)",
                    serials=", ".join(service.equipment_ids.mapped("name")),
                    transfer=picking.name,
                ),
            )

    def _get_dismantling(self):
        """Return the visit (isp.work.order) that gets the devices: the open one, else
        the last one."""
        visits = self.work_order_ids.filtered(lambda order: order.kind == "dismantling")
        return (visits.filtered("is_open") or visits).sorted("id")[-1:]

    def _create_return(self, lots):
        """Return the planned transfer (stock.picking) of devices (stock.lot) back, for
        the visit that gets them."""
        self.ensure_one()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        partner = self.sudo().partner_id.with_company(self.company_id)
        place = {
            "location_id": partner.property_stock_customer.id,
            "location_dest_id": (self.pop_id.location_id or warehouse.lot_stock_id).id,
        }
        picking = self.env["stock.picking"].create(
            {
                **place,
                "picking_type_id": warehouse.in_type_id.id,
                "partner_id": self.partner_id.id,
                "origin": self.name,
                "isp_work_order_id": self._get_dismantling().id,
                "user_id": False,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            **place,
                            "product_id": product.id,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": len(devices),
                            "company_id": self.company_id.id,
                        },
                    )
                    for product, devices in lots.grouped("product_id").items()
                ],
            }
        )
        picking.action_confirm()
        for move in picking.move_ids:
            move.move_line_ids.unlink()
            move.lot_ids = lots.filtered(
                lambda lot, m=move: lot.product_id == m.product_id
            )
        return picking
