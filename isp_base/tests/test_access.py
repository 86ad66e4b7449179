from datetime import timedelta
from itertools import product

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import IspCommon


class AccessCommon(IspCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("isp_base.isp_service_dates_cron")
        cls.now = fields.Datetime.now()
        cls.past = cls.now - timedelta(hours=1)
        cls.future = cls.now + timedelta(hours=1)

    def _record_changes(self):
        """Return a function: the services of each change of access that the network
        has heard of since now."""
        self.env.cr.flush()
        heard = []

        def _line_changed(services, names):
            if "access" in names:
                heard.append(services.sudo(False))

        self.patch(self.registry["isp.service"], "_line_changed", _line_changed)

        def get_changes():
            self.env.cr.flush()
            return heard

        return get_changes

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()


@tagged("post_install", "-at_install", "isp_alone")
class TestAccess(AccessCommon):
    """``access`` follows from state, suspensions and line test, from nothing else."""

    def _get_expected(self, state, suspended, testing):
        if state == "active":
            return "isolated" if suspended else "open"
        return "test" if state == "draft" and testing else "none"

    def test_access_follows_from_state_suspension_and_test(self):
        states = ("draft", "active", "terminated", "cancelled")
        for state, suspended, until in product(
            states, (False, True), (False, self.past, self.future)
        ):
            service = self._create_service()
            service.write({"state": state, "test_until": until})
            if suspended:
                self.env["isp.suspension"].create(
                    {"service_id": service.id, "reason": "manual"}
                )
            service._refresh_access()
            expected = self._get_expected(state, suspended, until == self.future)
            self.assertEqual(service.access, expected, (state, suspended, until))

    def test_lifted_suspension_counts_no_more(self):
        service = self._create_active_service()
        service._suspend("manual")
        self.assertEqual(service.access, "isolated")
        service._restore("manual")
        self.assertEqual(service.access, "open")

    def test_network_hears_once_of_all_that_changed(self):
        services = self._create_active_service() | self._create_active_service()
        other = self._create_active_service()
        other._suspend("abuse")
        changes = self._record_changes()
        (services | other)._suspend("manual")
        self.assertEqual(changes(), [services])

    def test_network_hears_nothing_where_nothing_changed(self):
        service = self._create_active_service()
        service._suspend("manual")
        changes = self._record_changes()
        service._refresh_access()
        service._suspend("manual")
        service._suspend("abuse")
        service._restore("manual")
        service._restore("manual")
        self.assertEqual(changes(), [])
        service._restore("abuse")
        self.assertEqual(changes(), [service])

    def test_network_hears_of_each_transition(self):
        changes = self._record_changes()
        service = self._create_service().with_user(self.admin)
        self.assertEqual(changes(), [])
        with self._steps_taken(service):
            service.action_activate()
        self.assertEqual(changes(), [service])
        service._terminate("Moved away")
        self.assertEqual(changes(), [service] * 2)
        cancelled = self._create_service().with_user(self.admin)
        cancelled._cancel("No fibre there")
        cancelled.action_reopen()
        self.assertEqual(len(changes()), 2)

    def test_version_grows_with_every_refresh(self):
        service = self._create_active_service()
        for change in (
            service._refresh_access,
            lambda: service._suspend("manual"),
            lambda: service._restore("manual"),
        ):
            version = service.access_version
            change()
            self.assertGreater(service.access_version, version)

    def test_refreshing_nothing_is_nothing(self):
        self.env["isp.service"]._refresh_access()

    def test_line_test_lasts_a_day(self):
        changes = self._record_changes()
        service = self._create_service()
        service._start_line_test()
        self.assertEqual(service.access, "test")
        left = service.test_until - fields.Datetime.now()
        self.assertLessEqual(left, timedelta(hours=24))
        self.assertGreater(left, timedelta(hours=23))
        self.assertEqual(changes(), [service])

    def test_since_when_is_written_on_a_change_only(self):
        service = self._create_active_service()
        service.access_since = self.past
        service._refresh_access()
        self.assertEqual(service.access_since, self.past)
        service._suspend("manual")
        self.assertGreater(service.access_since, self.past)


@tagged("post_install", "-at_install")
class TestSuspension(AccessCommon):
    """Why, from when, until when, by whom: the history is the list."""

    def _suspend_with_dialog(self, services, **values):
        action = services.with_user(self.admin).action_suspend()
        wizards = self.env[action["res_model"]].with_user(self.admin)
        with Form(wizards.with_context(**action["context"])) as form:
            for name, value in values.items():
                form[name] = value
        form.record.action_apply()

    def test_dialog_isolates_all_that_were_chosen(self):
        services = self._create_active_service() | self._create_active_service()
        self._suspend_with_dialog(services, reason="abuse", note="Spam")
        self.assertEqual(services.mapped("access"), ["isolated"] * 2)
        suspension = services[0].suspension_ids
        self.assertEqual(suspension.reason, "abuse")
        self.assertEqual(suspension.note, "Spam")
        self.assertEqual(suspension.user_id, self.admin)
        self.assertEqual(services[0].suspension_reasons, "Abuse")
        message = services[0].message_ids[0]
        self.assertIn("Isolated: Abuse. Spam", message.body)
        self.assertEqual(message.author_id, self.admin.partner_id)

    def test_note_is_no_markup(self):
        service = self._create_active_service()
        self._suspend_with_dialog(service, note="<img src=x onerror=alert(1)>")
        self.assertNotIn("<img", service.message_ids[0].body)

    def test_until_lies_in_the_future(self):
        service = self._create_active_service()
        with self.assertRaisesRegex(UserError, "future"):
            self._suspend_with_dialog(service, until=self.past)
        self.assertEqual(service.access, "open")

    def test_history_is_kept(self):
        service = self._create_active_service().with_user(self.admin)
        service._suspend("manual", note="first")
        service._restore("manual")
        service._suspend("manual", note="second")
        history = service.suspension_ids.sorted("id")
        self.assertEqual(history.mapped("note"), ["first", "second"])
        self.assertTrue(history[0].date_end)
        self.assertEqual(history[0].lifted_by_id, self.admin)
        self.assertFalse(history[1].date_end)

    def test_suspending_twice_is_once(self):
        service = self._create_active_service()
        service._suspend("manual")
        messages = service.message_ids
        service._suspend("manual")
        self.assertEqual(len(service.suspension_ids), 1)
        self.assertEqual(service.message_ids, messages)

    def test_one_that_is_isolated_already_leaves_the_others_to_be(self):
        first, second = self._create_active_service(), self._create_active_service()
        first._suspend("manual")
        (first | second)._suspend("manual")
        self.assertEqual((first | second).mapped("access"), ["isolated"] * 2)
        self.assertEqual(len(first.suspension_ids), 1)

    @mute_logger("odoo.sql_db")
    def test_database_allows_one_open_suspension_per_reason(self):
        service = self._create_active_service()
        service._suspend("manual")
        self.env.flush_all()
        insert = """
            INSERT INTO isp_suspension (service_id, reason, date_start, date_end)
            VALUES (%s, %s, now() at time zone 'UTC', %s)"""
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(insert, [service.id, "manual", None])
        self.env.cr.execute(insert, [service.id, "abuse", None])
        self.env.cr.execute(insert, [service.id, "manual", self.now])

    def test_several_reasons_are_told_together(self):
        service = self._create_active_service()
        service._suspend("manual")
        service._suspend("abuse")
        reasons = set(service.suspension_reasons.split(", "))
        self.assertEqual(reasons, {"Manual", "Abuse"})

    def test_lifting_several_services_lifts_each_ones_own_reasons(self):
        first = self._create_active_service()
        second = self._create_active_service()
        first._suspend("manual")
        second._suspend("abuse")
        both = (first | second).with_user(self.admin)
        both.action_restore()
        self.assertEqual(both.mapped("access"), ["open", "open"])


@tagged("post_install", "-at_install")
class TestDates(AccessCommon):
    """What has a date takes effect by itself."""

    def test_date_wakes_the_cron(self):
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        service = self._create_active_service().with_user(self.admin)
        service._suspend("manual", until=self.future)
        fresh = (
            self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
            - triggers
        )
        self.assertEqual(fresh.call_at, self.future)

    def test_isolation_ends_at_its_date(self):
        due, later = self._create_active_service(), self._create_active_service()
        due._suspend("manual", until=self.past)
        later._suspend("manual", until=self.future)
        changes = self._record_changes()
        self._run_cron()
        self.assertEqual(due.access, "open")
        self.assertTrue(due.suspension_ids.date_end)
        self.assertEqual(later.access, "isolated")
        self.assertEqual([services.ids for services in changes()], [due.ids])

    def test_other_reasons_outlive_the_date(self):
        service = self._create_active_service()
        service._suspend("manual", until=self.past)
        service._suspend("abuse")
        self._run_cron()
        self.assertEqual(service.access, "isolated")
        self.assertEqual(service.suspension_reasons, "Abuse")

    def test_line_test_ends(self):
        over, running = self._create_service(), self._create_service()
        (over | running)._start_line_test()
        over.test_until = self.past
        changes = self._record_changes()
        self._run_cron()
        self.assertEqual(over.access, "none")
        self.assertEqual(running.access, "test")
        self.assertEqual([services.ids for services in changes()], [over.ids])

    def test_one_failing_service_stops_no_other(self):
        services = self.env["isp.service"].browse()
        for _number in range(3):
            services |= self._create_active_service()
        services._suspend("manual", until=self.past)
        bad = services[1]
        restore = self.registry["isp.service"]._restore

        def _restore(services, reason, note=None):
            if bad.id in services.ids:
                raise ValueError("broken on purpose")
            return restore(services, reason, note=note)

        self.patch(self.registry["isp.service"], "_restore", _restore)
        with self.assertLogs(
            "odoo.addons.isp_base.models.isp_service_lifecycle", level="ERROR"
        ) as logs:
            self._run_cron()
        self.assertEqual((services - bad).mapped("access"), ["open", "open"])
        self.assertEqual(bad.access, "isolated")
        self.assertEqual(len(logs.output), 1)
        self.assertIn(bad.name, logs.output[0])

    def test_more_than_one_batch_is_done_in_one_run(self):
        services = self.env["isp.service"].create(
            [self._prepare_registration() for _number in range(101)]
        )
        services.write({"test_until": self.past, "access": "test"})
        self._run_cron()
        self.assertEqual(set(services.mapped("access")), {"none"})
