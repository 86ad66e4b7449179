from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from .common import BillingCommon


class MoneyCommon(BillingCommon):
    """A service of 111,000 a month that is billed on the 5th, due on the 12th, and
    isolated on the 16th."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.company.isp_billing_user_id = cls.users["accountant"]
        cls.plan.list_price = 100_000
        cls.company.isp_minimum_due = 0

    @classmethod
    def _pay_on_account(cls, amount, partner=None, **vals):
        """Register money of a subscriber that is for no invoice; return the payment."""
        payment = cls._as("accountant", cls.env["account.payment"]).create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.subscriber).id,
                "amount": amount,
                **vals,
            }
        )
        payment.action_post()
        cls._before_commit()
        return payment

    def _bill(self, day):
        with freeze_time(f"{day} 03:00:00"):
            self._bill_due()
        self._before_commit()
        return self._get_invoices(self.service)[-1]

    def _isolate(self, day):
        with freeze_time(f"{day} 03:00:00"):
            self._isolate_due()
            self._before_commit()
        self.env.invalidate_all()
        return self.service.access

    def _get_reasons(self):
        open_rows = self.service.suspension_ids.filtered(lambda s: not s.date_end)
        return open_rows.mapped("reason")


@tagged("post_install", "-at_install")
class TestCustomerMoney(MoneyCommon):
    """M11: what a subscriber has with us pays his invoices, and who has enough is
    never isolated."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-06-05 03:00:00"):
            cls.service = cls._create_subscription("2026-06-05")
        cls.invoice = cls.service.first_invoice_id

    def test_three_months_paid_at_once(self):
        with freeze_time("2026-06-06 03:00:00"):
            self._pay(self.invoice, 333_000)
        second = self._bill("2026-07-05")
        self.assertIn(second.payment_state, ("paid", "in_payment"))
        self.assertEqual(self._isolate("2026-07-20"), "open")
        third = self._bill("2026-08-05")
        self.assertIn(third.payment_state, ("paid", "in_payment"))
        fourth = self._bill("2026-09-05")
        self.assertEqual(fourth.payment_state, "not_paid")
        self.assertEqual(self._isolate("2026-09-20"), "isolated")

    def test_money_that_arrives_pays_the_oldest(self):
        second = self._bill("2026-07-05")
        with freeze_time("2026-07-06 03:00:00"):
            self._pay_on_account(111_000)
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(second.payment_state, "not_paid")

    def test_money_restores_at_once(self):
        self.assertEqual(self._isolate("2026-06-16"), "isolated")
        with freeze_time("2026-06-16 04:00:00"):
            self._pay_on_account(111_000)
        self.assertEqual(self.service.access, "open")

    def _sell_cable(self):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.subscriber.id,
                "invoice_date": "2026-06-06",
                "invoice_line_ids": [
                    (0, 0, {"name": "Cable", "price_unit": 50_000, "tax_ids": []})
                ],
            }
        )
        move.action_post()
        self._before_commit()
        return move

    def test_other_invoices_are_paid_where_the_company_wants_it(self):
        with freeze_time("2026-06-06 03:00:00"):
            self._pay(self.invoice, 211_000)
            self.assertEqual(self._sell_cable().amount_residual, 50_000)
            self.company.isp_use_money_for_others = True
            self.assertEqual(self._sell_cable().amount_residual, 0)

    def test_a_preview_says_what_he_has_afterwards(self):
        with freeze_time("2026-06-06 03:00:00"):
            self._pay(self.invoice, 211_000)
            last = self._as("admin", self.service)._render_last_invoice()
        text = " ".join(html.fromstring(last).text_content().split())
        text = text.replace("\N{NO-BREAK SPACE}", " ").replace("\ufeff", "")
        # 100,000 too much, and 28 of 30 days of 111,000 that he does not use
        self.assertRegex(text, r"He has \S* ?100,000\S* with us now")
        self.assertRegex(text, r"and has \S* ?203,600\S* with us then")

    def test_too_little_money_is_used_all_the_same(self):
        with freeze_time("2026-06-06 03:00:00"):
            self._pay_on_account(11_000)
        self.assertEqual(self.invoice.payment_state, "partial")
        self.assertEqual(self.invoice.amount_residual, 100_000)
        self.assertEqual(self._isolate("2026-06-16"), "isolated")

    def test_a_payment_of_one_invoice_stays_with_it(self):
        second = self._bill("2026-07-05")
        with freeze_time("2026-07-06 03:00:00"):
            self._pay(second)
        self.assertIn(second.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_an_open_credit_note_is_used(self):
        with freeze_time("2026-06-06 03:00:00"):
            self._pay(self.invoice)
            self._reverse(self.invoice, isp_days_stay_settled=True)
        self.assertEqual(
            self._bill("2026-07-05").amount_residual, 0, "what was paid pays again"
        )

    def test_what_is_undone_by_hand_is_left_to_the_hand(self):
        with freeze_time("2026-06-06 03:00:00"):
            payment = self._pay_on_account(111_000)
            self.invoice.line_ids.remove_move_reconcile()
            self._before_commit()
        self.assertEqual(self.invoice.payment_state, "not_paid")
        with freeze_time("2026-06-16 03:00:00"):
            self.service._judge_dues()
            self.assertEqual(self.service.access, "open", "it is his money")
            payment.action_draft()
            self._before_commit()
        self.assertEqual(self.service.access, "isolated", "it is gone")

    def test_where_it_is_set_by_hand_it_counts(self):
        self.company.isp_use_money = False
        with freeze_time("2026-06-06 03:00:00"):
            self._pay_on_account(111_000)
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertEqual(self._isolate("2026-06-16"), "open")
        with freeze_time("2026-06-17 03:00:00"):
            self._pay_on_account(1, payment_type="outbound")
        self.assertEqual(self.service.access, "isolated", "he got some of it back")

    def test_what_lay_there_before_is_used_by_the_cron(self):
        self.company.isp_use_money = False
        with freeze_time("2026-06-06 03:00:00"):
            self._pay_on_account(111_000)
        self.company.isp_use_money = True
        self.assertEqual(self._isolate("2026-06-16"), "open")
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))

    def test_a_draft_is_no_money(self):
        with freeze_time("2026-06-06 03:00:00"):
            self.env["account.payment"].create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": self.subscriber.id,
                    "amount": 111_000,
                }
            )
        self.assertEqual(self._isolate("2026-06-16"), "isolated")

    def test_money_of_another_company_is_no_money(self):
        other = self.env["res.company"].create({"name": "Other Provider of the Tests"})
        self._open_books(other)
        with freeze_time("2026-06-06 03:00:00"):
            payments = self.env["account.payment"].with_company(other)
            payment = payments.create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": self.subscriber.id,
                    "amount": 111_000,
                    "company_id": other.id,
                }
            )
            payment.action_post()
            self._before_commit()
        self.assertEqual(payment.company_id, other)
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertEqual(self._isolate("2026-06-16"), "isolated")

    def test_money_on_another_account_counts(self):
        self.subscriber.with_company(
            self.company
        ).property_account_receivable_id = self.env["account.account"].create(
            {
                "name": "Receivable of later",
                "code": "118899",
                "account_type": "asset_receivable",
                "reconcile": True,
                "company_ids": self.company.ids,
            }
        )
        with freeze_time("2026-06-06 03:00:00"):
            self._pay_on_account(111_000)
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertEqual(self._isolate("2026-06-16"), "open")

    def test_foreign_money_is_set_by_hand(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        with freeze_time("2026-06-06 03:00:00"):
            payment = self._pay_on_account(100, currency_id=dollar.id)
        lines = payment.move_id.line_ids
        receivable = lines.filtered(lambda line: line.partner_id and line.balance < 0)
        self.assertFalse(receivable[:1].reconciled)
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_a_locked_month_is_no_matter(self):
        self.company.fiscalyear_lock_date = "2026-06-30"
        with freeze_time("2026-07-06 03:00:00"):
            self._pay_on_account(111_000)
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))

    def test_a_credit_that_is_taken_over(self):
        with freeze_time("2026-06-06 03:00:00"):
            note = self.env["account.move"].create(
                self.service._prepare_opening_move(
                    {"balance": -500_000, "balance_due": False},
                    self.company._get_isp_today(),
                )
            )
            note._post(soft=False)
            self._before_commit()
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment", "reversed"))
        self.assertEqual(note.amount_residual, 389_000)

    def test_for_all_services_of_the_partner(self):
        with freeze_time("2026-06-05 03:00:00"):
            other = self._create_subscription("2026-06-05")
        with freeze_time("2026-06-06 03:00:00"):
            self._pay_on_account(222_000)
        self.assertEqual(self._isolate("2026-06-16"), "open")
        self.assertEqual(other.access, "open")

    # The sum counts

    def test_the_minimum_is_a_sum(self):
        """M13"""
        self.company.isp_minimum_due = 120_000
        self.assertEqual(self._isolate("2026-06-16"), "open")
        self._bill("2026-07-05")
        self.assertEqual(self._isolate("2026-07-16"), "isolated")
        with freeze_time("2026-07-17 03:00:00"):
            self._pay(self.invoice, 102_000)
        self.assertEqual(self.service.access, "open", "no more than the minimum")


