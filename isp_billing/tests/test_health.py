from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.isp_base.health import OK, PROBLEM, WARNING

from .test_billing_run import NEXT, RUN_LINE, BillingRunCommon


@tagged("post_install", "-at_install")
class TestBillingHealth(BillingRunCommon):
    """What the page Health says of billing."""

    def setUp(self):
        super().setUp()
        others = self.env["isp.service"].search([("state", "=", "active")])
        others.sudo().next_invoice_date = "2999-01-01"
        self.checks = self.env["isp.health.check"].sudo()

    def _measure(self):
        self.env.invalidate_all()
        return self.checks._measure("billing")

    def test_services_that_no_run_bills(self):
        self._create_many(2)
        with freeze_time(NEXT):
            self.assertEqual(self._measure().state, OK, "they are due today")
        with freeze_time("2026-07-08 03:00:00"):
            found = self._measure()
            self.assertEqual(found.state, PROBLEM)
            self.assertTrue(found.measured.startswith("2 "), found.measured)
            metrics = {metric.name: metric for metric in self.checks._get_metrics()}
            self.assertEqual(metrics["isp_services_billed_late"].samples, [({}, 2)])

    def test_a_run_with_failures(self):
        services = self._create_many(2)
        with freeze_time(NEXT):
            self._break(services[0])
            _run, jobs = self._start()
            with mute_logger(RUN_LINE):
                jobs.perform_enqueued_jobs()
            found = self._measure()
        self.assertEqual(found.state, WARNING)
        self.assertIn("1 failed", found.measured)
