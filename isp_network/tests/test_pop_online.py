from odoo import fields
from odoo.tests import tagged

from .session_common import SessionCommon


@tagged("post_install", "-at_install")
class TestPopOnline(SessionCommon):
    """Many subscribers of a POP go offline at once, as RADIUS says."""

    def setUp(self):
        super().setUp()
        self.sessions = [self.live, *self._start_sessions(19)]
        self.assertEqual(self._look(), (20, 0))

    def _start_sessions(self, count, name="pop"):
        ids = [f"{name}{n:02d}" for n in range(count)]
        return [self._start_session(self.service, session_id=i) for i in ids]

    def _look(self):
        """Return (subscribers online at the POP, alerts about them)."""
        self.env["isp.router"]._cron_read_health()
        alerts = self.router.activity_search(["isp_network.mail_activity_pop_lost"])
        return self.pop.online_count, len(alerts)

    def _leave(self, sessions):
        for unique_id in sessions:
            self._stop_session(unique_id)

    def test_it_is_told_once_and_taken_back(self):
        self._leave(self.sessions[:8])
        self.assertEqual(self._look(), (12, 0), "some go offline every day")
        sessions = self.sessions[8:] + self._start_sessions(8, "back")
        self.assertEqual(self._look(), (20, 0))
        self._leave(sessions[:15])
        self.assertEqual(self._look(), (5, 1))
        self.assertEqual(self._look(), (5, 1), "told once")
        self._start_sessions(15, "again")
        self.assertEqual(self._look(), (20, 0))

    def test_without_accounting_nobody_left_until_it_is_forgotten(self):
        for hours, expected in ((1, (20, 0)), (30, (0, 1))):
            old = fields.Datetime.subtract(fields.Datetime.now(), hours=hours)
            self.env.cr.execute("UPDATE isp_radacct SET updated_at = %s", [old])
            self.assertEqual(self._look(), expected)

    def test_a_router_that_is_down_is_another_matter(self):
        self.router._set_answers(False)
        self._leave(self.sessions)
        self.assertEqual(self._look(), (20, 0))

    def test_one_count_for_all_pops(self):
        def count_queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            pops._note_online()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        pops = self.pop
        alone = count_queries()
        for number in range(5):
            pop = self.env["isp.pop"].create(
                {"name": f"{number}", "code": f"N{number}"}
            )
            self._create_router(f"N-{number}", f"10.9.0.{number}", pop_id=pop.id)
            pops |= pop
        count_queries()
        self.assertLessEqual(count_queries(), alone + 2)
