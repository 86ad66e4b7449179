from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.tests.common import trap_jobs

from ..models import isp_billing_run
from .common import BillingCommon

RUN_LINE = "odoo.addons.isp_billing.models.isp_billing_run_line"
BEGIN = "2026-06-05"
NEXT = "2026-07-05 03:00:00"
FEW, MANY = 5, 35


class BillingRunCommon(BillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.company.isp_billing_user_id = cls.users["accountant"]

    @classmethod
    def _create_many(cls, count, **vals):
        """Return services of as many partners, open and billed until 4 July."""
        services = cls.env["isp.service"].create(
            [
                cls._prepare_registration(
                    plan_id=cls.plan.id,
                    billing_schedule_id=cls.schedule.id,
                    activation_date=BEGIN,
                    **vals,
                )
                for _number in range(count)
            ]
        )
        services._ensure_credentials()
        services.partner_id.isp_never_isolate = True
        with freeze_time(f"{BEGIN} 03:00:00"):
            cls._activate(services)
        cls.env.flush_all()
        return services

    def _start(self, batch=100):
        """Start today's run with batches of this size; return (run, jobs)."""
        with trap_jobs() as jobs, patch.object(isp_billing_run, "BATCH", batch):
            run = self._as("accountant", self.env["isp.billing.run"])
            action = run.action_run_now()
            return self.env["isp.billing.run"].browse(action["res_id"]), jobs

    def _break(self, service):
        """Let the invoices of this service fail, and no others."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        tax = self._create_tax("Foreign", other)
        service.sudo().tax_ids = False
        self.env.cr.execute(
            "INSERT INTO account_tax_isp_service_rel (isp_service_id, account_tax_id) "
            "VALUES (%s, %s)",
            (service.id, tax.id),
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install", "isp_alone")
class TestBillingRun(BillingRunCommon):
    """The services that are due are billed by batches, each once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = cls._create_many(5)

    @freeze_time(NEXT)
    def test_a_job_for_each_batch(self):
        run, jobs = self._start(batch=2)
        jobs.assert_jobs_count(3)
        self.assertEqual((run.total_count, run.state), (5, "running"))
        self.assertFalse(run.move_count)
        jobs.perform_enqueued_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.done_count, run.state), (5, "done"))
        self.assertEqual((run.move_count, run.amount), (5, 5 * 222_000))
        self.assertEqual(run.progress, 100)

    @freeze_time(NEXT)
    def test_services_of_one_partner_share_batch_and_invoice(self):
        first, second, *_others = self.services
        second.partner_id = first.partner_id
        run, jobs = self._start(batch=2)
        lines = run.line_ids.grouped("service_id")
        self.assertEqual(lines[first].batch, lines[second].batch)
        jobs.perform_enqueued_jobs()
        self.env.invalidate_all()
        self.assertEqual(run.move_count, 4)
        self.assertEqual(lines[first].move_id, lines[second].move_id)
        self.assertEqual(lines[first].amount, 222_000)
        self.assertEqual(lines[first].move_id.amount_total, 444_000)

    @freeze_time(NEXT)
    def test_another_schedule_is_another_invoice(self):
        first, second, *_others = self.services
        second.partner_id = first.partner_id
        second.billing_schedule_id = self.schedule.copy({"days_until_due": 20})
        self._bill_due()
        moves = self._get_invoices(first | second)[-2:]
        self.assertEqual(
            {str(day) for day in moves.mapped("invoice_date_due")},
            {"2026-07-12", "2026-07-25"},
        )

    @freeze_time(NEXT)
    def test_twice_bills_once(self):
        self._bill_due()
        self._bill_due()
        self.assertEqual(len(self._get_invoices(self.services)), 10)
        with self.assertRaises(UserError):
            self._start()

    @freeze_time(NEXT)
    def test_a_batch_worked_on_twice_bills_once(self):
        run, jobs = self._start()
        jobs.perform_enqueued_jobs()
        run._bill_batch(run.line_ids[:1].batch)
        self.assertEqual(len(self._get_invoices(self.services)), 10)

    @freeze_time(NEXT)
    def test_what_was_typed_finds_the_lines_of_a_day(self):
        run, _jobs = self._start()
        lines = self._as("accountant", run.line_ids)
        for text, found in (("2026-07-05", lines), ("August", lines.browse())):
            with self.subTest(text=text):
                self.assertEqual(lines.search([("run_id", "ilike", text)]), found)

    @freeze_time(NEXT)
    def test_nobody_writes_what_a_run_is(self):
        run = self._bill_due()
        vals = {
            "date": "2020-01-01",
            "preview": True,
            "company_id": self.company.id,
            "date_started": False,
            "date_resumed": False,
        }
        for role in ("accountant", "admin", "manager"):
            for name, value in vals.items():
                with self.subTest(role=role, name=name):
                    act = self._as(role, run).write
                    self._assert_refused(AccessError, act, {name: value})
            runs = self._as(role, run).with_context(default_date="2020-01-01")
            self._assert_refused(AccessError, runs.create, {})

    @freeze_time(NEXT)
    def test_two_runs_of_one_day_are_impossible(self):
        self._bill_due()

        def create_another():
            self.env["isp.billing.run"].create({"date": "2026-07-05"})
            self.env.flush_all()

        self._assert_says_who(self.env["isp.billing.run"], create_another)

    def _assert_says_who(self, model, function):
        """M23: of two who start a run the second one reads what has happened."""
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError) as caught,
            self.env.cr.savepoint(),
        ):
            function()
        said = model._sql_error_to_message(caught.exception)
        self.assertIn("Somebody else has started", said)
        self.assertIn("look at Billing Runs", said)

    @freeze_time(NEXT)
    def test_two_who_fill_one_run(self):
        run = self._bill_due()
        line = run.line_ids[:1]
        self._assert_says_who(line, lambda: (line.copy(), self.env.flush_all()))

    @freeze_time(NEXT)
    def test_no_day_is_charged_twice_whatever_the_program_does(self):
        row = self.services[0].period_ids

        def charge_again():
            row.copy({"date_from": row.date_to, "released": False})

        def charge_anew():
            names = ("service_id", "product_id", "date_from", "date_to")
            vals = row.read(names, load=None)[0]
            vals.pop("id")
            row.create(vals)

        for function in (charge_again, charge_anew):
            with mute_logger("odoo.sql_db"):
                self._assert_refused(IntegrityError, function)

    @freeze_time("2026-07-04 16:59:00")
    def test_nothing_before_the_day_of_the_company(self):
        self.assertFalse(self._bill_due())
        with freeze_time("2026-07-04 17:00:00"):
            self.assertEqual(str(self._bill_due().date), "2026-07-05")

    @freeze_time(NEXT)
    def test_a_service_that_becomes_due_later_joins_the_run(self):
        self._as("admin", self.services[0])._suspend("manual")
        run = self._bill_due()
        self.assertEqual(run.total_count, 4)
        self._as("admin", self.services[0]).action_restore()
        run = self._bill_due()
        self.assertEqual((run.total_count, run.done_count), (5, 5))

    def test_a_stalled_run_goes_on(self):
        with freeze_time(NEXT):
            run, _lost = self._start(batch=2)
            run._bill_batch(run.line_ids[:1].batch)
            with trap_jobs() as jobs:
                self.env["isp.billing.run"]._cron_bill()
            jobs.assert_jobs_count(0)
        with freeze_time("2026-07-05 03:16:00"), trap_jobs() as jobs:
            self.env["isp.billing.run"]._cron_bill()
            jobs.assert_jobs_count(2)
            jobs.perform_enqueued_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.done_count), ("done", 5))
        self.assertEqual(len(self._get_invoices(self.services)), 10)

    def test_progress(self):
        with freeze_time(NEXT):
            run, _jobs = self._start(batch=2)
        with freeze_time("2026-07-05 03:00:04"):
            run._bill_batch(run.line_ids[:1].batch)
        self.env.invalidate_all()
        self.assertEqual((run.done_count, run.progress), (2, 40))
        self.assertEqual(run.rate, 0.5)
        self.assertFalse(run.date_finished)

    def test_hours_between_two_parts_of_a_run_do_not_count(self):
        with freeze_time(NEXT):
            run, _lost = self._start(batch=2)
            run._bill_batch(run.line_ids[:1].batch)
        with freeze_time("2026-07-05 09:00:00"):
            run, _jobs = self._start(batch=2)
        with freeze_time("2026-07-05 09:00:04"):
            run._bill_batch(run.line_ids[2].batch)
        self.env.invalidate_all()
        self.assertEqual((run.done_count, run.rate), (4, 0.5))
        self.assertEqual(str(run.date_started), "2026-07-05 03:00:00")
        self.assertAlmostEqual(run.hours_left * 3600, 2)

    @freeze_time(NEXT)
    def test_previews_are_kept_for_some_days(self):
        runs = self.env["isp.billing.run"]
        with trap_jobs():
            old, new = (
                runs.browse(runs.action_preview()["res_id"]) for _number in range(2)
            )
            run, _jobs = self._start()
        self.env.cr.execute(
            "UPDATE isp_billing_run SET create_date = '2026-06-20' WHERE id = ANY(%s)",
            ((old | run).ids,),
        )
        new.flush_recordset()
        self.env.cr.execute(
            "UPDATE isp_billing_run SET create_date = %s WHERE id = %s", (NEXT, new.id)
        )
        self.env.invalidate_all()
        runs._gc_previews()
        self.assertEqual((old | new | run).exists(), new | run)

    @freeze_time(NEXT)
    def test_a_preview_changes_nothing(self):
        first, second, *_others = self.services
        second.partner_id = first.partner_id
        with trap_jobs() as jobs:
            run = self._as("accountant", self.env["isp.billing.run"])
            run = run.browse(run.action_preview()["res_id"])
            jobs.perform_enqueued_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.amount), ("done", 5 * 222_000))
        self.assertEqual(set(run.line_ids.mapped("amount")), {222_000})
        self.assertFalse(run.line_ids.move_id)
        self.assertEqual(len(self._get_invoices(self.services)), 5)
        self.assertEqual(len(self.services.sudo().period_ids), 5)
        run = self._bill_due()
        self.assertEqual((run.move_count, run.amount), (4, 5 * 222_000))


