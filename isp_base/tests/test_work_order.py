import base64

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import PNG, IspCommon


@tagged("post_install", "-at_install")
class TestSchedule(IspCommon):
    """Rows A2b and A5a: date and time, person in charge, technicians."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.todo = cls.env.ref("mail.mail_activity_data_todo")

    def test_everything_that_is_missing_is_said_at_once(self):
        order = self._create_order(
            planned_start=False, planned_end=False, pic_id=False, technician_ids=False
        ).with_user(self.admin)
        with self.assertRaises(UserError) as refused:
            order.action_schedule()
        message = str(refused.exception)
        for label in ("Planned Start", "Person in Charge", "Technicians", order.name):
            self.assertIn(label, message)
        self.assertEqual(order.state, "draft")

    def test_technicians_are_told(self):
        order = self._create_order(
            technician_ids=[Command.set((self.technician | self.stranger).ids)]
        ).with_user(self.admin)
        order.action_schedule()
        self.assertEqual(order.state, "scheduled")
        activities = order.sudo().activity_ids
        self.assertEqual(activities.user_id, self.technician | self.stranger)
        self.assertEqual(activities.activity_type_id, self.todo)
        self.assertEqual(
            set(activities.mapped("date_deadline")), {order.planned_start.date()}
        )

    def test_telling_again_replaces_what_was_told(self):
        order = self._create_order(state="scheduled").with_user(self.admin)
        order.technician_ids = self.stranger
        order.action_schedule()
        self.assertEqual(order.sudo().activity_ids.user_id, self.stranger)

    def test_ones_own_reminders_are_left_alone(self):
        order = self._create_order().with_user(self.admin)
        order.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.admin.id, automated=False
        )
        order.action_schedule()
        order.action_schedule()
        self.assertIn(self.admin, order.sudo().activity_ids.user_id)

    def test_visit_lasts_two_hours_unless_told_otherwise(self):
        order = self._create_order(planned_start=False).with_user(self.admin)
        with Form(order) as form:
            form.planned_start = "2026-05-10 03:00:00"
        self.assertEqual(str(order.planned_end), "2026-05-10 05:00:00")
        order.planned_end = "2026-05-10 04:00:00"
        self.assertEqual(str(order.planned_end), "2026-05-10 04:00:00")

    def test_visit_that_is_moved_stays_as_long(self):
        order = self._create_order(
            planned_start="2026-05-10 03:00:00", planned_end="2026-05-10 06:00:00"
        ).with_user(self.admin)
        with Form(order) as form:
            form.planned_start = "2026-05-08 03:00:00"
        self.assertEqual(str(order.planned_end), "2026-05-08 06:00:00")
        order.planned_start = "2026-05-12 03:00:00"
        self.assertEqual(str(order.planned_end), "2026-05-12 06:00:00")
        order.write(
            {
                "planned_start": "2026-05-13 03:00:00",
                "planned_end": "2026-05-13 04:00:00",
            }
        )
        order.planned_start = "2026-05-14 03:00:00"
        self.assertEqual(str(order.planned_end), "2026-05-14 04:00:00")

    @mute_logger("odoo.sql_db")
    def test_end_lies_after_the_start(self):
        order = self._create_order().with_user(self.admin)
        with self.assertRaisesRegex(IntegrityError, "plan_order"):
            order.planned_end = order.planned_start
            order.flush_recordset()

    @mute_logger("odoo.sql_db")
    def test_one_open_visit_of_a_kind_per_service(self):
        first = self._create_order()
        with self.assertRaisesRegex(IntegrityError, "open_kind_uniq"):
            self._create_order(first.service_id)

    def test_survey_and_installation_need_their_service(self):
        for kind in ("survey", "installation"):
            with self.assertRaisesRegex(ValidationError, "needs its service"):
                self.env["isp.work.order"].create({"kind": kind})

    def test_finished_visit_makes_room_for_another(self):
        first = self._create_order(state="done")
        self._create_order(first.service_id)
        self._create_order(first.service_id, kind="survey")

    def test_only_administrators_schedule(self):
        for name in ("sales", "technician", "engineer", "warehouse", "employee"):
            order = self.as_user(self._create_order(), self.users[name])
            with self.assertRaises(AccessError, msg=name):
                order.action_schedule()

    def test_double_booking_is_warned_of(self):
        first = self._create_order()
        inside = fields.Datetime.add(first.planned_start, hours=1)
        second = self._create_order(planned_start=inside)
        self.assertIn(first.name, second.conflict_note)
        self.assertIn(self.technician.name, second.conflict_note)
        self.assertIn(second.name, first.conflict_note)

    def test_booking_after_another_is_no_double_booking(self):
        first = self._create_order()
        following = self._create_order(planned_start=first.planned_end)
        elsewhere = self._create_order(technician_ids=[Command.set(self.stranger.ids)])
        cancelled = self._create_order()
        cancelled._cancel("no longer")
        self.env.invalidate_all()
        for order in first | following | elsewhere | cancelled:
            self.assertFalse(order.conflict_note, order.name)

    def test_double_booking_is_seen_while_planning(self):
        first = self._create_order()
        later = fields.Datetime.add(first.planned_start, days=1)
        second = self._create_order(planned_start=later)
        form = Form(second.with_user(self.admin))
        self.assertFalse(form.conflict_note)
        form.planned_end = False
        form.planned_start = first.planned_start
        self.assertIn(first.name, form.conflict_note)

    def test_priority_is_the_subscribers(self):
        order = self._create_order()
        order.service_id.with_user(self.admin).priority = "3"
        self.assertEqual(order.priority, "3")


@tagged("post_install", "-at_install", "isp_alone")
class TestVisit(IspCommon):
    """Rows A2c, A2d and A5c: start, report, finish; by those who were sent."""

    def test_technician_starts_reports_and_finishes(self):
        order = self._create_order(state="scheduled").with_user(self.technician)
        order.action_start()
        self.assertEqual(order.state, "started")
        self.assertEqual(order.started_by_id, self.technician)
        self.assertTrue(order.date_started)
        order.write(self._prepare_report("ONU at the window"))
        order.action_finish()
        self.assertEqual(order.state, "done")
        self.assertTrue(order.date_finished)
        self.assertFalse(order.sudo().activity_ids)

    def test_person_in_charge_may_do_it_too(self):
        order = self._create_order(state="scheduled", pic_id=self.stranger.id)
        order.with_user(self.stranger).action_start()
        self.assertEqual(order.state, "started")

    def test_administrator_may_do_it_for_them(self):
        order = self._create_order(state="scheduled").with_user(self.admin)
        order.action_start()
        order.write(self._prepare_report("By telephone"))
        order.action_finish()
        self.assertEqual(order.state, "done")

    def test_report_is_asked_for(self):
        order = self._create_order(state="started").with_user(self.technician)
        with self.assertRaisesRegex(UserError, "Notes"):
            order.action_finish()

    def test_nobody_else_starts_finishes_or_asks_for_material(self):
        order = self._create_order(state="scheduled")
        users = [self.users[n] for n in ("sales", "engineer", "warehouse", "employee")]
        for user in (*users, self.stranger, self.portal):
            for action in (
                "action_start",
                "action_finish",
                "action_test_line",
                "action_request_material",
                "action_cancel",
            ):
                with self.assertRaises(AccessError, msg=f"{user.name} {action}"):
                    getattr(self.as_user(order, user), action)()

    def test_wrong_state_says_so(self):
        calls = {
            "draft": ("action_start", "action_finish", "action_test_line"),
            "scheduled": ("action_finish", "action_test_line"),
            "started": ("action_start",),
            "done": ("action_start", "action_finish", "action_test_line"),
        }
        for state, actions in calls.items():
            order = self._create_order(state=state).with_user(self.technician)
            for action in actions:
                with self.assertRaisesRegex(UserError, "not possible"):
                    getattr(order, action)()
        for state in ("started", "done"):
            order = self._create_order(state=state).with_user(self.admin)
            with self.assertRaisesRegex(UserError, "not possible"):
                order.action_schedule()

    def test_administrator_calls_off_with_a_reason(self):
        for state in ("draft", "scheduled", "started"):
            order = self._create_order(state=state).with_user(self.admin)
            action = order.action_cancel()
            wizards = self.env[action["res_model"]].with_user(self.admin)
            with Form(wizards.with_context(**action["context"])) as form:
                form.reason = "Rain"
            form.record.action_apply()
            self.assertEqual((order.state, order.cancel_reason), ("cancelled", "Rain"))
            self.assertFalse(order.activity_ids)
            self.assertIn("Rain", " ".join(order.message_ids.mapped("body")))
        done = self._create_order(state="done").with_user(self.admin)
        with self.assertRaisesRegex(UserError, "not possible"):
            done.action_cancel()

    def test_report_is_written_only_on_site(self):
        for state in ("scheduled", "done"):
            order = self._create_order(state=state).with_user(self.technician)
            with self.assertRaises(AccessError, msg=state):
                order.report = "Too early or too late"
        order = self._create_order(state="started")
        with self.assertRaises(AccessError):
            self.as_user(order, self.stranger).report = "Not sent there"
        self.as_user(order, self.technician).report = "All is well"

    def test_technician_changes_nothing_but_the_report(self):
        order = self._create_order(state="started").with_user(self.technician)
        for vals in (
            {"planned_start": "2026-01-01 03:00:00"},
            {"technician_ids": [Command.link(self.stranger.id)]},
            {"pic_id": self.stranger.id},
            {"kind": "survey"},
            {"instruction": "Bring a ladder"},
            {"service_id": self._create_service().id},
            {"report": "fine", "planned_end": "2026-01-01 03:00:00"},
        ):
            with self.assertRaises(AccessError, msg=vals):
                order.write(vals)

    def test_visit_that_took_place_is_not_deleted(self):
        for state in ("started", "done"):
            order = self._create_order(state=state).with_user(self.admin)
            with self.assertRaisesRegex(UserError, "took place"):
                order.unlink()
        self._create_order(state="scheduled").with_user(self.admin).unlink()

    def test_line_is_tested_once_more_on_site(self):
        order = self._create_order(state="started")
        order.with_user(self.technician).action_test_line()
        self.assertEqual(order.service_id.access, "test")

    def test_survey_opens_no_line(self):
        order = self._create_order(kind="survey", state="started")
        with self.assertRaisesRegex(UserError, "survey"):
            order.with_user(self.technician).action_test_line()
        self.assertEqual(order.service_id.access, "none")

    # Photos

    def _upload(self, user, content, name="photo.png", **vals):
        return (
            self.env["ir.attachment"]
            .with_user(user)
            .create({"name": name, "datas": content, **vals})
        )

    def test_photos_are_seen_by_who_sees_the_work_order(self):
        order = self._create_order(state="started").with_user(self.technician)
        photo = self._upload(self.technician, PNG)
        order.photo_ids = photo
        self.assertEqual((photo.res_model, photo.res_id), (order._name, order.id))
        self.assertTrue(self.as_user(photo, self.admin).datas)
        with self.assertRaises(AccessError):
            self.as_user(photo, self.stranger).read(["datas"])

    def test_photos_are_pictures_whatever_they_claim(self):
        order = self._create_order(state="started").with_user(self.technician)
        script = base64.b64encode(b"<html><script>alert(1)</script></html>")
        text = base64.b64encode(b"my shopping list")
        for content, vals in (
            (script, {"mimetype": "image/png"}),
            (text, {"mimetype": "image/jpeg"}),
            (text, {}),
        ):
            photo = self._upload(self.technician, content, **vals)
            with self.assertRaisesRegex(ValidationError, "is not a picture"):
                order.photo_ids = photo

    def test_photos_of_others_are_not_taken_over(self):
        order = self._create_order(state="started").with_user(self.technician)
        stray = self._upload(self.admin, PNG)
        hidden = self.env["ir.attachment"].create(
            {
                "name": "hidden.png",
                "datas": PNG,
                "res_model": "ir.cron",
                "res_id": self.env["ir.cron"].search([], limit=1).id,
            }
        )
        for attachment in (stray, hidden):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                order.photo_ids = [Command.link(attachment.id)]

    # Searches

    def test_visits_are_counted_by_technician_area_and_kind(self):
        order = self._create_order(state="scheduled")
        order.service_id.area_id = self.env["isp.area"].create({"name": "North"})
        groups = ["technician_ids", "area_id", "kind"]
        for role in ("admin", "technician"):
            ((technician, area, kind, count),) = self._as(role, order)._read_group(
                [("id", "=", order.id)], groups, ["__count"]
            )
            self.assertEqual((technician, kind), (self.technician, order.kind))
            self.assertEqual((area.name, count), ("North", 1))
        action = self.env.ref("isp_base.isp_work_order_action")
        self.assertLessEqual({"pivot", "graph"}, set(action.view_mode.split(",")))

    def test_mine_open_and_late_are_found(self):
        now = fields.Datetime.now()
        past = fields.Datetime.subtract(now, hours=5)
        overrun = {
            "planned_start": past,
            "planned_end": fields.Datetime.add(past, hours=1),
        }
        orders = {
            "unplanned": self._create_order(planned_start=False, planned_end=False),
            "planned": self._create_order(state="scheduled"),
            "late": self._create_order(state="scheduled", **overrun),
            "overrun": self._create_order(state="started", **overrun),
            "done": self._create_order(state="done", **overrun),
            "other": self._create_order(
                pic_id=self.stranger.id,
                technician_ids=[Command.set(self.stranger.ids)],
            ),
        }
        expected = {
            "is_mine": {"unplanned", "planned", "late", "overrun", "done"},
            "is_open": {"unplanned", "planned", "late", "overrun", "other"},
            "is_late": {"late", "overrun"},
        }
        ids = [order.id for order in orders.values()]
        all_orders = self.env["isp.work.order"].with_user(self.technician).sudo()
        for name, keys in expected.items():
            wanted = all_orders.browse(orders[key].id for key in keys)
            for value, records in (
                (True, wanted),
                (False, all_orders.browse(ids) - wanted),
            ):
                domain = [("id", "in", ids), (name, "=", value)]
                found = all_orders.search(domain)
                self.assertEqual(set(found.ids), set(records.ids), f"{name} {value}")
                shown = all_orders.browse(ids).filtered_domain([(name, "=", value)])
                self.assertEqual(shown, found.sorted(lambda o: ids.index(o.id)))
            negated = all_orders.search([("id", "in", ids), (name, "!=", True)])
            self.assertEqual(set(negated.ids), set(ids) - set(wanted.ids), name)
