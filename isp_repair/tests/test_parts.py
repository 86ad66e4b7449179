from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import RepairCommon


@tagged("post_install", "-at_install")
class TestParts(RepairCommon):
    """B6: parts come from a van or a warehouse and move in the stock, the old ones
    come back as faulty."""

    def _part(self, product, **vals):
        return Command.create({"product_id": product.id, **vals})

    def test_new_part_goes_to_the_customer_and_the_old_one_to_the_faulty_ones(self):
        lot = self._stock(self.onu, serial="NEW1")
        self._stock(self.cable, 100)
        old = self._stock(
            self.onu, serial="OLD1", location=self.warehouse_place.lot_stock_id
        )
        old.isp_service_id = self.service
        ticket = self._repair(
            part_ids=[
                self._part(
                    self.onu,
                    lot_id=lot.id,
                    is_returned=True,
                    returned_serial="OLD1",
                ),
                self._part(self.cable, quantity=20),
            ]
        )
        visit = ticket.sudo().isp_visit_id
        self.assertEqual(visit.part_ids.location_id, self.van)
        pickings = visit.picking_ids
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        self.assertEqual(lot.location_id, self.subscriber.property_stock_customer)
        self.assertEqual(lot.isp_service_id, self.service)
        self.assertEqual(self._count(self.cable, self.van), 80)
        self.assertFalse(old.isp_service_id)
        faulty = self.company._isp_get_faulty_location()
        self.assertEqual(self._count(self.onu, faulty), 1)

    def _count(self, product, location):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", location.id)]
        )
        return sum(quants.mapped("quantity"))

    def test_old_part_that_was_in_no_stock_is_entered(self):
        lot = self._stock(self.onu, serial="NEW2")
        self._repair(
            part_ids=[
                self._part(
                    self.onu, lot_id=lot.id, is_returned=True, returned_serial=" OLD2 "
                )
            ]
        )
        old = self.env["stock.lot"].search([("name", "=", "OLD2")])
        self.assertEqual(old.product_id, self.onu)
        self.assertEqual(old.location_id, self.company.isp_faulty_location_id)

    def test_done_names_every_serial_that_is_missing(self):
        elsewhere = self._stock(
            self.onu, serial="FAR1", location=self.warehouse_place.lot_stock_id
        )
        ticket = self._order_repair()
        visit = self._begin(ticket)
        visit.write(
            {
                "cause_id": self.cause.id,
                "report": "Exchanged",
                "part_ids": [
                    self._part(self.onu, is_returned=True),
                    self._part(self.onu, lot_id=elsewhere.id),
                ],
            }
        )
        message = self._assert_refused(UserError, visit.action_finish)
        self.assertIn("Serial number of the new ONU", message)
        self.assertIn("Serial number of the old ONU", message)
        self.assertIn("FAR1 is not in", message)
        self.assertFalse(visit.sudo().picking_ids)

    def test_one_serial_is_one_piece_of_its_own_product(self):
        lot = self._stock(self.onu, 1, "NEW3")
        visit = self._begin(self._order_repair())
        for vals in (
            {"product_id": self.onu.id, "lot_id": lot.id, "quantity": 2},
            {"product_id": self.cable.id, "lot_id": lot.id},
        ):
            self._assert_refused(
                ValidationError, visit.write, {"part_ids": [Command.create(vals)]}
            )

    def test_after_done_parts_are_put_right_in_the_inventory(self):
        self._stock(self.cable, 10)
        ticket = self._repair(part_ids=[self._part(self.cable, quantity=3)])
        part = ticket.sudo().isp_visit_id.part_ids
        for user in ("admin", "technician"):
            own = self._as(user, part)
            self._assert_refused(ValidationError, own.write, {"quantity": 1})
            self._assert_refused(ValidationError, own.unlink)
        strange = self._as("colleague", part)
        self._assert_refused(AccessError, strange.write, {"quantity": 1})
        self._assert_refused(AccessError, strange.unlink)

    def test_customer_is_not_told_of_a_delivery(self):
        """Where Odoo confirms deliveries, he hears of parcels and not of parts."""
        self.company.stock_move_email_validation = True
        ticket = self._repair(part_ids=[self._part(self.cable, quantity=5)])
        picking = ticket.sudo().isp_visit_id.picking_ids
        self.assertFalse(self._get_comments(picking))
        parcel = picking.copy({"isp_work_order_id": False})
        parcel.action_confirm()
        parcel.move_ids.write({"quantity": 5, "picked": True})
        parcel._action_done()
        self.assertEqual(parcel.state, "done")
        self.assertTrue(self._get_comments(parcel))

    def _get_comments(self, picking):
        comment = self.env.ref("mail.mt_comment")
        return picking.message_ids.filtered(lambda m: m.subtype_id == comment)

    def test_untracked_part_may_come_from_an_empty_van(self):
        """The books follow what was done; the warehouse counts the difference."""
        ticket = self._repair(part_ids=[self._part(self.cable, quantity=5)])
        self.assertEqual(ticket.isp_repair_status, "done")
        self.assertEqual(self._count(self.cable, self.van), -5)

    def test_without_a_van_parts_come_from_the_stock_of_the_pop(self):
        self.pop.location_id = self.warehouse_place.lot_stock_id
        visit = self._begin(self._order_repair(), "colleague")
        visit.part_ids = [self._part(self.cable)]
        self.assertEqual(visit.part_ids.location_id, self.pop.location_id)
