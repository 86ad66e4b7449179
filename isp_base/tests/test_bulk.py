from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestBulk(IspCommon):
    """Several subscribers at once: looked at first, done by jobs, each by himself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = cls.env["isp.service"].union(
            *(cls._create_active_service() for _number in range(4))
        )
        cls.draft = cls._create_service()

    def _prepare(self, button, services=None, user=None):
        services = self.as_user(services or self.services, user or self.admin)
        action = getattr(services, f"action_{button}_several")()
        return self.as_user(self.env["isp.bulk"].browse(action["res_id"]), self.admin)

    def _states(self, bulk):
        self.env.invalidate_all()
        return {line.service_id: line.state for line in bulk.sudo().line_ids}

    def test_one_is_isolated_as_on_his_form(self):
        one = self.as_user(self.services[0], self.admin)
        action = one.action_suspend_several()
        self.assertEqual(action["res_model"], "isp.service.suspend")
        one._suspend("manual")
        self.assertFalse(one.action_restore_several())
        self.assertEqual(one.access, "open")

    def test_who_is_left_out_and_why(self):
        self.services[0]._suspend("manual")
        bulk = self._prepare("suspend", self.services | self.draft)
        self.assertEqual(
            (bulk.state, bulk.ok_count, bulk.skipped_count), ("preview", 3, 2)
        )
        lines = {line.service_id: line for line in bulk.line_ids}
        self.assertIn("already", lines[self.services[0]].message)
        self.assertIn("Not active", lines[self.draft].message)
        self.assertEqual(self.services[1].access, "open", "nothing was done yet")
        bulk.action_start()
        self.assertEqual(set(self.services.mapped("access")), {"isolated"})
        self.assertEqual((bulk.state, bulk.done_count, bulk.left_count), ("done", 3, 0))
        by = self.services[1].suspension_ids.user_id
        self.assertEqual(by, self.admin)

    def test_restore_lifts_what_was_imposed_by_hand(self):
        self.services[:2]._suspend("manual")
        bulk = self._prepare("restore")
        self.assertEqual((bulk.ok_count, bulk.skipped_count), (2, 2))
        bulk.action_start()
        self.assertEqual(set(self.services.mapped("access")), {"open"})

    def test_another_plan_is_foreseen_and_given(self):
        self.services[0].plan_id = self.other_plan
        bulk = self._prepare("change_plan")
        with self.assertRaisesRegex(UserError, "New Plan"):
            bulk.action_start()
        bulk.plan_id = self.other_plan
        bulk.action_preview()
        self.assertEqual((bulk.ok_count, bulk.skipped_count), (3, 1))
        messages = bulk.line_ids.filtered(lambda x: x.state == "ok").mapped("message")
        self.assertTrue(all("Home 20 → Home 50" in text for text in messages), messages)
        bulk.action_start()
        self.assertEqual(self.services.plan_id, self.other_plan)

    def test_a_message_reaches_who_has_an_address(self):
        self.services[0].partner_id.email = False
        bulk = self._prepare("message")
        bulk.write({"subject": "Work on the line", "body": "Tonight\nfrom 1 to 3."})
        before = self.env["mail.mail"].search([])
        bulk.action_start()
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(bulk.done_count, 3)
        self.assertEqual(len(mails), 3)
        self.assertEqual(set(mails.mapped("subject")), {"Work on the line"})
        self.assertIn("Tonight", mails[0].body_html)

    def test_what_fails_alone_fails_alone(self):
        bulk = self._prepare("suspend")
        bulk.sudo().line_ids.state = "waiting"
        bulk.sudo().phase = "run"
        self.services[1].sudo().write({"state": "terminated"})
        with mute_logger("odoo.addons.isp_base.models.isp_batch_line_mixin"):
            bulk._enqueue()
        states = self._states(bulk)
        self.assertEqual(states.pop(self.services[1]), "error")
        self.assertEqual(set(states.values()), {"done"})
        self.assertEqual(bulk.state, "failed")

    def test_what_has_failed_is_tried_again(self):
        bulk = self._prepare("suspend")
        with self.assertRaisesRegex(UserError, "Nobody has failed"):
            bulk.action_retry()
        bulk.sudo().line_ids.state = "waiting"
        bulk.sudo().phase = "run"
        self.services[1].sudo().write({"state": "terminated"})
        with mute_logger("odoo.addons.isp_base.models.isp_batch_line_mixin"):
            bulk._enqueue()
            bulk.action_retry()
        self.assertEqual(bulk.state, "failed", "the same again")
        self.services[1].sudo().write({"state": "active"})
        with self.assertRaises(AccessError):
            self.as_user(bulk, self.sales).action_retry()
        bulk.action_retry()
        self.env.invalidate_all()
        self.assertEqual(
            (bulk.state, bulk.done_count, bulk.error_count), ("done", 4, 0)
        )
        self.assertEqual(len(self.services.suspension_ids), 4, "none twice")

    def test_what_waits_is_called_off(self):
        bulk = self._prepare("suspend")
        for number, line in enumerate(bulk.sudo().line_ids):
            line.batch = number % 2
        with trap_jobs() as jobs:
            bulk.action_start()
        jobs.assert_jobs_count(2)
        self.assertEqual((bulk.state, bulk.left_count), ("running", 4))
        jobs.enqueued_jobs[0].perform()
        self.env.invalidate_all()
        bulk.action_cancel()
        jobs.enqueued_jobs[1].perform()
        self.env.invalidate_all()
        self.assertEqual(bulk.state, "cancelled")
        self.assertEqual((bulk.done_count, bulk.skipped_count), (2, 2))
        self.assertEqual(len(self.services.filtered(lambda s: s.access == "open")), 2)

    def test_twice_is_refused_and_nothing_changes_under_way(self):
        bulk = self._prepare("suspend")
        bulk.action_start()
        for act in (bulk.action_start, lambda: bulk.write({"note": "other"})):
            with self.assertRaises(UserError):
                act()

    def test_administrators_alone(self):
        for user in (self.sales, self.technician, self.engineer):
            with self.assertRaises(AccessError):
                self._prepare("suspend", user=user)
        bulk = self._prepare("suspend")
        with self.assertRaises(AccessError):
            bulk.write({"phase": "run"})
        with self.assertRaises(AccessError):
            self.as_user(bulk, self.sales).action_start()
