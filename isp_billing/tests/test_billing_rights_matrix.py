from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import BillingCommon

OPERATIONS = ("read", "write", "create", "unlink")
# What each group may: r(ead), w(rite), c(reate), u(nlink); all others nothing.
INTERNAL = "sales technician engineer warehouse employee admin"
BOOKS = "admin manager accountant invoicing"
RIGHTS = {
    "isp.billing.schedule": {
        f"{INTERNAL} invoicing auditor": "r",
        "manager accountant": "rwcu",
    },
    "isp.billing.reminder": {BOOKS: "r", "manager accountant": "rwcu"},
    "isp.billing.notice": {BOOKS: "r"},
    "isp.billing.period": {BOOKS: "r", "auditor": "r"},
    "isp.billing.credit": {BOOKS: "r", "auditor": "r"},
    "isp.billing.run": {BOOKS: "rw"},
    "isp.billing.run.line": {BOOKS: "r"},
    "isp.billing.kind": {BOOKS: "r"},
    "isp.billing.check": {BOOKS: "rw", "auditor": "r"},
    "isp.billing.check.line": {BOOKS: "r", "auditor": "r"},
    "isp.tax.change": {BOOKS: "r", "auditor": "r", "accountant": "rwcu"},
    "isp.service.charge": {BOOKS: "rwcu", "auditor sales": "r"},
    "isp.invoice.preview": {BOOKS: "rwcu", "sales": "rwcu"},
    "isp.service.price": {"admin manager": "rwcu"},
    "isp.prepay.offer": {
        f"{INTERNAL} invoicing auditor": "r",
        "manager accountant": "rwcu",
    },
    "isp.service.prepay": {BOOKS: "rwcu"},
    "isp.late.fee": {BOOKS: "r", "auditor": "r"},
    **dict.fromkeys(
        (
            "isp.money.report",
            "isp.owner.report",
            "isp.payment.speed.report",
            "isp.receivable.report",
            "isp.recurring.report",
        ),
        {BOOKS: "r", "auditor": "r"},
    ),
    "isp.service.promise": {BOOKS: "rwcu"},
    "isp.service": {
        "sales": "rwc",
        "engineer": "rw",
        "admin manager": "rwcu",
        "technician warehouse accountant invoicing auditor": "r",
    },
    # What it only reads of Odoo's books
    "account.move": {"sales technician engineer warehouse employee": ""},
}
ELSEWHERE = {"isp.payment.confirmation"}


class BillingRightsCommon(BillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        books = {
            "invoicing": "account.group_account_invoice",
            "auditor": "account.group_account_readonly",
        }
        cls.users.update(cls._create_users(books))


@tagged("post_install", "-at_install")
class TestBillingRightsMatrix(BillingRightsCommon):
    """Which group may do what with which model of billing."""

    def test_every_model_of_the_addon_is_in_the_matrix(self):
        models = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == "isp_billing" and not model._abstract
        }
        self.assertEqual(models - RIGHTS.keys() - ELSEWHERE, set())

    def test_whoever_reads_services_opens_one(self):
        service = self._create_subscription()
        self._create_order(service, state="scheduled")
        service._suspend("manual")
        readers = " ".join(RIGHTS["isp.service"]).split()
        for name in readers:
            with self.subTest(user=name), Form(self._as(name, service)) as form:
                self.assertEqual(form.contact_name, service.contact_name)

    def test_rights_are_those_of_the_matrix(self):
        for model, rights in RIGHTS.items():
            expected = dict.fromkeys(self.users, "")
            for names, letters in rights.items():
                expected.update(dict.fromkeys(names.split(), letters))
            if model == "account.move":
                expected = {name: "" for name in next(iter(rights)).split()}
            for name in expected.keys() - {"other_sales", "stranger"}:
                records = self.env[model].with_user(self.users[name])
                found = "".join(o[0] for o in OPERATIONS if records.has_access(o))
                self.assertEqual(found, expected[name], f"{name} on {model}")


