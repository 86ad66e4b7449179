from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import IspCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestMaterialRequest(IspCommon):
    """Row A5b: asked for on the work order, issued in the warehouse's own screens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse_place = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "location_id": cls.warehouse_place.lot_stock_id.id}
        )
        cls.onu, cls.cable = cls.env["product.product"].create(
            [
                {"name": "ONU", "is_storable": True, "tracking": "serial"},
                {"name": "Cable", "is_storable": True},
            ]
        )
        cls.lots = cls.env["stock.lot"].create(
            [{"name": f"SN{n}", "product_id": cls.onu.id} for n in (1, 2)]
        )
        quants = cls.env["stock.quant"]
        for lot in cls.lots:
            quants._update_available_quantity(cls.onu, cls.shelf, 1, lot_id=lot)
        quants._update_available_quantity(cls.cable, cls.shelf, 100)

    def _request(self, order, user=None, **lines):
        user = user or self.technician
        action = order.with_user(user).action_request_material()
        wizards = self.env[action["res_model"]].with_user(user)
        form = Form(wizards.with_context(**action["context"]))
        form.location_id = self.shelf
        for product, quantity, note in lines.get("lines") or [
            (self.onu, 1, "white one"),
            (self.cable, 30, False),
        ]:
            with form.line_ids.new() as line:
                line.product_id = product
                line.quantity = quantity
                line.note = note
        request = form.save()
        request.action_send()
        return order.sudo().picking_ids

    def test_stock_on_hand_and_what_is_short_are_said(self):
        """P12."""
        order = self._create_order(state="started")
        action = self._as("technician", order).action_request_material()
        wizards = self._as("technician", self.env[action["res_model"]])
        form = Form(wizards.with_context(**action["context"]))
        form.location_id = self.shelf
        with form.line_ids.new() as line:
            line.product_id = self.cable
            line.quantity = 30
            self.assertEqual(line.stock_note, "100 in stock")
            line.quantity = 130
            self.assertEqual(line.stock_note, "100 in stock, 30 short")

    def test_nobody_needs_so_much(self):
        """P12."""
        order = self._create_order(state="started")
        for lines in ([(self.cable, 999_999, False)], [(self.onu, 60, False)]):
            with self.assertRaisesRegex(ValidationError, "more than one visit needs"):
                self._request(order, lines=lines)

    def test_the_kit_of_the_plan_is_proposed_once(self):
        """P12."""
        self.plan.company_id = self.company
        self._as("manager", self.plan).isp_kit_ids = [
            Command.create({"product_id": self.onu.id}),
            Command.create({"product_id": self.cable.id, "quantity": 40}),
        ]
        order = self._create_order(state="started")
        action = self._as("technician", order).action_request_material()
        wizards = self._as("technician", self.env[action["res_model"]])
        form = Form(wizards.with_context(**action["context"]))
        form.location_id = self.shelf
        form.save().action_send()
        asked = order.sudo().material_ids
        self.assertEqual(asked.product_id, self.onu | self.cable)
        self.assertEqual(asked.mapped("product_uom_qty"), [1, 40])
        action = self._as("technician", order).action_request_material()
        self.assertFalse(action["context"]["default_line_ids"])

    def test_a_kit_is_of_goods(self):
        for product in (self.plan.product_variant_id, self.other_plan):
            kit = {"plan_id": self.plan.id, "product_id": product.id}
            if product == self.other_plan:
                kit = {**kit, "product_id": self.cable.id, "quantity": 0}
            lines = self._as("manager", self.env["isp.plan.kit.line"])
            with mute_logger("odoo.sql_db"):
                self._assert_refused(Exception, lines.create, kit)

    def test_what_was_not_used_is_brought_back(self):
        """P12."""
        order = self._create_order(state="started")
        picking = self._request(order)
        self._issue(picking, self.lots[0])
        mine = self._as("technician", order)
        issued = {
            move.product_id: key
            for key, (move, _lot, _left) in mine._get_returnable().items()
        }
        act = self.as_user(order, self.stranger)._return_material
        self._assert_refused(AccessError, act, {issued[self.cable]: 1})
        cable, onu = issued[self.cable], issued[self.onu]
        for key, quantity in ((cable, 31), (onu, 2), ("7", 1)):
            act = self._as("technician", order)._return_material
            self._assert_refused(UserError, act, {key: quantity})
        self._as("technician", order)._return_material({cable: 12, onu: 1})
        back = order.sudo().picking_ids - picking
        self.assertEqual(back.state, "assigned")
        self.assertEqual(back.location_dest_id, self.shelf)
        self.assertEqual(back.move_ids.lot_ids, self.lots[0])
        left = self._as("technician", order)._get_returnable()
        self.assertEqual([row[2] for row in left.values()], [18])
        back.move_ids.picked = True
        self._as("warehouse", back).button_validate()
        self.assertEqual(back.state, "done")
        self.assertFalse(order.service_id.equipment_ids)
        quants = self.env["stock.quant"]
        found = quants._get_available_quantity(self.cable, self.shelf)
        self.assertEqual(found, 82)

    def test_nothing_stays_reserved_after_the_activation(self):
        """P12."""
        service = self._create_service()
        order = self._create_order(service, state="started")
        picking = self._request(order, lines=[(self.cable, 30, False)])
        picking.action_assign()
        self.assertEqual(picking.state, "assigned")
        self._activate(service)
        self.assertEqual(picking.state, "cancel")

    def test_a_request_is_withdrawn_by_who_made_it(self):
        """P12."""
        order = self._create_order(state="started")
        picking = self._request(order)
        act = self.as_user(order, self.stranger).action_withdraw_material
        self._assert_refused(AccessError, act)
        self.assertTrue(self._as("technician", order).has_open_request)
        self._as("technician", order).action_withdraw_material()
        self.assertEqual(picking.state, "cancel")
        self.assertFalse(self._as("technician", order).has_open_request)
        act = self._as("technician", order).action_withdraw_material
        self._assert_refused(UserError, act)

    def test_what_stands_at_a_former_subscriber_is_collected(self):
        """P18."""
        for ended in ("_terminate", "_cancel"):
            service = self._create_service()
            order = self._create_order(service, state="started")
            lot = self.lots[0 if ended == "_terminate" else 1]
            self._issue(self._request(order, lines=[(self.onu, 1, False)]), lot)
            open_request = self._request(order, lines=[(self.cable, 5, False)])
            open_request -= open_request.filtered(lambda p: p.state == "done")
            self.assertEqual(service.sudo().equipment_ids, lot)
            if ended == "_terminate":
                self._activate(service)
            getattr(self._as("admin", service), ended)("Moved away")
            self.assertEqual(open_request.state, "cancel")
            back = self.env["stock.picking"].search([("origin", "=", service.name)])
            self.assertEqual(back.picking_type_id.code, "incoming")
            self.assertEqual(back.move_ids.move_line_ids.lot_id, lot)
            said = service.sudo().activity_ids.mapped("summary")
            self.assertTrue(any(lot.name in (text or "") for text in said), said)
            back.with_user(self.warehouse).move_ids.picked = True
            back.with_user(self.warehouse).button_validate()
            self.assertFalse(service.sudo().equipment_ids)

    def _issue(self, picking, lot):
        """The warehouse man gives out this serial number."""
        picking = picking.with_user(self.warehouse)
        picking.action_assign()
        move = picking.move_ids.filtered(lambda m: m.product_id == self.onu)
        move.move_line_ids.lot_id = lot
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_request_is_a_confirmed_transfer_of_that_warehouse(self):
        order = self._create_order(state="started")
        picking = self._request(order)
        self.assertIn(picking.state, ("confirmed", "assigned"))
        self.assertEqual(picking.picking_type_id, self.warehouse_place.out_type_id)
        self.assertEqual(picking.location_id, self.shelf)
        self.assertEqual(picking.location_dest_id.usage, "customer")
        self.assertEqual(picking.partner_id, order.partner_id)
        self.assertEqual(picking.origin, order.name)
        self.assertFalse(picking.user_id)
        moves = picking.move_ids.sorted(lambda move: move.product_id.name)
        self.assertEqual(moves.product_id, self.cable | self.onu)
        self.assertEqual(moves.mapped("product_uom_qty"), [30, 1])
        self.assertIn("white one", moves[1].description_picking)
        self.assertIn(picking.name, order.message_ids[0].body)
        self.assertEqual(order.message_ids[0].author_id, self.technician.partner_id)

    def test_technician_sees_what_he_asked_for_and_no_other_stock(self):
        order = self._create_order(state="started")
        other = self._create_order(
            state="started",
            pic_id=self.stranger.id,
            technician_ids=[Command.set(self.stranger.ids)],
        )
        self._request(order)
        self._request(other, self.stranger)
        seen = self.as_user(order, self.technician).material_ids
        self.assertEqual(seen.product_id, self.onu | self.cable)
        self.env.invalidate_all()
        columns = ["product_id", "description_picking_manual", "state"]
        (shown,) = self.as_user(order, self.technician).web_read(
            {"material_ids": {"fields": {column: {} for column in columns}}}
        )
        notes = [move["description_picking_manual"] for move in shown["material_ids"]]
        self.assertCountEqual(notes, ["white one", False])
        moves = self.env["stock.move"].with_user(self.technician).search([])
        self.assertEqual(moves.isp_work_order_id, order)
        with self.assertRaises(AccessError):
            self.env["stock.picking"].with_user(self.technician).search([])
        for vals in ({"product_uom_qty": 99}, {"state": "done"}):
            with self.assertRaises(AccessError):
                seen.write(vals)

    def test_source_is_by_default_the_pops_place(self):
        self.pop.location_id = self.shelf
        order = self._create_order(state="started").with_user(self.technician)
        form = Form(
            self.env["isp.material.request"]
            .with_user(self.technician)
            .with_context(default_work_order_id=order.id)
        )
        self.assertEqual(form.location_id, self.shelf)

    def test_source_without_a_pop_is_the_stock(self):
        service = self._create_service(pop_id=False)
        order = self._create_order(service, state="started").with_user(self.technician)
        form = Form(
            self.env["isp.material.request"]
            .with_user(self.technician)
            .with_context(default_work_order_id=order.id)
        )
        self.assertEqual(form.location_id, self.warehouse_place.lot_stock_id)

    def test_issued_serials_are_the_services_equipment(self):
        order = self._create_order(state="started")
        picking = self._request(order)
        self._issue(picking, self.lots[1])
        service = order.service_id
        self.assertEqual(service.equipment_ids, self.lots[1])
        seen = self.as_user(service, self.technician).equipment_ids
        self.assertEqual(seen.name, "SN2")
        lots = self.env["stock.lot"].with_user(self.technician)
        lots = lots.search([("isp_service_id", "!=", False)])
        self.assertEqual(lots, self.lots[1])

    def test_returned_serials_are_no_equipment_any_more(self):
        order = self._create_order(state="started")
        picking = self._request(order)
        self._issue(picking, self.lots[0])
        wizards = self.env["stock.return.picking"].with_user(self.warehouse)
        wizard = wizards.with_context(
            active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
        ).create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.filtered(
            lambda m: m.product_id == self.onu
        ).move_line_ids.lot_id = self.lots[0]
        back.move_ids.picked = True
        back.with_user(self.warehouse).button_validate()
        self.assertEqual(back.state, "done")
        self.assertFalse(order.service_id.equipment_ids)

    def test_request_of_a_cancelled_visit_is_not_issued(self):
        """A5b: what still waits is called off, what comes back is not."""
        order = self._create_order(state="started")
        issued = self._request(order, lines=[(self.onu, 1, False)])
        self._issue(issued, self.lots[0])
        wizard = self.env["stock.return.picking"].with_user(self.warehouse)
        wizard = wizard.create({"picking_id": issued.id})
        wizard.product_return_moves.quantity = 1
        back = issued.browse(wizard.action_create_returns()["res_id"])
        waiting = self._request(order, lines=[(self.cable, 30, False)]) - issued - back
        order.with_user(self.admin)._cancel("Moved away")
        self.assertEqual(waiting.state, "cancel")
        self.assertIn("Moved away", "".join(waiting.message_ids.mapped("body")))
        self.assertEqual(issued.state, "done")
        self.assertEqual(back.state, "assigned")

    def test_strangers_request_is_refused_also_when_forged(self):
        order = self._create_order(state="started")
        for user in (self.stranger, self.sales, self.warehouse, self.employee):
            requests = self.env["isp.material.request"].with_user(user)
            with self.assertRaises(AccessError, msg=user.name):
                self.env.invalidate_all()
                requests.create(
                    {
                        "work_order_id": order.id,
                        "location_id": self.shelf.id,
                        "line_ids": [Command.create({"product_id": self.onu.id})],
                    }
                ).action_send()
        self.assertFalse(order.picking_ids)

    def test_nobody_adds_to_the_request_of_another(self):
        order = self._create_order(state="started").with_user(self.technician)
        request = (
            self.env["isp.material.request"]
            .with_user(self.technician)
            .create(
                {
                    "work_order_id": order.id,
                    "line_ids": [Command.create({"product_id": self.onu.id})],
                }
            )
        )
        lines = self.as_user(request.line_ids, self.stranger)
        vals = {"request_id": request.id, "product_id": self.cable.id}
        with self.assertRaises(AccessError):
            lines.create(vals)
        with self.assertRaises(AccessError):
            lines.write({"quantity": 99})

    def test_nothing_is_no_request(self):
        order = self._create_order(state="started").with_user(self.technician)
        request = self.env["isp.material.request"].with_user(self.technician)
        request = request.create({"work_order_id": order.id})
        with self.assertRaisesRegex(UserError, "at least one item"):
            request.action_send()

    def test_visit_that_is_not_planned_or_over_gets_nothing(self):
        for state in ("draft", "done"):
            order = self._create_order(state=state)
            with self.assertRaisesRegex(UserError, "not possible"):
                self._request(order)

    def test_source_is_a_place_of_the_same_company(self):
        self._create_other_company()
        order = self._create_order(state="started").with_user(self.technician)
        foreign = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_b.id)], limit=1
        )
        supplier = self.env.ref("stock.stock_location_suppliers")
        for location in (foreign.lot_stock_id, supplier):
            with self.assertRaises(UserError, msg=location.display_name):
                self.env["isp.material.request"].with_user(self.technician).create(
                    {
                        "work_order_id": order.id,
                        "location_id": location.id,
                        "line_ids": [Command.create({"product_id": self.onu.id})],
                    }
                ).action_send()
        self.assertFalse(order.sudo().picking_ids)

    def test_only_goods_are_asked_for(self):
        order = self._create_order(state="started").with_user(self.technician)
        with self.assertRaisesRegex(ValidationError, "not something a warehouse has"):
            self.env["isp.material.request"].with_user(self.technician).create(
                {
                    "work_order_id": order.id,
                    "line_ids": [
                        Command.create({"product_id": self.plan.product_variant_id.id})
                    ],
                }
            )
