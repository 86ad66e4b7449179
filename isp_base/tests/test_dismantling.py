from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestDismantling(IspCommon):
    """P18: who leaves gives the equipment back, or it is settled with a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = new_test_user(
            cls.env,
            "isp_dismantling_warehouse",
            "stock.group_stock_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.place = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.onu = cls.env["product.product"].create(
            {
                "name": "ONU to dismantle",
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "list_price": 350_000,
            }
        )
        cls.lots = cls.env["stock.lot"].create(
            [
                {
                    "name": f"DM{n}",
                    "product_id": cls.onu.id,
                    "company_id": cls.company.id,
                }
                for n in range(2)
            ]
        )
        cls.service = cls._create_active_service(partner_id=cls.subscriber.id)
        customers = cls.subscriber.property_stock_customer
        for lot in cls.lots:
            cls.env["stock.quant"]._update_available_quantity(
                cls.onu, customers, 1, lot_id=lot
            )
        cls.lots.isp_service_id = cls.service

    def _terminate(self):
        self._as("admin", self.service)._terminate("Moved away")
        return self.service.sudo().work_order_ids.filtered(
            lambda order: order.kind == "dismantling"
        )

    def test_who_has_ended_is_told_once_what_is_collected(self):
        self.subscriber.email = "sari@pelanggan.example"
        self.subscriber.lang = "en_US"
        self.env.ref("isp_base.isp_notice_equipment_back").active = True
        known = self.env["mail.mail"].search([])
        self._terminate()
        mails = self.env["mail.mail"].search([]) - known
        told = mails.filtered(lambda mail: mail.subject.startswith("Please have our"))
        self.assertEqual(told.recipient_ids, self.subscriber)
        self.assertEqual(len(told), 1)
        for lot in self.lots:
            self.assertIn(lot.name, told.body_html)

    def test_who_has_nothing_of_ours_is_told_nothing(self):
        self.lots.isp_service_id = False
        self.env.ref("isp_base.isp_notice_equipment_back").active = True
        known = self.env["mail.mail"].search([])
        self._as("admin", self.service)._terminate("Moved away")
        subjects = (self.env["mail.mail"].search([]) - known).mapped("subject")
        self.assertFalse([s for s in subjects if s.startswith("Please have our")])

    def _settle(self, user, **outcomes):
        """Settle devices (by serial) through the dialog, as this user."""
        service = self.as_user(self.service, user)
        action = service.action_settle_equipment()
        wizard = service.env["isp.equipment.settle"].browse(action["res_id"])
        for line in wizard.line_ids:
            line.write(outcomes.get(line.lot_id.name, {}))
        wizard.action_apply()
        self.env.invalidate_all()

    def _send(self, visit):
        visit.write(
            {
                "planned_start": fields.Datetime.add(fields.Datetime.now(), days=1),
                "pic_id": self.technician.id,
                "technician_ids": [(6, 0, self.technician.ids)],
            }
        )
        visit.action_schedule()
        self._as("technician", visit).action_start()

    def test_a_visit_and_a_transfer_are_planned_and_listed(self):
        visit = self._terminate()
        self.assertEqual(visit.state, "draft")
        self.assertEqual(visit.picking_ids.move_ids.move_line_ids.lot_id, self.lots)
        services = self.as_user(self.service, self.warehouse)
        self.assertIn(
            self.service,
            services.search(
                [("equipment_ids", "!=", False), ("state", "=", "terminated")]
            ),
        )

    def test_the_technician_takes_what_is_there_and_the_rest_stays_open(self):
        visit = self._terminate()
        self._assert_refused(AccessError, self._settle, self.technician)
        self._send(visit)
        self._settle(self.technician, DM0={"outcome": "back"})
        self.assertEqual(self.service.equipment_ids, self.lots[1])
        quants = self.lots[0].quant_ids.filtered(lambda q: q.quantity > 0)
        self.assertEqual(quants.location_id, self.place.lot_stock_id)
        waiting = self.service._get_planned_returns()
        self.assertEqual(waiting.move_ids.move_line_ids.lot_id, self.lots[1])
        settle = (self._settle, self.technician)
        missing = {"outcome": "written_off", "reason": "Lost"}
        self._assert_refused(AccessError, *settle, DM1=missing)

    def test_what_is_missing_is_written_off_with_a_reason(self):
        visit = self._terminate()
        settle = (self._settle, self.admin)
        self._assert_refused(UserError, *settle, DM0={"outcome": "written_off"})
        self._settle(
            self.admin,
            DM0={"outcome": "written_off", "reason": "Burnt by lightning"},
            DM1={"outcome": "back"},
        )
        self.assertFalse(self.service.equipment_ids)
        quants = self.lots[0].quant_ids.filtered(lambda q: q.quantity > 0)
        self.assertEqual(quants.location_id.usage, "inventory")
        self.assertEqual(visit.state, "cancelled", "nobody need go there")
        self.assertFalse(self.service._get_planned_returns())
        kinds = self.service.activity_ids.activity_type_id
        self.assertNotIn(self.env.ref("isp_base.mail_activity_equipment"), kinds)
        said = " ".join(self.service.message_ids.mapped("body"))
        self.assertIn("Burnt by lightning", said)

    def test_pressed_twice_the_second_one_is_told(self):
        self._terminate()
        rows = [{"lot": self.lots[0], "outcome": "back", "reason": ""}]
        self._as("admin", self.service)._settle_equipment(rows)
        again = self._as("admin", self.service)._settle_equipment
        self.assertIn("DM0", self._assert_refused(UserError, again, rows))

    def test_the_warehouse_takes_devices_back_at_the_counter(self):
        visit = self._terminate()
        self._settle(self.warehouse, DM0={"outcome": "back"}, DM1={"outcome": "back"})
        self.assertFalse(self.service.equipment_ids)
        self.assertEqual(visit.state, "cancelled")

    def test_who_has_nothing_to_do_with_it_settles_nothing(self):
        self._terminate()
        for role in ("sales", "engineer"):
            with self.subTest(role=role):
                self._assert_refused(AccessError, self._settle, self.users[role])

    def test_reactivated_it_keeps_number_and_user_name(self):
        visit = self._terminate()
        kept = (self.service.name, self.service.username)
        for role in self.users.keys() - {"admin", "manager"}:
            with self.subTest(role=role):
                service = self._as(role, self.service)
                self._assert_refused(AccessError, service.action_reactivate)
        with self._mails_at_once() as left:
            self._as("admin", self.service).action_reactivate()
        self.assertEqual(len(left), 1)
        self.assertEqual((self.service.state, self.service.access), ("active", "open"))
        self.assertEqual((self.service.name, self.service.username), kept)
        self.assertEqual(visit.state, "cancelled")
        self.assertFalse(self.service._get_planned_returns())
        self.assertEqual(self.service.equipment_ids, self.lots)
        again = self._as("admin", self.service).action_reactivate
        self._assert_refused(UserError, again)

    def _create_transfer_back(self, visit, **vals):
        """Return a planned transfer of a device from the subscriber's."""
        place = {
            "location_id": self.subscriber.property_stock_customer.id,
            "location_dest_id": self.place.lot_stock_id.id,
        }
        line = {**place, "product_id": self.onu.id, "product_uom_qty": 1}
        picking = self.env["stock.picking"].create(
            {
                **place,
                "picking_type_id": self.place.in_type_id.id,
                "isp_work_order_id": visit.id,
                "move_ids": [fields.Command.create(line)],
                **vals,
            }
        )
        picking.action_confirm()
        return picking

    def test_what_a_technician_brings_back_unused_stays_to_be_received(self):
        order = self._create_order(self.service, "done")
        unused = self._create_transfer_back(order, origin="Return of what was issued")
        self._terminate()
        self._settle(self.admin, DM0={"outcome": "back"})
        self.assertNotEqual(unused.state, "cancel")
        self._as("admin", self.service).action_reactivate()
        self.assertNotEqual(unused.state, "cancel")

    def test_a_return_from_before_visits_were_noted_is_called_off(self):
        visit = self._terminate()
        planned = visit.picking_ids
        planned.isp_work_order_id = False
        self._as("admin", self.service).action_reactivate()
        self.assertEqual(planned.state, "cancel")

    def test_terminated_again_the_visit_that_is_open_goes_on(self):
        visit = self._terminate()
        self._send(visit)
        self._as("admin", self.service).action_reactivate()
        self.assertEqual(visit.state, "started")
        self.assertEqual(self._terminate(), visit)
        planned = self.service._get_planned_returns()
        self.assertEqual(planned.isp_work_order_id, visit)
        self.assertEqual(planned.move_ids.move_line_ids.lot_id, self.lots)

    def test_cancelled_again_its_devices_are_asked_for_once(self):
        draft = self._create_service()
        self.lots.isp_service_id = draft
        admin = self._as("admin", draft)
        admin._cancel("Does not want it")
        admin.action_reopen()
        admin._cancel("Does not want it after all")
        self.assertEqual(len(draft._get_planned_returns()), 1)
        visits = draft.work_order_ids.filtered("is_open")
        self.assertEqual(visits.mapped("kind"), ["dismantling"])
        self.assertEqual(draft._get_planned_returns().isp_work_order_id, visits)

    def test_the_dialog_shows_no_serial_numbers_of_others(self):
        self._terminate()
        dialogs = self._as("technician", self.env["isp.equipment.settle"])
        named = {"service_id": self.service.id}
        self._assert_refused(AccessError, dialogs.create, named)
        self._create_other_company()
        keeper = new_test_user(
            self.env,
            "isp_dismantling_warehouse_b",
            "stock.group_stock_user",
            company_id=self.company_b.id,
            company_ids=[(6, 0, self.company_b.ids)],
        )
        dialogs = self.as_user(self.env["isp.equipment.settle"], keeper)
        self._assert_refused(AccessError, dialogs.create, named)

    def test_a_dialog_is_of_who_opened_it(self):
        self._terminate()
        dialog = self._as("admin", self.env["isp.equipment.settle"]).create(
            {"service_id": self.service.id}
        )
        self.assertEqual(dialog.line_ids.lot_id, self.lots)
        for records in (dialog, dialog.line_ids):
            theirs = self.as_user(records, self.warehouse)
            self._assert_refused(AccessError, theirs.read, [])
        today = self.company._get_isp_today()
        for name, vals in (
            ("isp.service.pause", {"date_until": today}),
            ("isp.service.relocate", {"street": "Jalan 1", "pop_id": self.pop.id}),
            ("isp.service.transfer", {"partner_id": self.subscriber.id}),
        ):
            with self.subTest(name):
                dialogs = self._as("manager", self.env[name])
                dialogs = dialogs.with_context(active_id=self.service.id)
                dialog = dialogs.create({"service_id": self.service.id, **vals})
                theirs = self._as("admin", dialog)
                self._assert_refused(AccessError, theirs.read, [])

    def test_after_the_days_of_the_company_it_is_registered_anew(self):
        with freeze_time("2026-06-01 03:00:00"):
            self._terminate()
        with freeze_time("2026-07-02 03:00:00"):
            act = self._as("admin", self.service).action_reactivate
            self.assertIn("30 days", self._assert_refused(UserError, act))
