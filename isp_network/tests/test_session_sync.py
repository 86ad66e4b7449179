import json
import time
from threading import Barrier, Event, Thread
from unittest.mock import patch

from pyrad import packet

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import tagged

from odoo.addons.isp_base import jobs
from odoo.addons.queue_job.exception import RetryableJobError

from ..const import HELP_AFTER
from ..models.isp_service_sessions import HELP_ACTIVITY
from ..radius.transport import RadiusClient
from .radius_peer import RadiusPeer
from .session_common import SessionCommon


@tagged("post_install", "-at_install")
class TestSessionSync(SessionCommon):
    """C: what changes about a service reaches its live session."""

    def _sent(self):
        return [request.code for request in self.peer.requests]

    def _sync_jobs(self, service=None):
        self.env.cr.flush()
        job_method = (service or self.service)._sync_session
        return [
            job
            for job in self.jobs.enqueued_jobs
            if job.method_name == job_method.__name__
            and job.recordset == (service or self.service)
        ]

    def _run_probe_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("isp_network.isp_router_probe_cron").method_direct_trigger()

    def test_old_commands_are_forgotten(self):
        self.service._suspend("manual")
        self._sync()
        self._hours_later(24 * 300)
        self.env["isp.radius.command"]._gc_commands()
        self.assertTrue(self.service.command_ids)
        self._hours_later(24 * 70)
        self.env["isp.radius.command"]._gc_commands()
        self.assertFalse(self.service.command_ids.exists())

    def test_nothing_is_sent_to_a_session_in_step(self):
        self._sync()
        self.assertFalse(self.peer.requests)
        self.assertFalse(self.service.command_ids)

    def test_isolation_closes_the_session(self):
        self.service._suspend("abuse")
        (job,) = self._sync_jobs()
        self.assertEqual(job.priority, jobs.CHANGE)
        self.assertFalse(job.identity_key)
        self._sync()
        (request,) = self.peer.requests
        self.assertEqual(request.code, packet.DisconnectRequest)
        self.assertEqual(request["User-Name"], [self.service.username])
        self.assertEqual(request["Framed-IP-Address"], ["10.20.0.9"])
        command = self.service.command_ids
        self.assertEqual((command.kind, command.answer), ("disconnect", "done"))
        self.assertFalse(command.date_confirmed)

        self._stop_session(self.live)
        self._sync()
        self.assertTrue(command.date_confirmed)
        self.assertEqual(len(self.peer.requests), 1)

    def test_restored_comes_before_all_else(self):
        self.service._suspend("abuse")
        self.env.cr.flush()
        self.service._restore("abuse")
        self.assertEqual(
            [job.priority for job in self._sync_jobs()],
            [jobs.CHANGE, jobs.RESTORE],
        )
        self.assertLess(jobs.RESTORE, jobs.CHANGE)

    def test_isolated_and_paid_before_the_job_runs_sends_nothing(self):
        self.service._suspend("abuse")
        self.service._restore("abuse")
        for _job in self._sync_jobs():
            self._sync()
        self.assertFalse(self.peer.requests)

    def test_another_plan_changes_the_speed_without_closing(self):
        self.service._change_plan(self.other_plan)
        self._sync()
        (request,) = self.peer.requests
        self.assertEqual(request.code, packet.CoARequest)
        self.assertEqual(request["Cisco-AVPair"], self._rates(25, 50))
        self.assertFalse(self._stale())
        self._sync()
        self.assertEqual(len(self.peer.requests), 1)
        self.assertTrue(self.service.command_ids.date_confirmed)

    def test_back_to_the_first_plan_is_sent_too(self):
        """The Class is still that of the first plan: the last change counts."""
        for plan, rates in ((self.other_plan, (25, 50)), (self.plan, (10, 20))):
            self.service._change_plan(plan)
            self._sync()
            request = self.peer.requests[-1]
            self.assertEqual(request["Cisco-AVPair"], self._rates(*rates))
        self.assertEqual(len(self.peer.requests), 2)

    def test_a_refused_change_closes_the_session(self):
        self.peer.answer = lambda request: (
            (packet.CoANAK, {"Error-Cause": 401})
            if request.code == packet.CoARequest
            else packet.DisconnectACK
        )
        self.service._change_plan(self.other_plan)
        self._sync()
        self._sync()
        self.assertEqual(self._sent(), [packet.CoARequest, packet.DisconnectRequest])
        first = self.service.command_ids[-1]
        self.assertEqual((first.answer, first.cause), ("refused", 401))

    def test_termination_and_new_credentials_close_the_session(self):
        self.service._change_credentials(self.service.username, "kata-sandi-baru")
        self._sync()
        self.assertEqual(self._sent(), [packet.DisconnectRequest])
        self._stop_session(self.live)
        again = self._start_session(self.service, session_id="again")
        self._sync()
        self.assertEqual(len(self.peer.requests), 1)

        self.service._terminate("Moved away")
        self.assertIsNone(self._get_user_row(self.service))
        self._sync()
        self.assertEqual(self.peer.requests[-1]["Acct-Session-Id"], ["again"])
        self.assertEqual(self._stale(), [again])

    def test_another_user_name_closes_the_session_of_the_old_one(self):
        old = self.service.username
        self.service._change_credentials("nama-baru")
        self._sync()
        self.assertEqual(self.peer.requests[-1]["User-Name"], [old])

    def test_no_job_for_what_was_never_let_in(self):
        draft = self._create_service()
        self._activate(draft)
        self.assertFalse(self._sync_jobs(draft))

    def test_a_session_that_the_router_does_not_know_is_over(self):
        self.peer.answer = lambda request: (
            packet.DisconnectNAK,
            {"Error-Cause": 503},
        )
        self._update_session(
            self.live,
            updated_at=fields.Datetime.subtract(fields.Datetime.now(), minutes=1),
        )
        self.service._suspend("abuse")
        self._sync()
        self.assertFalse(self._stale())
        self._update_session(
            self.live,
            updated_at=fields.Datetime.add(fields.Datetime.now(), seconds=5),
        )
        self.assertEqual(self._stale(), [self.live], "it was heard of again")

    def test_a_killed_worker_sends_again_and_finds_it_done(self):
        """Between answer and commit: the command is lost, the router has obeyed."""
        self.service._suspend("abuse")
        savepoint = self.env.cr.savepoint()
        self._sync()
        savepoint.rollback()
        self.env.invalidate_all()
        self.assertFalse(self.service.command_ids)
        self._stop_session(self.live)
        self._sync()
        self.assertEqual(len(self.peer.requests), 1)

    def test_a_silent_router_costs_one_timeout_and_is_left_alone(self):
        self.peer.answer = lambda request: None
        other = self._create_active_service()
        self._start_session(other)
        (self.service | other)._suspend("abuse")
        self._sync()
        self.assertEqual(self.service.command_ids.answer, "silent")
        self.assertEqual(self.router.state, "down")
        asked = {request["Acct-Session-Id"][0] for request in self.peer.requests}
        self.assertEqual(len(asked), 1)
        sent = len(self.peer.requests)
        other._sync_session()
        self.assertEqual(len(self.peer.requests), sent)

    def test_a_router_that_is_back_gets_what_it_missed(self):
        self.peer.answer = lambda request: None
        self.service._suspend("abuse")
        self._sync()
        self.peer.answer = lambda request: (
            packet.DisconnectNAK,
            {"Error-Cause": 503},
        )
        self._run_probe_cron()
        self.assertEqual(self.router.state, "up")
        self.jobs.assert_enqueued_job(self.router.sudo()._sync_stale_sessions)
        before = len(self._sync_jobs())
        self.router._sync_stale_sessions()
        self.assertEqual(len(self._sync_jobs()), before + 1)

    def test_fifty_silent_routers_are_probed_in_one_timeout(self):
        silent = RadiusPeer(lambda request: None)
        self.addCleanup(silent.close)
        routers = self.env["isp.router"].create(
            [
                {
                    "name": f"R{n}",
                    "address": f"127.0.1.{n}",
                    "coa_port": silent.port,
                    "coa_timeout": 1,
                }
                for n in range(1, 51)
            ]
        )
        begun = time.monotonic()
        results = (routers | self.router)._probe()
        self.assertLess(time.monotonic() - begun, 4)
        self.assertEqual(set(routers.mapped("state")), {"down"})
        self.assertIsNone(results[self.router])
        self.assertEqual(self.router.state, "up")

    def test_a_person_is_asked_once_about_a_silent_router(self):
        self.peer.answer = lambda request: None
        self.router._probe()
        self.router.state_since = fields.Datetime.subtract(
            fields.Datetime.now(), hours=1
        )
        for _again in range(2):
            self._run_probe_cron()
        self.assertEqual(len(self.router.activity_ids), 1)
        self.assertIn(str(self.router.coa_port), self.router.activity_ids.note)
        self.peer.answer = self._obey
        self.router._probe()
        self.assertFalse(self.router.activity_ids)

    def test_one_job_at_a_time_talks_with_a_router(self):
        self.service._suspend("abuse")
        with self._other_transaction() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext('isp.router'), %s)",
                [self.router.id],
            )
            with self.assertRaises(RetryableJobError) as caught:
                self._sync()
        self.assertTrue(caught.exception.ignore_retry)
        self.assertFalse(self.peer.requests)
        self._sync()
        self.assertTrue(self.peer.requests)

    def test_who_has_paid_waits_for_the_router(self):
        """Others are through with it in a moment; to come back takes seconds."""
        self.service._suspend("abuse")
        self.env.cr.flush()
        with self._other_transaction() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext('isp.router'), %s)",
                [self.router.id],
            )
            over = Event()
            other = Thread(target=self._go_when_waited_for, args=[cursor, over])
            other.start()
            try:
                self.service._sync_session(jobs.RESTORE)
            finally:
                over.set()
                other.join()
        self.assertTrue(self.peer.requests)
        self.env.cr.execute("SHOW lock_timeout")
        self.assertEqual(self.env.cr.fetchone(), ("0",))

    @staticmethod
    def _go_when_waited_for(cursor, over):
        while not over.is_set():
            cursor.execute(
                """SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                WHERE l.locktype = 'advisory' AND NOT l.granted
                    AND d.datname = current_database()"""
            )
            if cursor.rowcount:
                break
        cursor.rollback()

    def _commit_command(self):
        """Another transaction sends a command about the session and is done.

        The service of this test is not committed: it is put down at another one's.
        """
        with self._other_transaction() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            vals = self._prepare_registration(category_id=self.category.id)
            service = env["isp.service"].create(vals)
            env["isp.radius.command"].create(
                {
                    "service_id": service.id,
                    "unique_id": self.live,
                    "kind": "disconnect",
                    "answer": "done",
                }
            )
            cursor.commit()
            self.addCleanup(self._remove, service.id)

    def _remove(self, service_id):
        with self._other_transaction() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            service = env["isp.service"].browse(service_id)
            partner = service.partner_id
            service.unlink()
            partner.unlink()
            cursor.commit()

    def test_a_job_that_waited_for_another_does_not_ask_again(self):
        """Its snapshot is older than the other's command, which it cannot see."""
        self.service._suspend("abuse")
        self._commit_command()
        with self.assertRaises(RetryableJobError):
            self._sync()
        self.assertFalse(self.peer.requests)

    def test_asked_ever_more_rarely_and_then_a_person(self):
        """ACK, but the session stays: looked at again, and again, then an activity."""
        self.service._suspend("abuse")
        for count in range(1, HELP_AFTER + 1):
            self._sync()
            self.assertEqual(len(self.peer.requests), count)
            self._sync()
            self.assertEqual(len(self.peer.requests), count, "too early")
            self._hours_later()
        activity = self.service.activity_search([HELP_ACTIVITY])
        self.assertEqual(len(activity), 1)
        self.assertIn("by hand", activity.note)
        delays = [job.eta for job in self._sync_jobs() if job.eta]
        self.assertEqual(delays, sorted(delays))
        self._sync()
        self.assertEqual(len(self.service.activity_search([HELP_ACTIVITY])), 1)

        self._stop_session(self.live)
        self._sync()
        self.assertFalse(self.service.activity_search([HELP_ACTIVITY]))

    def test_a_forged_answer_is_no_answer(self):
        self.peer.answer = lambda request: [
            self.peer.sign(request, packet.DisconnectACK, secret="x" * 32)
        ]
        self.service._suspend("abuse")
        self._sync()
        self.assertEqual(self.service.command_ids.answer, "silent")

    def test_what_radius_cannot_say_asks_a_person_at_once(self):
        self._update_session(self.live, session_id="x" * 300)
        self.service._suspend("abuse")
        self._sync()
        self.assertEqual(self.service.command_ids.answer, "error")
        self.assertTrue(self.service.activity_search([HELP_ACTIVITY]))
        self.assertFalse(self.peer.requests)

    def test_a_session_let_in_with_what_was_right_before_is_found(self):
        """A log-in that meets the change: no job sees its session, the cron does."""
        old = self._get_class(self.service)
        self._stop_session(self.live)
        self.service._suspend("abuse")
        self._sync()
        self._start_session(self.service, session_id="late", **{"class": old})
        before = len(self._sync_jobs())
        self.env["isp.service"]._cron_sync_sessions()
        self.assertEqual(len(self._sync_jobs()), before + 1)
        self._sync()
        self.assertEqual(self.peer.requests[-1]["Acct-Session-Id"], ["late"])
        self.env["isp.service"]._cron_sync_sessions()
        self.assertEqual(
            len(self._sync_jobs()), before + 2, "the follow-up alone, not the cron"
        )

    def test_a_router_without_class_is_judged_by_the_begin_of_its_sessions(self):
        self._update_session(
            self.live,
            started_at=fields.Datetime.subtract(fields.Datetime.now(), minutes=1),
            **{"class": None},
        )
        self.service._change_plan(self.other_plan)
        self._sync()
        self.assertEqual(self._sent(), [packet.DisconnectRequest])
        self._stop_session(self.live)
        new = self._start_session(
            self.service,
            session_id="new",
            started_at=fields.Datetime.add(fields.Datetime.now(), seconds=2),
            **{"class": None},
        )
        self.assertFalse(self._stale())
        self.service._terminate("Moved away")
        now = fields.Datetime.now()
        self._update_session(new, started_at=fields.Datetime.subtract(now, minutes=1))
        self.assertEqual(self._stale(), [new])

    def test_two_sessions_are_closed_one_after_the_other(self):
        self._start_session(self.service, session_id="second")
        self.service._suspend("abuse")
        before = len(self._sync_jobs())
        self._sync()
        self.assertEqual(len(self.peer.requests), 1)
        self.assertEqual(len(self._sync_jobs()), before + 2)
        self._sync()
        self.assertEqual(len(self.peer.requests), 2)

    def _isolate_several(self, count=7):
        """Isolate so many that are online; return them, and the jobs of theirs."""
        services = self.service
        for _number in range(count - 1):
            other = self._create_active_service()
            self._start_session(other)
            services |= other
        before = len(self.jobs.enqueued_jobs)
        services._suspend("abuse")
        self.env.cr.flush()
        return services, self.jobs.enqueued_jobs[before:]

    def test_one_job_closes_the_sessions_of_many(self):
        services, (job,) = self._isolate_several()
        self.assertEqual(job.recordset, services)
        self._sync(services)
        sent = [request["User-Name"][0] for request in self.peer.requests]
        self.assertCountEqual(sent, services.mapped("username"))
        self.assertEqual(set(services.command_ids.mapped("answer")), {"done"})
        self.assertEqual(len(self._sync_jobs(services)), 2, "looked at again, together")
        self._sync(services)
        self.assertEqual(len(self.peer.requests), len(services), "too early")

    def test_many_sessions_of_a_silent_router_cost_one_timeout(self):
        self.peer.answer = lambda request: None
        services, _jobs = self._isolate_several()
        with patch.object(RadiusClient, "_send", self._meet(len(services))):
            self._sync(services)
        self.assertEqual(set(services.command_ids.mapped("answer")), {"silent"})
        self.assertEqual(self.router.state, "down")

    def test_who_is_not_answered_among_others_is_asked_again(self):
        services, _jobs = self._isolate_several()
        silent = services[2]
        self.peer.answer = lambda request: (
            None if request["User-Name"] == [silent.username] else packet.DisconnectACK
        )
        self._sync(services)
        self.assertEqual(self.router.state, "up")
        self.assertEqual(silent.command_ids.answer, "silent")
        again = [job for job in self.jobs.enqueued_jobs if job.eta]
        self.assertTrue(any(silent in job.recordset for job in again))

    @staticmethod
    def _meet(count):
        """Return a way to send that goes on when so many are about to."""
        send, meeting = RadiusClient._send, Barrier(count, timeout=20)

        def send_together(client, *arguments):
            meeting.wait()
            return send(client, *arguments)

        return send_together

    def test_no_password_in_commands_and_jobs(self):
        password = self.service._isp_get_secret("password")
        self.service._change_credentials(self.service.username, "kata-sandi-baru")
        self._sync()
        kept = json.dumps(self.service.command_ids.read(), default=str)
        kept += repr([(job.args, job.kwargs) for job in self.jobs.enqueued_jobs])
        for secret in (password, "kata-sandi-baru", self.secret):
            self.assertNotIn(secret, kept)
