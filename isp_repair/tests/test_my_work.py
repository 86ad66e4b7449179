from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RepairCommon


@tagged("post_install", "-at_install")
class TestMyWorkRepair(RepairCommon):
    """A repair is sent from a phone as its form does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._order_repair()
        cls._begin(cls.ticket)
        cls.visit = cls.ticket.sudo().isp_visit_id
        cls.cause = cls.env["isp.repair.cause"].create({"name": "Cable of the test"})

    def _take(self, key, **values):
        entries = self._as("technician", self.env["isp.outbox.entry"])
        entries._take(f"repair-{key}", "report", self.visit.id, values, {}, None)
        self.env.invalidate_all()

    def test_it_is_on_the_phone(self):
        orders = self._as("technician", self.env["isp.work.order"])
        visits = {visit["id"]: visit for visit in orders._get_phone_visits()}
        visit = visits[self.visit.id]
        self.assertIn(self.visit.complaint, dict(visit["facts"]).values())
        questions = {q["name"]: q for q in visit["acts"][1]["questions"]}
        causes = dict(questions["cause_id"]["options"])
        self.assertIn(self.cause.id, causes)

    def test_cause_and_parts_once(self):
        lot = self._stock(self.onu, serial="PHONE1")
        parts = [
            {"product_id": str(self.onu.id), "quantity": "1", "serial": " PHONE1 "}
        ]
        for _time in range(2):
            self._take(
                "once",
                cause_id=str(self.cause.id),
                report="Cable replaced",
                part_ids=parts,
            )
        self.assertEqual(self.visit.state, "done")
        self.assertEqual(self.visit.cause_id, self.cause)
        self.assertEqual(self.visit.part_ids.lot_id, lot)

    def test_a_number_that_is_none_of_the_part_is_refused(self):
        self._stock(self.onu, serial="PHONE2")
        parts = [{"product_id": str(self.onu.id), "quantity": "1", "serial": "NONE"}]
        with self.assertRaises(UserError), self.cr.savepoint():
            self._take("none", cause_id=self.cause.id, report="x", part_ids=parts)
        self.assertEqual(self.visit.state, "started")
        self.assertFalse(self.visit.part_ids)

    def test_a_cause_of_another_kind_is_none(self):
        for wrong in ("x", -1, 10**6, [1]):
            with self.assertRaises(UserError), self.cr.savepoint():
                self._take("wrong", cause_id=wrong, report="x")
        self.assertEqual(self.visit.state, "started")
