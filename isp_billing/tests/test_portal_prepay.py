from freezegun import freeze_time
from lxml import html

from odoo.tests import new_test_user, tagged

from .test_portal_billing import PortalCommon

NOW = "2026-05-20 03:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalPrepay(PortalCommon):
    """Months paid at once by the subscriber himself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        offers = cls.env["isp.prepay.offer"]
        offers.search([]).active = False
        cls.quarter, cls.year = offers.create(
            [
                {"months": 3, "company_id": cls.company.id},
                {"months": 12, "free_months": 1, "company_id": cls.company.id},
            ]
        )
        cls.users["neighbour"] = new_test_user(
            cls.env, "isp_neighbour", "base.group_portal", name="Neighbour"
        )
        cls.service = cls._create_subscription("2026-05-05")
        cls._pay(cls.service.first_invoice_id)
        cls.page = f"/my/services/{cls.service.id}"

    def _get_prepaid(self):
        self.env.invalidate_all()
        return self.service._get_open_prepayment()

    def test_a_customer_chooses_pays_and_reads_until_when(self):
        self.assertIn("Pay several months at once", self._read(self._open(self.page)))
        choices = self._open(f"{self.page}/prepay")
        text = self._read(choices)
        self.assertIn("666,000", text)
        self.assertIn("2,442,000", text, "11 months, with tax")
        self.assertIn("You save", text)
        self.assertIn("222,000", text)
        self.assertFalse(self._get_prepaid(), "looking buys nothing")
        (button,) = html.fromstring(choices.text).xpath(
            f"//button[@name='offer_id'][@value='{self.quarter.id}']"
        )
        self.assertIn("3", button.text_content())
        answer = self._post(f"{self.page}/prepay", offer_id=self.quarter.id)
        move = self._get_prepaid()
        self.assertEqual(move.amount_total, 666_000)
        self.assertIn(f"/my/invoices/{move.id}", answer.url)
        self.assertIn("You have chosen 3 months", self._read(self._open(self.page)))
        self._pay(move)
        text = self._read(self._open(self.page))
        self.assertNotIn("You have chosen", text)
        self.assertIn("09/04/2026", text, "paid until")

    def test_pressed_twice_it_is_ordered_once(self):
        for _again in range(2):
            self._post(f"{self.page}/prepay", offer_id=self.year.id)
        moves = self._get_invoices(self.service)
        self.assertEqual(len(moves.filtered("isp_prepaid_months")), 1)

    def _press(self, offer):
        """Post the page's button; return the answer."""
        return self._post(f"{self.page}/prepay", offer_id=offer.id)

    def _assert_told(self, answer, text):
        """He reads why on the page itself, and nothing was half done."""
        (alert,) = html.fromstring(answer.text).xpath("//main//*[@role='alert']")
        self.assertIn(text, " ".join(alert.text_content().split()))
        self.assertFalse(self._get_prepaid())
        self.assertFalse(self.service.charge_ids, "no discount waits")

    def test_what_cannot_be_billed_is_said_and_somebody_is_asked(self):
        self.tax.active = False
        answer = self._press(self.year)
        self._assert_told(answer, "could not be made")
        self.assertNotIn(self.tax.name, self._read(answer), "that is for the office")
        (asked,) = self.service.activity_ids
        self.assertIn(self.tax.name, asked.note)
        self._press(self.year)
        self.assertEqual(self.service.activity_ids, asked, "once")
        self.tax.active = True
        self._press(self.year)
        self.assertTrue(self._get_prepaid())

    def test_a_page_with_prices_that_cannot_be_told_says_so(self):
        self.tax.active = False
        self._assert_told(self._open(f"{self.page}/prepay"), "could not be made")

    def test_who_was_isolated_meanwhile_reads_it(self):
        self.service.sudo()._suspend("manual")
        answer = self._press(self.year)
        self._assert_told(answer, "is isolated. What is open comes first")

    def test_what_is_offered_no_more_is_said(self):
        self.year.active = False
        answer = self._press(self.year)
        self._assert_told(answer, "offered no more")
        self.assertIn("666,000", self._read(answer), "what is offered now")

    def test_the_second_click_shows_what_was_ordered(self):
        self._press(self.quarter)
        for offer in self.quarter | self.year:
            answer = self._press(offer)
            self.assertEqual(answer.status_code, 200)
            self.assertIn("You have chosen 3 months", self._read(answer))
            self.assertFalse(self.service.activity_ids)

    def test_withdrawn_by_the_customer(self):
        self._post(f"{self.page}/prepay", offer_id=self.year.id)
        move = self._get_prepaid()
        self._post(f"{self.page}/prepay/withdraw")
        self.assertEqual(move.state, "cancel")
        self.assertIn("Pay several months at once", self._read(self._open(self.page)))

    def test_what_is_confirmed_is_not_withdrawn(self):
        self._post(f"{self.page}/prepay", offer_id=self.quarter.id)
        move = self._get_prepaid()
        self._submit(move, amount=666_000)
        self._post(f"{self.page}/prepay/withdraw")
        self.assertEqual(move.state, "posted")
        with freeze_time("2026-05-28 03:00:00"):
            self._bill_due()
        self.assertEqual(move.state, "posted", "due on the 27th, two days to check")
        with freeze_time("2026-05-30 03:00:00"):
            self._bill_due()
        self.assertEqual(move.state, "cancel")

    def test_nobody_else(self):
        for role in ("neighbour", "sales"):
            for path in ("prepay", "prepay/withdraw"):
                with self.subTest(role=role, path=path):
                    self._post(f"{self.page}/{path}", role, offer_id=self.year.id)
                    self.assertFalse(self._get_prepaid())

    def test_a_company_may_not_want_it(self):
        self.company.isp_prepay_in_portal = False
        self.assertNotIn("months at once", self._read(self._open(self.page)))
        self._post(f"{self.page}/prepay", offer_id=self.year.id)
        self.assertFalse(self._get_prepaid())

    def test_an_offer_of_another_plan_is_none(self):
        self.year.plan_id = self.other_plan
        self._post(f"{self.page}/prepay", offer_id=self.year.id)
        self.assertFalse(self._get_prepaid())
