from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BillingCommon

PRICE_FIELDS = ("monthly_price", "tax_ids", "installation_fee")
PRICE_SEARCHES = (
    ("tax_ids.amount", ">", 1),
    ("installation_fee", ">", 1),
)


@tagged("post_install", "-at_install")
class TestTerms(BillingCommon):
    """A4a and A5a: what a service costs, and who may know and set it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._register()
        cls.service.sudo().work_order_ids = [
            (
                0,
                0,
                {
                    "kind": "installation",
                    "technician_ids": [(6, 0, cls.users["technician"].ids)],
                },
            )
        ]

    def test_a_salesman_says_not_when_his_customers_pay(self):
        cards = self._as("sales", self.env["res.partner"])
        self.users["accountant"].group_ids += self.env.ref("base.group_partner_manager")
        term = self.env["account.payment.term"].create({"name": "In a year"})
        card = cards.create({"name": "Friend", "is_company": True})
        self.assertTrue(cards.create({"name": "His wife", "parent_id": card.id}))
        for vals in ({"property_payment_term_id": term.id}, {"trust": "good"}):
            with self.subTest(vals=vals):
                self._assert_refused(AccessError, card.write, vals)
                self._assert_refused(AccessError, cards.create, {"name": "F", **vals})
                self._as("accountant", card).write(vals)
        self.assertTrue(cards.create({"name": "His son", "parent_id": card.id}))
        card.write({"phone": "+62 812-3456-7999"})

    def test_taxes_come_with_the_plan(self):
        service = self._as("admin", self.service)
        self.assertFalse(service.tax_ids)
        service.plan_id = self.plan
        self.assertEqual(service.tax_ids, self.tax)
        self.assertEqual(service.monthly_price, 200_000)

    def test_taxes_may_differ_from_those_of_the_plan(self):
        service = self._as("admin", self.service)
        service.plan_id = self.plan
        service.tax_ids = False
        self.assertFalse(service.tax_ids)
        service.plan_id = self._create_plan(
            "Home 100", 100, 50, taxes_id=[(6, 0, self.tax.ids)]
        )
        self.assertFalse(service.tax_ids, "what was chosen stays (M7)")
        service.tax_ids = self.tax
        service.plan_id = self.plan
        self.assertEqual(service.tax_ids, self.tax, "as the plan has it: it follows")

    def test_taxes_of_another_company_are_left_out(self):
        other = self.env["res.company"].create({"name": "Other ISP"})
        foreign = self._create_tax("Foreign", other)
        self.plan.taxes_id = [(4, foreign.id)]
        service = self._as("admin", self.service)
        service.plan_id = self.plan
        self.assertEqual(service.tax_ids, self.tax)
        self._assert_refused(UserError, service.write, {"tax_ids": [(4, foreign.id)]})

    def test_installation_fee_is_never_negative(self):
        service = self._as("admin", self.service)
        service.installation_fee = 250_000
        self.assertEqual(service.installation_fee, 250_000)

        def charge_a_negative_fee():
            service.installation_fee = -1
            self.env.flush_all()

        with mute_logger("odoo.sql_db"):
            self._assert_refused(IntegrityError, charge_a_negative_fee)

    def test_prices_are_hidden_from_technicians_and_engineers(self):
        for role in ("technician", "engineer"):
            service = self._as(role, self.service)
            self.assertEqual(service.read(["contact_name"])[0]["id"], service.id)
            for name in PRICE_FIELDS:
                with self.subTest(role=role, field=name):
                    self.assertNotIn(name, service.fields_get())
                    self._assert_refused(AccessError, service.read, [name])
            for condition in PRICE_SEARCHES:
                with self.subTest(role=role, condition=condition):
                    self._assert_refused(AccessError, service.search, [condition])

    def test_prices_are_shown_to_sales_and_administrators(self):
        for role in ("sales", "admin", "manager"):
            with self.subTest(role=role):
                values = self._as(role, self.service).read(PRICE_FIELDS)
                self.assertEqual(len(values), 1)

    def test_tracked_prices_stay_hidden_in_the_chatter(self):
        self._flush_tracking()
        self._as("admin", self.service).installation_fee = 123_456
        self._flush_tracking()
        tracking = self.service.sudo().message_ids.tracking_value_ids
        fee = tracking.filtered(lambda value: value.field_id.name == "installation_fee")
        self.assertTrue(fee)
        for role, shown in (("technician", False), ("admin", True)):
            with self.subTest(role=role):
                env = self.env(user=self.users[role])
                self.assertEqual(bool(fee._filter_has_field_access(env)), shown)

    def test_only_administrators_set_the_terms(self):
        vals = {
            "activation_date": "2030-01-01",
            "billing_schedule_id": self.schedule.id,
            "tax_ids": [(5,)],
            "installation_fee": 1,
            "restrict_before_payment": True,
        }
        for role in ("sales", "technician", "engineer", "warehouse", "accountant"):
            for name, value in vals.items():
                with self.subTest(role=role, field=name):
                    self._assert_refused(
                        AccessError, self._as(role, self.service).write, {name: value}
                    )
        self._as("admin", self.service).write(vals)
        self.assertTrue(self.service.restrict_before_payment)

    def test_terms_are_not_copied_to_another_service(self):
        service = self._as("admin", self.service)
        service.write(
            {"activation_date": "2030-01-01", "restrict_before_payment": True}
        )
        copy = service.copy()
        self.assertFalse(copy.activation_date or copy.restrict_before_payment)
