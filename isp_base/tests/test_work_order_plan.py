from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestWorkOrderPlan(IspCommon):
    """P11: visits are planned for times and people that can be."""

    def test_a_visit_is_neither_in_the_past_nor_in_another_age(self):
        for start in ("2020-01-01 03:00:00", "2099-01-01 03:00:00"):
            order = self._create_order(planned_start=start)
            admin = self._as("admin", order)
            with self.assertRaisesRegex(UserError, "within a year"):
                admin.action_schedule()
            planned = self._as("admin", self._create_order(state="scheduled"))
            with self.assertRaisesRegex(UserError, "within a year"):
                planned.planned_start = start

    def test_technicians_are_sent_and_nobody_else(self):
        for role in ("warehouse", "employee", "engineer", "sales"):
            people = self.users[role]
            order = self._create_order(technician_ids=[Command.set(people.ids)])
            with self.assertRaisesRegex(UserError, people.name):
                self._as("admin", order).action_schedule()
        self._as("admin", self._create_order()).action_schedule()

    def test_a_clash_says_who_where_and_when(self):
        first = self._create_order()
        second = self._create_order()
        note = second.conflict_note
        self.assertIn(self.technician.name, note)
        self.assertIn(first.name, note)
        self.assertIn("9:00", note.replace("\u202f", " "))
        self.assertIn("11:00", note.replace("\u202f", " "))

    def test_a_start_is_taken_back_for_a_minute(self):
        order = self._create_order(state="scheduled")
        mine = self._as("technician", order)
        mine.action_start()
        self.assertTrue(mine.undo_start_until)
        for user, error in ((self.admin, UserError), (self.stranger, AccessError)):
            act = self.as_user(order, user).action_undo_start
            self._assert_refused(error, act)
        mine.action_undo_start()
        self.assertEqual(order.state, "scheduled")
        self.assertFalse(order.date_started)
        self.assertEqual(order.service_id.access, "none")
        self._as("technician", order).action_start()
        with freeze_time(fields.Datetime.now() + timedelta(seconds=61)):
            mine = self._as("technician", order)
            self._assert_refused(UserError, mine.action_undo_start)
