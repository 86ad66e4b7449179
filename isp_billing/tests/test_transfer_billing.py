from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .test_portal_billing import PortalCommon

NOW = "2026-06-20 03:00:00"


@tagged("post_install", "-at_install")
class TestTransferBilling(PortalCommon):
    """Until yesterday the former holder pays, from today on the new one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.users["heir"] = new_test_user(
            cls.env, "isp_heir", "base.group_portal", name="Ratna Dewi"
        )
        cls.heir = cls.users["heir"].partner_id
        cls.heir.phone = "+62 812-9999-1111"
        (cls.subscriber | cls.heir).isp_never_isolate = True
        cls.service = cls._create_subscription("2026-06-05")

    def _transfer(self, **kwargs):
        with freeze_time(NOW):
            self._as("admin", self.service)._transfer(self.heir, **kwargs)
            self._before_commit()
            self._bill_due()

    def _get_worth(self, partner):
        moves = self._get_invoices(self.service)
        return sum(
            move.amount_untaxed * (-1 if move.move_type == "out_refund" else 1)
            for move in moves.filtered(lambda move: move.partner_id == partner)
        )

    def test_each_pays_his_days(self):
        self._transfer()
        self.assertEqual(self._get_worth(self.subscriber), 100_000, "15 of 30 days")
        self.assertEqual(self._get_worth(self.heir), 100_000, "the other 15")
        with freeze_time("2026-07-05 03:00:00"):
            self._bill_due()
        self.assertEqual(self._get_worth(self.subscriber), 100_000)
        self.assertEqual(self._get_worth(self.heir), 300_000)

    def test_the_dialog_shows_what_the_former_one_owes_and_keeps_nothing(self):
        with freeze_time(NOW):
            wizard = (
                self._as("admin", self.env["isp.service.transfer"])
                .with_context(active_id=self.service.id)
                .create({"partner_id": self.heir.id})
            )
            self.assertIn("Credit note", wizard.preview)
            self.assertIn("111,000", wizard.preview)
            self.assertEqual(len(self._get_invoices(self.service)), 1)
            wizard.action_apply()
        self.assertEqual(self.service.partner_id, self.heir)

    def test_the_dialog_opens_without_a_service(self):
        wizards = self._as("admin", self.env["isp.service.transfer"])
        self.assertFalse(wizards.default_get(["preview"])["preview"])
        with freeze_time(NOW):
            wizard = wizards.create(
                {"service_id": self.service.id, "partner_id": self.heir.id}
            )
            wizard.action_apply()
        self.assertEqual(self.service.partner_id, self.heir)

    def test_only_when_nothing_is_open(self):
        refused = (self._transfer,)
        self._assert_refused(UserError, *refused, only_settled=True)
        self.assertEqual(self.service.partner_id, self.subscriber)
        self._pay(self.service.first_invoice_id)
        self._transfer(only_settled=True)
        self.assertEqual(self.service.partner_id, self.heir)

    def test_in_arrears_each_pays_his_days(self):
        self.schedule.in_arrears = True
        service = self._create_subscription("2026-06-05")
        self.service = service
        self._transfer()
        with freeze_time("2026-07-05 03:00:00"):
            self._bill_due()
        self.assertEqual(self._get_worth(self.subscriber), 100_000)
        self.assertEqual(self._get_worth(self.heir), 100_000)

    def test_debts_of_the_former_one_do_not_isolate_the_new_one(self):
        (self.subscriber | self.heir).isp_never_isolate = False
        self.service._suspend("overdue")
        with freeze_time(NOW):
            self._transfer()
            self.env.invalidate_all()
            self.assertEqual(self.service.access, "open")
            self._isolate_due()
            self.assertEqual(self.service.access, "open")
            self.assertNotEqual(self.service.billing_status, "overdue")

    def test_what_is_cancelled_later_is_billed_to_the_former_one_again(self):
        self.schedule.in_arrears = True
        self.service = self._create_subscription("2026-06-05")
        self._transfer()
        his = self._get_invoices(self.service)
        self.assertEqual(his.partner_id, self.subscriber)
        with freeze_time("2026-06-25 03:00:00"):
            self._as("accountant", his).button_cancel()
        with freeze_time("2026-07-05 03:00:00"):
            self._bill_due()
        posted = self._get_invoices(self.service) - his
        self.assertEqual(
            {move.partner_id: move.amount_untaxed for move in posted},
            {self.subscriber: 100_000, self.heir: 100_000},
        )

    def test_days_of_the_new_one_do_not_stand_for_those_of_the_former_one(self):
        with freeze_time(NOW):
            self._as("admin", self.service)._transfer(self.heir)
            moves = self._get_invoices(self.service)
            note = moves.filtered(lambda move: move.move_type == "out_refund")
            self._as("accountant", note).button_cancel()
            self._before_commit()
            self._bill_due()
        posted = self._get_invoices(self.service) - note
        self.assertEqual(
            {(m.partner_id, m.move_type, m.amount_untaxed) for m in posted},
            {
                (self.subscriber, "out_invoice", 200_000),
                (self.subscriber, "out_refund", 100_000),
                (self.heir, "out_invoice", 100_000),
            },
        )

    def test_paid_until_knows_no_debts_of_the_former_one(self):
        self._transfer()
        moves = self._get_invoices(self.service)
        self._pay(moves.filtered(lambda move: move.partner_id == self.heir))
        self.env.invalidate_all()
        self.assertTrue(self.service.first_invoice_id.amount_residual)
        self.assertEqual(str(self.service.paid_until), "2026-07-04")

    def test_what_the_former_one_pays_late_costs_the_new_one_nothing(self):
        (self.subscriber | self.heir).isp_never_isolate = False
        self.company.write({"isp_late_fee": "fixed", "isp_late_fee_amount": 25_000})
        self._transfer()
        with freeze_time("2026-06-25 03:00:00"):
            self.env["isp.late.fee"]._cron_charge()
        late = self.service.first_invoice_id
        self.assertFalse(late.isp_late_fee_ids)

    @freeze_time(NOW)
    def test_the_portal_of_the_former_one_ends_and_that_of_the_new_one_begins(self):
        page = f"/my/services/{self.service.id}"
        self.assertIn(self.service.name, self._read(self._open(page)))
        self._transfer()
        self.assertNotIn(self.service.name, self._open(page).text)
        theirs = self._open(page, "heir")
        self.assertIn(self.service.name, self._read(theirs))
        former = self.service.first_invoice_id.name
        self.assertNotIn(former, theirs.text, "nor what the former one paid")