@tagged("post_install", "-at_install")
class TestFailingService(BillingRunCommon):
    """What cannot be billed stops no other, and somebody is asked to help."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = cls._create_many(3)
        cls.broken = cls.services[1]

    def _get_help(self):
        kind = self.env.ref("isp_billing.mail_activity_billing_help")
        return self.broken.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def _bill(self):
        with mute_logger(RUN_LINE):
            return self._bill_due()

    @freeze_time(NEXT)
    def test_the_others_are_billed(self):
        self._break(self.broken)
        run = self._bill()
        self.assertEqual((run.done_count, run.failed_count), (2, 1))
        self.assertEqual(run.state, "failed")
        failed = run.line_ids.filtered(lambda line: line.state == "failed")
        self.assertEqual(failed.service_id, self.broken)
        self.assertTrue(failed.error)
        self.assertEqual(self.broken.billing_error, failed.error)
        self.assertEqual(len(self._get_invoices(self.broken)), 1)
        self.assertFalse(self.broken.period_ids.filtered(lambda p: not p.move_line_id))

    @freeze_time(NEXT)
    def test_one_activity_that_clears_itself(self):
        self._break(self.broken)
        run = self._bill()
        self.assertEqual(self._get_help().user_id, self.users["accountant"])
        with mute_logger(RUN_LINE), trap_jobs() as jobs:
            self._as("accountant", run).action_retry()
            jobs.perform_enqueued_jobs()
        self.assertEqual(len(self._get_help()), 1)
        self.broken.tax_ids = self.tax
        with trap_jobs() as jobs:
            self._as("accountant", run).action_retry()
            jobs.perform_enqueued_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.failed_count), ("done", 0))
        self.assertFalse(self._get_help() or self.broken.billing_error)
        self.assertEqual(len(self._get_invoices(self.broken)), 2)

    @freeze_time(NEXT)
    def test_the_next_day_tries_again(self):
        self._break(self.broken)
        self._bill()
        self.broken.tax_ids = self.tax
        with freeze_time("2026-07-06 03:00:00"):
            runs = self._bill()
        self.assertEqual(runs.mapped("total_count"), [1, 3])
        self.assertFalse(self._get_help())

    @freeze_time(NEXT)
    def test_a_preview_shows_the_failure(self):
        self._break(self.broken)
        with trap_jobs() as jobs:
            run = self._as("accountant", self.env["isp.billing.run"])
            run = run.browse(run.action_preview()["res_id"])
            jobs.perform_enqueued_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.done_count, run.failed_count), (2, 1))
        self.assertFalse(self._get_help() or self.broken.billing_error)


@tagged("post_install", "-at_install")
class TestBillingQueries(BillingRunCommon):
    """A batch asks the database by the batch: what is asked for each invoice is what
    Odoo asks for to number and post it."""

    def _count_run(self, services):
        with freeze_time(NEXT):
            run = self.env["isp.billing.run"].create({"date": "2026-07-05"})
            run._fill()
            self.assertEqual(run.line_ids.service_id, services)
            batch = run.line_ids[:1].batch
            return self._count(lambda: run._bill_batch(batch))

    def _count(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _compare(self, measure):
        """Return how many queries each further service costs."""
        counts = []
        for count in (FEW, FEW, MANY):
            with self.cr.savepoint() as savepoint:
                counts.append(measure(self._create_many(count)))
                savepoint.rollback()
            self.env.invalidate_all()
        return (counts[2] - counts[1]) / (MANY - FEW)

    def test_billing(self):
        self.assertLess(self._compare(self._count_run), 6)

    def test_billing_by_template(self):
        """Odoo asks for the fiscal position of each customer; nothing else is asked."""
        self.company.isp_bill_by_template = True
        self.assertLess(self._compare(self._count_run), 1.5)

    def test_settling_and_preparing(self):
        biller = self.env["isp.biller"].sudo()
        day = self.schedule._fields["create_date"].to_datetime("2026-07-05").date()

        def settle(services):
            return self._count(lambda: biller._settle(services.sudo(), day))

        self.assertLess(self._compare(settle), 0.1)

    def test_isolating(self):
        def isolate(services):
            services.partner_id.isp_never_isolate = False
            with freeze_time("2026-07-03 03:00:00"):
                count = self._count(
                    lambda: self.env["isp.dunning"].sudo()._judge_or_ask(services)
                )
            self.assertEqual(set(services.mapped("access")), {"isolated"})
            return count

        # Where there are networks each line has a job that closes its session.
        carried = "credentials_token" in self.env["isp.service"]._fields
        self.assertLess(self._compare(isolate), 6 if carried else 4)
