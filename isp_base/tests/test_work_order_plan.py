from datetime import datetime, time, timedelta

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


@tagged("post_install", "-at_install")
class TestWorkOrderHours(IspCommon):
    """P11: visits respect the working hours and the leave of Odoo's calendars."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Crew", "tz": "Asia/Jakarta", "company_id": cls.company.id}
        )
        cls.resource = cls.env["resource.resource"].create(
            {
                "name": "Technician",
                "user_id": cls.technician.id,
                "calendar_id": cls.calendar.id,
                "company_id": cls.company.id,
                "tz": "Asia/Jakarta",
            }
        )
        today = fields.Date.today()
        cls.monday = today + timedelta(days=14 - today.weekday())

    def _plan(self, day=0, hour=2, **vals):
        """Return a visit on a day after that Monday; the hour is in UTC."""
        start = datetime.combine(self.monday + timedelta(days=day), time(hour))
        return self._create_order(planned_start=start, **vals)

    def _give_leave(self, **vals):
        start = datetime.combine(self.monday, time.min)
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Ill",
                "calendar_id": self.calendar.id,
                "resource_id": self.resource.id,
                "date_from": start,
                "date_to": start + timedelta(hours=12),
                **vals,
            }
        )

    def test_within_the_hours_nothing_is_said(self):
        order = self._as("admin", self._plan())
        self.assertFalse(order.hours_note or order.absence_note)
        order.action_schedule()

    def test_outside_the_hours_is_said_and_goes_on(self):
        for day, hour, text in ((5, 2, "Saturday"), (0, 14, "08:00 to 17:00")):
            order = self._as("admin", self._plan(day, hour))
            self.assertIn(self.technician.name, order.hours_note)
            self.assertIn(text, order.hours_note)
            order.action_schedule()
            self.assertEqual(order.state, "scheduled")

    def test_a_holiday_is_said_by_its_name(self):
        self._give_leave(name="Nyepi", resource_id=False)
        order = self._as("admin", self._plan())
        self.assertEqual(order.hours_note, f"{self.technician.name}: Nyepi")
        order.action_schedule()

    def test_who_is_on_leave_is_sent_with_a_managers_reason_alone(self):
        self._give_leave()
        order = self._plan()
        admin = self._as("admin", order)
        message = self._assert_refused(UserError, admin.action_schedule)
        for text in (self.technician.name, order.name, "leave"):
            self.assertIn(text, message)
        self.assertNotIn("Ill", message)
        reason = {"absence_reason": "He agreed"}
        self._assert_refused(AccessError, admin.write, reason)
        manager = self._as("manager", order)
        self._assert_refused(UserError, manager.action_schedule)
        manager.write(reason)
        self._as("admin", order).action_schedule()
        self.assertEqual(order.state, "scheduled")

    def test_a_visit_is_not_moved_into_leave(self):
        self._give_leave()
        order = self._plan(1)
        self._as("admin", order).action_schedule()
        leave = datetime.combine(self.monday, time(2))
        admin = self._as("admin", order)
        self._assert_refused(UserError, admin.write, {"planned_start": leave})
        manager = self._as("manager", order)
        manager.write({"planned_start": leave, "absence_reason": "He agreed"})
        self.assertEqual(order.absence_reason, "He agreed")
        manager.planned_start = leave + timedelta(days=1)
        self.assertFalse(order.absence_reason)

    def test_who_has_no_calendar_has_the_companys(self):
        self.company.resource_calendar_id = self.calendar
        order = self._plan(5, technician_ids=[Command.set(self.stranger.ids)])
        self.assertIn(self.stranger.name, order.hours_note)
