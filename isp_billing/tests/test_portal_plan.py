from freezegun import freeze_time

from odoo.tests import new_test_user, tagged

from .test_portal_billing import PortalCommon

NOW = "2026-05-20 03:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalPlan(PortalCommon):
    """Another plan, chosen by the subscriber himself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.users["neighbour"] = new_test_user(
            cls.env, "isp_neighbour", "base.group_portal", name="Neighbour"
        )
        cls.other_plan.write(
            {"list_price": 300_000, "taxes_id": cls.tax.ids, "isp_is_in_portal": True}
        )
        cls.hidden = cls._create_plan("Business 500", 500, 500, list_price=900_000)
        cls.service = cls._create_subscription("2026-05-05")
        cls._pay(cls.service.first_invoice_id)
        cls.page = f"/my/services/{cls.service.id}"

    def _choose(self, plan=None, when="period", **kwargs):
        answer = self._post(
            f"{self.page}/plan",
            plan_id=(plan or self.other_plan).id,
            when=when,
            **kwargs,
        )
        self.env.invalidate_all()
        return answer

    def test_he_sees_what_it_costs_and_changes_with_the_next_period(self):
        self.assertIn("Change the plan", self._read(self._open(self.page)))
        plans = self._read(self._open(f"{self.page}/plan"))
        self.assertIn("Home 50", plans)
        self.assertIn("333,000", plans, "with taxes")
        self.assertNotIn("Business 500", plans)
        text = self._read(self._open(f"{self.page}/plan?plan_id={self.other_plan.id}"))
        self.assertIn("You pay nothing today", text)
        self.assertIn("From 06/05/2026", text)
        self.assertIn("333,000", text, "the next invoice, from then on")
        self.assertEqual(self.service.plan_id, self.plan, "looking changes nothing")
        text = self._read(self._choose())
        self.assertIn("From 06/05/2026 on you have the plan Home 50", text)
        self.assertEqual(self.service.next_plan_id, self.other_plan)
        self.assertEqual(str(self.service.next_plan_date), "2026-06-05")
        self._post(f"{self.page}/plan/withdraw")
        self.env.invalidate_all()
        self.assertFalse(self.service.next_plan_id)

    def test_from_today_and_pressed_twice_it_is_once(self):
        for _again in range(2):
            self._choose(when="now")
        self.assertEqual(self.service.plan_id, self.other_plan)
        chosen = self.service.message_ids.filtered(lambda m: "portal" in (m.body or ""))
        self.assertEqual(len(chosen), 1)

    def test_what_costs_less_begins_tomorrow(self):
        self.plan.isp_is_in_portal = True
        self._choose(when="now")
        text = self._read(self._open(f"{self.page}/plan?plan_id={self.plan.id}"))
        self.assertIn("From 05/21/2026 on", text)
        self.assertNotIn("Change today", text)
        self._choose(self.plan, "now")
        self.assertEqual(self.service.plan_id, self.other_plan, "paid for today")
        self.assertEqual(self.service.next_plan_id, self.plan)
        self.assertEqual(str(self.service.next_plan_date), "2026-05-21")

    def _order_a_year(self):
        offer = self.env["isp.prepay.offer"].search([("months", "=", 12)], limit=1)
        return self.service._prepay(offer)

    def test_after_a_year_that_is_paid(self):
        self._pay(self._order_a_year())
        self.assertIn("From 06/05/2027 on you have", self._read(self._choose()))
        self.assertEqual(self.service.next_plan_id, self.other_plan)
        self.assertEqual(str(self.service.next_plan_date), "2027-06-05")

    def test_what_cannot_be_is_said_and_leaves_all_as_it_was(self):
        self.schedule.in_arrears = True
        self.service = self._create_subscription("2026-05-05")
        self.page = f"/my/services/{self.service.id}"
        move = self._order_a_year()
        dollars = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": self.env.ref("base.USD").id}
        )
        self.subscriber.with_company(
            self.company
        ).specific_property_product_pricelist = dollars
        for answer in (
            self._choose(when="now"),
            self._open(f"{self.page}/plan?plan_id={self.other_plan.id}"),
        ):
            self.assertIn("The plan could not be changed.", self._read(answer))
        self.assertEqual(move.state, "posted")
        self.assertEqual(self.service.plan_id, self.plan)
        self.assertIn("Dollars", str(self.service.activity_ids.mapped("note")))

    def test_plans_that_are_not_offered_are_refused(self):
        self._choose(self.hidden, "now")
        self.assertEqual(self.service.plan_id, self.plan)

    def test_who_owes_or_has_a_price_of_his_own_changes_nothing(self):
        self._as("admin", self.service)._change_price(150_000)
        self.assertNotIn("Change the plan", self._read(self._open(self.page)))
        self._choose(when="now")
        self.assertEqual(self.service.plan_id, self.plan)
        self._as("admin", self.service)._change_price(0)
        self.service._suspend("manual")
        self._choose(when="now")
        self.assertEqual(self.service.plan_id, self.plan)
        self.service._restore("manual")
        invoice = self.service.first_invoice_id
        invoice.line_ids.remove_move_reconcile()
        with freeze_time("2026-05-25 03:00:00"):
            self._choose(when="now")
        self.assertEqual(self.service.plan_id, self.plan)

    def test_the_service_of_another_is_out_of_reach(self):
        self._choose(when="now", role="neighbour")
        self.assertEqual(self.service.plan_id, self.plan)
        self._choose()
        self._post(f"{self.page}/plan/withdraw", role="neighbour")
        self.env.invalidate_all()
        self.assertEqual(self.service.next_plan_id, self.other_plan)