@tagged("post_install", "-at_install")
class TestBillingSecrets(BillingRightsCommon):
    """The salesman sees whether it is paid, not the ledger; strangers see nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_subscription("2026-06-05")
        cls.foreign = cls._create_subscription("2026-06-05", user_id=cls.env.uid)

    def _get_status(self, role="sales"):
        service = self._as(role, self.service)
        return service.billing_status, service.amount_due

    def test_the_salesman_sees_whether_it_is_paid(self):
        with freeze_time("2026-06-10 03:00:00"):
            self.assertEqual(self._get_status(), ("open", 222_000))
        with freeze_time("2026-06-13 03:00:00"):
            self.assertEqual(self._get_status(), ("overdue", 222_000))
            self._pay(self.service.first_invoice_id, 200_000)
            self.assertEqual(self._get_status(), ("overdue", 22_000))
            self._pay(self.service.first_invoice_id)
            self.assertEqual(self._get_status(), ("paid", 0))

    def test_he_searches_by_it(self):
        fresh = self._create_service()
        services = self.service | fresh
        for at, status, found in (
            ("2026-06-10 03:00:00", "open", self.service),
            ("2026-06-13 03:00:00", "overdue", self.service),
            ("2026-06-13 03:00:00", "nothing", fresh),
            ("2026-06-13 03:00:00", "paid", services.browse()),
        ):
            with self.subTest(status=status), freeze_time(at):
                own = self._as("sales", self.env["isp.service"])
                within = [("id", "in", services.ids)]
                self.assertEqual(
                    own.search([*within, ("billing_status", "=", status)]), found
                )
                self.assertEqual(
                    own.search([*within, ("billing_status", "!=", status)]),
                    services - found,
                )

    def test_he_does_not_see_the_ledger(self):
        service = self._as("sales", self.service)
        for name in ("period_ids", "first_invoice_id", "billing_error"):
            with self.subTest(field=name):
                self._assert_refused(AccessError, service.read, [name])
        for records in (self.service.period_ids, self.service.first_invoice_id):
            self._assert_refused(
                AccessError, self._as("sales", records).read, ["display_name"]
            )

    def test_he_sees_the_next_invoice_of_his_own_alone(self):
        previews = self._as("sales", self.env["isp.invoice.preview"])
        with freeze_time("2026-06-10 03:00:00"):
            own = previews.create({"service_id": self.service.id})
            self.assertIn("07/05/2026", own.preview)
            self._assert_refused(
                AccessError, previews.create, {"service_id": self.foreign.id}
            )
        self._assert_refused(
            AccessError, self._as("other_sales", own).read, ["preview"]
        )

    def test_only_administrators_change_prices(self):
        for role in ("sales", "technician", "engineer", "accountant"):
            with self.subTest(role=role):
                service = self._as(role, self.service)
                self._assert_refused(AccessError, service._change_price, 1)
                self._assert_refused(AccessError, service._change_plan, self.plan)
                self._assert_refused(AccessError, service.action_invoice_now)

    def test_nobody_writes_when_a_service_is_invoiced(self):
        service = self._as("admin", self.service)
        for vals in (
            {"next_invoice_date": "2030-01-01"},
            {"first_invoice_id": False},
            {"billing_error": False},
        ):
            with self.subTest(**vals):
                self._assert_refused(AccessError, service.write, vals)

    def test_a_technician_finds_nobody_by_what_he_owes(self):
        self._create_order(self.service, state="scheduled")
        for role in ("technician", "engineer", "warehouse"):
            with self.subTest(role=role):
                services = self._as(role, self.env["isp.service"])
                self.assertIn(self.service, services.search([]))
                self._assert_refused(
                    AccessError, services.search, [("billing_status", "=", "paid")]
                )

    def test_only_bookkeepers_run_the_billing(self):
        for role in ("sales", "technician", "engineer", "warehouse", "portal"):
            with self.subTest(role=role):
                runs = self._as(role, self.env["isp.billing.run"])
                self._assert_refused(AccessError, runs.action_run_now)
                self._assert_refused(AccessError, runs.action_preview)

    def test_the_subscriber_reaches_nothing_by_rpc(self):
        rows = self.service.period_ids
        for records in (self.service, rows, rows.service_id.charge_ids):
            with self.subTest(model=records._name):
                self._assert_refused(
                    AccessError, self._as("portal", records).search, []
                )


@tagged("post_install", "-at_install")
class TestBillingOfCompanies(BillingRightsCommon):
    """Each company bills its own services in its own books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_other_company(roles=("admin",))
        cls._open_books(cls.company_b)
        cls.company_b.partner_id.tz = "Asia/Jakarta"
        cls.company_b.isp_send_invoices = False
        cls.plan.taxes_id = False
        cls.own = cls._create_subscription("2026-06-05", tax_ids=False)
        cls.foreign = cls._create_subscription(
            "2026-06-05",
            company_id=cls.company_b.id,
            partner_id=False,
            user_id=False,
            area_id=False,
            pop_id=False,
            category_id=False,
        )

    def test_invoices_are_those_of_the_company(self):
        with freeze_time("2026-07-05 03:00:00"):
            runs = self._bill_due()
        self.assertEqual(runs.company_id, self.company | self.company_b)
        for service in (self.own, self.foreign):
            moves = self._get_invoices(service)
            self.assertEqual(len(moves), 2)
            self.assertEqual(moves.company_id, service.company_id)
            self.assertEqual(moves.journal_id.company_id, service.company_id)
            self.assertEqual(moves.line_ids.account_id.company_ids, service.company_id)

    def test_a_plan_of_all_companies_is_converted_into_other_books(self):
        dollars = self.env["res.company"].create(
            {"name": "Offshore", "currency_id": self.env.ref("base.USD").id}
        )
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.company.currency_id.id,
                "company_id": dollars.id,
                "name": "2026-06-01",
                "company_rate": 16_000,
            }
        )
        self.env["product.pricelist"].search([]).active = False
        service = self.foreign.copy({"company_id": dollars.id, "partner_id": False})
        self.assertEqual(service._get_plan_price(date(2026, 6, 5)), 12.5)
        self.assertEqual(self.own._get_plan_price(date(2026, 6, 5)), 200_000)

    def test_a_charge_is_not_moved_to_another_company(self):
        charge = self.env["isp.service.charge"].create(
            {
                "service_id": self.foreign.id,
                "product_id": self.plan.product_variant_id.id,
            }
        )
        charge = self.as_user(charge, self.users_b["admin"])
        self._assert_refused(AccessError, charge.write, {"service_id": self.own.id})

    def test_a_dialog_tells_no_price_of_another_company(self):
        prices = self.env["isp.service.price"]
        vals = {"service_id": self.own.id, "own_price": 1}
        dialog = self._as("admin", prices).create(vals)
        other = self.as_user(dialog, self.users_b["admin"])
        self._assert_refused(AccessError, other.read, ["own_price"])
        self._assert_refused(AccessError, other.create, vals)

    def test_the_dialog_that_sends_an_invoice_tells_of_none_of_another_company(self):
        moves = (self.own | self.foreign).first_invoice_id
        mine = moves.filtered(lambda move: move.company_id == self.company)
        other = moves - mine
        dialogs = self._as("admin", self.env["account.move.send.wizard"])
        dialog = dialogs.create({"move_id": mine.id})
        self.assertIn(mine.name, dialog.subject)
        by_default = dialogs.with_context(default_move_id=other.id)
        for refused, vals in (
            (dialogs.create, {"move_id": other.id}),
            (by_default.create, {}),
            (dialog.write, {"move_id": other.id}),
        ):
            self._assert_refused(AccessError, refused, vals)

    def test_one_call_bills_services_of_two(self):
        with freeze_time("2026-07-05 03:00:00"):
            moves = self.env["isp.biller"]._bill(self.own | self.foreign)
        self.assertEqual(moves.company_id, self.company | self.company_b)

    def test_records_of_another_company_are_hidden(self):
        with freeze_time("2026-07-05 03:00:00"):
            runs = self._bill_due()
        charge = self.env["isp.service.charge"].create(
            {
                "service_id": self.foreign.id,
                "product_id": self.plan.product_variant_id.id,
            }
        )
        reminder = self.env["isp.billing.reminder"].create(
            {"schedule_id": self.schedule.id, "days": 1}
        )
        foreign_run = runs.filtered(lambda run: run.company_id == self.company_b)
        for records in (
            self.foreign,
            self.foreign.period_ids,
            charge,
            foreign_run,
            foreign_run.line_ids,
            self.env["isp.billing.notice"].create(
                {
                    "move_id": self.foreign.first_invoice_id.id,
                    "reminder_id": reminder.id,
                }
            ),
        ):
            for role in ("admin", "manager", "accountant", "invoicing"):
                with self.subTest(role=role, model=records._name):
                    self.assertTrue(records)
                    found = self._as(role, records).search([("id", "in", records.ids)])
                    self.assertFalse(found)
                    self._assert_refused(
                        AccessError, self._as(role, records).read, ["display_name"]
                    )
