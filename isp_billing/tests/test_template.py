from contextlib import closing
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from .. import copies
from .test_billing_run import NEXT, BillingRunCommon

STAMPS = {"create_date", "write_date"}
MATCHES = {"matching_number", "full_reconcile_id"}  # numbers of what has paid it


class TemplateCommon(BillingRunCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_bill_by_template = True

    def _bill_both_ways(self):
        """Bill what is due one by one and by template; return both outcomes and the
        run of the latter, which stays."""
        outcomes = []
        with closing(self.env.cr.savepoint()):
            self.company.isp_bill_by_template = False
            outcomes.append(self._read(self._bill_due()[:1]))
        run = self._bill_due()[:1]
        outcomes.append(self._read(run))
        return *outcomes, run

    def _read(self, run):
        """Return {service: rows of all that was made of it}, without what tells one
        transaction from another."""
        self.env.flush_all()
        outcome = {}
        for line in run.line_ids:
            periods = line.service_id.period_ids.filtered("move_line_id")
            moves = line.move_id
            if not moves:
                continue
            rows = periods.filtered(lambda p, m=moves: p.move_id == m).sorted("id")
            vals = {"partner_id": moves.partner_id.id}
            biller = self.env["isp.biller"]
            (tables,) = biller._read_outcome(moves, [(vals, rows)])
            tables["isp_service"] = copies.read_rows(
                self.env.cr, "isp_service", copies.SQL("id = %s", line.service_id.id)
            )
            outcome[line.service_id.id] = self._without_numbers(tables, moves)
        return outcome

    def _without_numbers(self, tables, move):
        """Who has which number differs: those who are made one by one come first."""
        ids = {move.id: "move", **{n: "line" for n in move.line_ids.ids}}
        result = {}
        for table, rows in tables.items():
            result[table] = [
                {
                    key: ids.get(value, value)
                    if key in ("first_invoice_id", "isp_origin_line_id")
                    else value.replace(move.name, "NAME")
                    if isinstance(value, str) and key not in MATCHES
                    else bool(value)
                    if key in MATCHES
                    else value
                    for key, value in row.items()
                    if key not in STAMPS | {"id", "sequence_number", "access_version"}
                }
                for row in rows
            ]
        return result

    def _assert_equal_both_ways(self):
        one_by_one, by_template, run = self._bill_both_ways()
        self.assertEqual(one_by_one.keys(), by_template.keys())
        for service, tables in one_by_one.items():
            difference = copies.find_difference(by_template[service], tables)
            self.assertFalse(difference, self.env["isp.service"].browse(service).name)
        return run

    def _get_kinds(self, run):
        return [(kind.state, kind.reason) for kind in run.kind_ids]

    def _get_reasons(self, run):
        """Return why everything of this run was made one by one."""
        self.assertEqual(run.copied_count, 0)
        self.assertEqual((run.done_count, run.failed_count), (run.total_count, 0))
        return " ".join(kind.reason for kind in run.kind_ids if kind.reason)


@tagged("post_install", "-at_install")
class TestTemplate(TemplateCommon):
    """The third invoice of a kind is a copy of the first, when the second proved it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = cls._create_many(5)

    @freeze_time(NEXT)
    def test_what_is_alike_is_copied(self):
        run = self._assert_equal_both_ways()
        self.assertEqual(self._get_kinds(run), [("proven", False)])
        self.assertEqual((run.copied_count, run.move_count, run.state), (3, 5, "done"))

    @freeze_time(NEXT)
    def test_numbers_have_no_gap(self):
        before = self.env["account.move"].search([], order="id desc", limit=1)
        moves = self._bill_due().line_ids.move_id
        numbers = sorted(moves.mapped("sequence_number"))
        first = numbers[0]
        self.assertEqual(numbers, list(range(first, first + 5)))
        self.assertEqual(first, before.sequence_number + 1)
        self.assertEqual(moves.mapped("made_sequence_gap"), [False] * 5)
        self.assertEqual(len(set(moves.mapped("name"))), 5)

    @freeze_time(NEXT)
    def test_numbers_are_taken_last(self):
        """Who has one holds the others back until his commit."""
        (run,), jobs = self._start(batch=2)
        jobs.enqueued_jobs[0].perform()
        lines = run.line_ids.filtered(lambda line: line.state == "pending")
        biller = self._as("accountant", self.env["isp.biller"])
        self.env.cr.flush()
        moves = biller.with_context(isp_billing_run=run.id)._bill(lines.service_id)
        self.assertEqual(set(moves.mapped("name")), {"/"})
        self.assertFalse(moves._get_sequence_cache(), "none is held back")
        self.env.cr.flush()
        self.assertNotIn("/", moves.mapped("name"))
        self.assertEqual(moves.mapped("payment_reference"), moves.mapped("name"))
        for line in moves.line_ids:
            self.assertEqual(line.move_name, line.move_id.name)

    @freeze_time(NEXT)
    def test_a_free_number_is_found_in_few_tries(self):
        """What others committed meanwhile is not seen, and no reason for slowness."""
        cr = self.env.cr
        move = self._bill_due().line_ids.move_id.sorted("sequence_number")[-1]
        cr.flush()
        form, values = move._get_sequence_format_param(move.name)
        row = copies.read_by_id(cr, copies.MOVE, move.ids)[move.id]
        ids = copies.take_ids(cr, copies.MOVE, 901)
        last = move.sequence_number + 900
        names = {
            number: form.format(**{**values, "seq": number})
            for number in range(move.sequence_number + 1, last + 1)
        }
        others = zip(ids, [*names.values(), "/"], strict=True)
        rows = [{**row, "id": number, "name": name} for number, name in others]
        copies.insert_rows(cr, copies.MOVE, rows)
        new = move.browse(ids[-1])
        before = cr.sql_log_count
        found = self.env["isp.biller"]._get_last_taken(new, form, values)
        self.assertEqual(found, last)
        self.assertLess(cr.sql_log_count - before, 100)
        self.assertEqual(new.name, "/", "nothing stays of a try")

    @freeze_time(NEXT)
    def test_a_batch_later_in_the_run_copies_at_once(self):
        run, jobs = self._start(batch=3)
        jobs.perform_enqueued_jobs()
        self.env.invalidate_all()
        self.assertEqual(run.copied_count, 3)
        dates = set(self.services.mapped("next_invoice_date"))
        self.assertEqual({str(day) for day in dates}, {"2026-08-05"})

    @freeze_time(NEXT)
    def test_one_of_a_kind_in_each_batch_is_enough(self):
        run, jobs = self._start(batch=1)
        jobs.perform_enqueued_jobs()
        self.env.invalidate_all()
        self.assertEqual(self._get_kinds(run), [("proven", False)])
        self.assertEqual(run.copied_count, 3)

    @freeze_time(NEXT)
    def test_off_means_off(self):
        self.company.isp_bill_by_template = False
        run = self._bill_due()
        self.assertFalse(run.kind_ids)
        self.assertEqual((run.copied_count, run.done_count), (0, 5))

    @freeze_time(NEXT)
    def test_a_copy_is_an_invoice_like_any_other(self):
        """It is edited, paid, credited, and its days are billed no more."""
        run = self._bill_due()
        copied = run.line_ids.filtered("by_template").sorted("id")
        edited, paid, credited = copied.move_id
        self._as("accountant", edited).button_draft()
        self._as("accountant", edited).action_post()
        self._pay(paid)
        self._reverse(credited)
        self.assertEqual(edited.state, "posted")
        self.assertIn(paid.payment_state, ("paid", "in_payment"))
        self.assertEqual(credited.payment_state, "reversed")
        self.assertEqual(paid.tax_totals["total_amount_currency"], 222_000)


@tagged("post_install", "-at_install")
class TestTemplateDoubt(TemplateCommon):
    """What is not known for sure is made one by one, and the run says why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = cls._create_many(4)

    def _patch(self, name, function):
        method = patch.object(type(self.env["account.move"]), name, function)
        method.start()
        self.addCleanup(method.stop)

    @freeze_time(NEXT)
    def test_an_override_that_is_not_known(self):
        origin = type(self.env["account.move"])._post

        def _post(self, soft=True):
            posted = origin(self, soft)
            posted.narration = "Of another addon"
            return posted

        self._patch("_post", _post)
        run = self._bill_due()
        self.assertIn("_post", self._get_reasons(run))
        self.assertIn("Of another addon", run.line_ids.move_id[-1:].narration)

    @freeze_time(NEXT)
    def test_a_class_of_an_addon_that_is_not_known(self):
        template = type(self.env["isp.billing.template"])
        known = self.env["isp.billing.template"]._get_known_addons()
        known.remove("stock_account")
        method = patch.object(template, "_get_known_addons", lambda self: known)
        method.start()
        self.addCleanup(method.stop)
        self.assertIn("stock_account", self._get_reasons(self._bill_due()))

    @freeze_time(NEXT)
    def test_a_trigger(self):
        self.env.cr.execute(
            """
            CREATE FUNCTION isp_test_note() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.ref = NEW.name; RETURN NEW; END $$;
            CREATE TRIGGER isp_test_note BEFORE INSERT OR UPDATE ON account_move_line
            FOR EACH ROW EXECUTE FUNCTION isp_test_note();
            """
        )
        self.assertIn("isp_test_note", self._get_reasons(self._bill_due()))

    @freeze_time(NEXT)
    def test_a_column_that_the_database_fills(self):
        self.env.cr.execute(
            "ALTER TABLE account_move ADD COLUMN x_seen float DEFAULT random()"
        )
        self.assertIn("account_move.x_seen", self._get_reasons(self._bill_due()))

    @freeze_time(NEXT)
    def test_a_table_that_posting_writes(self):
        """Found in the database: whoever wrote it, by whatever way."""
        origin = type(self.env["isp.biller"])._create_moves

        def _create_moves(biller, prepared):
            moves = origin(biller, prepared)
            moves.partner_id.message_post(body="Billed")
            return moves

        method = patch.object(
            type(self.env["isp.biller"]), "_create_moves", _create_moves
        )
        method.start()
        self.addCleanup(method.stop)
        self.assertIn("mail_message", self._get_reasons(self._bill_due()))

    @freeze_time(NEXT)
    def test_work_that_is_put_off_to_the_end_of_the_transaction(self):
        origin = type(self.env["isp.biller"])._create_moves

        def _create_moves(biller, prepared):
            biller.env.cr.postcommit.add(self.setUp)
            return origin(biller, prepared)

        method = patch.object(
            type(self.env["isp.biller"]), "_create_moves", _create_moves
        )
        method.start()
        self.addCleanup(method.stop)
        self.addCleanup(self.env.cr.postcommit.clear)
        self.assertIn("setUp", self._get_reasons(self._bill_due()))

    @freeze_time(NEXT)
    def test_a_method_put_into_a_class_of_odoo(self):
        (cls,) = (
            base
            for base in type(self.env["account.move"]).__mro__
            if base.__module__ == "odoo.addons.account.models.account_move"
        )
        origin = cls._post

        def _post(move, soft=True):
            return origin(move, soft)

        _post.__module__ = "odoo.addons.elsewhere.models.move"
        with patch.object(cls, "_post", _post):
            self.assertIn("elsewhere", self._get_reasons(self._bill_due()))

    @freeze_time(NEXT)
    def test_a_customer_of_whom_something_differs(self):
        """A column that nobody knows splits kinds: each is proven by itself."""
        self.env.cr.execute("ALTER TABLE res_partner ADD COLUMN x_region varchar")
        self.env.cr.execute(
            "UPDATE res_partner SET x_region = id::varchar WHERE id = ANY(%s)",
            (self.services.partner_id.ids,),
        )
        run = self._bill_due()
        self.assertEqual(self._get_kinds(run), [("first", False)] * 4)
        self.assertEqual(run.copied_count, 0)

    @freeze_time(NEXT)
    def test_a_journal_with_hashes(self):
        journal = self.env["isp.biller"]._get_journal(self.company)
        journal.restrict_mode_hash_table = True
        self.assertIn("hashes", self._get_reasons(self._bill_due()))

    @freeze_time(NEXT)
    def test_analytic_distribution(self):
        plan = self.env["account.analytic.plan"].create({"name": "Towns"})
        account = self.env["account.analytic.account"].create(
            {"name": "North", "plan_id": plan.id, "company_id": self.company.id}
        )
        self.env["account.analytic.distribution.model"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.services[3].partner_id.id,
                "analytic_distribution": {account.id: 100},
            }
        )
        self.assertIn("analytic", self._get_reasons(self._bill_due()))

    @freeze_time(NEXT)
    def test_payment_references_of_another_form(self):
        journal = self.env["isp.biller"]._get_journal(self.company)
        journal.invoice_reference_type = "partner"
        self.assertIn("reference", self._get_reasons(self._bill_due()))

    @freeze_time(NEXT)
    def test_a_due_date_that_is_over(self):
        self.schedule.write({"days_until_due": 0, "grace_days": 0})
        self.schedule.reminder_ids.unlink()
        run = self._assert_equal_both_ways()
        self.assertEqual(run.done_count, 4)

    @freeze_time(NEXT)
    def test_money_on_account_is_used(self):
        rich = self.services[3].partner_id
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": rich.id,
                "amount": 500_000,
                "company_id": self.company.id,
                "journal_id": self.env["account.journal"]
                .search(
                    [("company_id", "=", self.company.id), ("type", "=", "bank")],
                    limit=1,
                )
                .id,
            }
        )
        payment.action_post()
        self._before_commit()
        run = self._bill_due()
        self._before_commit()
        line = run.line_ids.grouped("service_id")[self.services[3]]
        self.assertFalse(line.by_template)
        self.assertIn(line.move_id.payment_state, ("paid", "in_payment"))
        self.assertEqual(run.copied_count, 1)

    @freeze_time(NEXT)
    def test_a_customer_with_other_addresses(self):
        self.env["res.partner"].create(
            {
                "name": "Accounts",
                "type": "invoice",
                "parent_id": self.services[2].partner_id.id,
            }
        )
        run = self._assert_equal_both_ways()
        line = run.line_ids.grouped("service_id")[self.services[2]]
        self.assertFalse(line.by_template)
        self.assertEqual(run.copied_count, 1)

    @freeze_time(NEXT)
    def test_a_copy_that_fails_is_made_by_odoo(self):
        run, jobs = self._start(batch=2)
        first, second = jobs.enqueued_jobs

        def fail(cr, _relation, _pairs):
            cr.execute("SELECT 1 / 0")

        first.perform()
        with (
            patch.object(copies, "insert_pairs", fail),
            self.assertLogs("odoo.addons.isp_billing", "ERROR"),
            self.assertLogs("odoo.sql_db", "ERROR"),
        ):
            second.perform()
        self.env.invalidate_all()
        self.assertIn("division by zero", self._get_reasons(run))
        numbers = sorted(run.line_ids.move_id.mapped("sequence_number"))
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 4)))