@tagged("post_install", "-at_install")
class TestMoneyBeforeActivation(MoneyCommon):
    """What was paid before the activation satisfies "restrict before payment"."""

    def _activate_restricted(self, **vals):
        with freeze_time("2026-06-05 03:00:00"):
            self.service = self._create_subscription(
                "2026-06-05", restrict_before_payment=True, **vals
            )
            self._before_commit()
        self.env.invalidate_all()
        return self.service.access

    def _pay_before(self, amount):
        with freeze_time("2026-06-01 03:00:00"):
            self._pay_on_account(amount)

    def test_a_deposit(self):
        self._pay_before(222_000)
        self.assertEqual(self._activate_restricted(), "open")
        self.assertFalse(self.service.suspension_ids)
        self.assertEqual(self.service.first_invoice_id.amount_residual, 0)
        self.assertEqual(self._isolate("2026-06-20"), "open")

    def test_one_that_is_too_small(self):
        self._pay_before(50_000)
        self.assertEqual(self._activate_restricted(), "isolated")
        with freeze_time("2026-06-06 03:00:00"):
            self._pay_on_account(61_000)
        self.assertEqual(self.service.access, "open")

    def test_where_it_is_set_by_hand_it_counts(self):
        self.company.isp_use_money = False
        self._pay_before(111_000)
        self.assertEqual(self._activate_restricted(), "open")

    def test_the_minimum_is_respected(self):
        """M13"""
        self.company.isp_minimum_due = 5_000
        self.assertEqual(self._activate_restricted(), "isolated")
        with freeze_time("2026-06-06 03:00:00"):
            self._pay(self.service.first_invoice_id, 111_000 - 4_200)
        self.assertEqual(self.service.access, "open")
