from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import NOW, BankCommon


@tagged("post_install", "-at_install", "isp_alone")
@freeze_time(NOW)
class TestTransfers(BankCommon):
    def test_a_unique_amount_pays(self):
        move = self._bill(self.budi)
        row = self._get_row(self.budi)
        line = self._receive(row.amount)
        self.assertEqual(line.isp_match_state, "matched")
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(row.state, "kept")
        self.assertEqual(
            self._get_entries(line),
            [
                ("asset_cash", "Budi Santoso", row.amount),
                ("asset_receivable", "Budi Santoso", -row.amount),
            ],
        )
        credit = self.env["isp.dunning"]._get_credit(self.budi, self.company)
        self.assertEqual(credit[self.budi], row.amount - 200_000)

    def test_what_it_adds_is_booked_to_an_account(self):
        self.company.write(
            {
                "isp_unique_difference": "account",
                "isp_unique_account_id": self.income.id,
            }
        )
        move = self._bill(self.budi)
        row = self._get_row(self.budi)
        line = self._receive(row.amount)
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(
            self._get_entries(line),
            [
                ("asset_cash", "Budi Santoso", row.amount),
                ("asset_receivable", "Budi Santoso", -200_000),
                ("income_other", "Budi Santoso", 200_000 - row.amount),
            ],
        )

    def test_the_former_amount_under_way(self):
        first = self._bill(self.budi)
        amount = self._get_row(self.budi).amount
        second = self._bill(self.budi, 100_000, due="2026-06-17")
        self._receive(amount)
        self.assertEqual(first.payment_state, "paid")
        self.assertIn(second.payment_state, ("not_paid", "partial"))

    def test_a_slip_of_the_pen_is_nobody_elses_money(self):
        for who in (self.budi, self.siti):
            self._bill(who)
        his, hers = (self._get_row(who) for who in (self.budi, self.siti))
        hers.amount = his.amount + (1 if his.amount % 10 < 9 else -1)
        line = self._receive(his.amount, "TRSF E-BANKING CR SITI AMINAH")
        self.assertEqual(line.isp_match_state, "proposed")
        self.assertEqual(line.isp_candidate_ids.partner_id, self.budi | self.siti)
        line = self._receive(his.amount, "TRSF E-BANKING CR BUDI SANTOSO")
        self.assertEqual(line.isp_match_state, "matched")

    def test_it_comes_twice(self):
        self._bill(self.budi)
        amount = self._get_row(self.budi).amount
        self._receive(amount)
        again = self._receive(amount)
        self.assertEqual(again.isp_match_state, "proposed")
        self.assertFalse(again.is_reconciled)
        self.assertEqual(again.isp_proposed_partner_id, self.budi)

    def test_a_virtual_account(self):
        self.budi.isp_virtual_account = "8808012345678"
        move = self._bill(self.budi)
        line = self._receive(250_000, "BYR VA 8808012345678")
        self.assertEqual(line.isp_match_state, "matched")
        self.assertEqual(move.payment_state, "paid")

    def test_a_number_and_the_amount_that_he_alone_owes(self):
        move = self._bill(self.budi, 210_000)
        line = self._receive(210_000, f"TRF {move.name.replace('/', ' ')} DARI ISTRI")
        self.assertEqual(line.isp_match_state, "matched")
        self.assertEqual(move.payment_state, "paid")

    def test_a_number_that_is_a_neighbours(self):
        self._bill(self.budi)
        wrong = self._bill(self.siti)
        line = self._receive(200_000, f"TRF {wrong.name} BUDI SANTOSO")
        self.assertEqual(line.isp_match_state, "proposed")
        self.assertEqual(line.isp_candidate_ids.partner_id, self.budi | self.siti)
        self.assertTrue(line.isp_reason)

    def test_a_part_is_proposed(self):
        move = self._bill(self.budi)
        line = self._receive(120_000, f"TRF {move.name} BUDI SANTOSO")
        self.assertEqual(line.isp_match_state, "proposed")
        self._as("accountant", line).action_isp_accept()
        self.assertEqual(line.isp_match_state, "accepted")
        self.assertEqual(move.amount_residual, 80_000)

    def test_a_payer_is_learnt_and_forgotten(self):
        self._bill(self.budi, 230_000)
        line = self._receive(230_000, "TRF", account_number="1230001")
        self.assertEqual(line.isp_match_state, "proposed")
        wizard = self._as("accountant", self.env["isp.transfer.assign"]).create(
            {"line_id": line.id, "partner_id": self.budi.id}
        )
        wizard.action_apply()
        move = self._bill(self.budi, 230_000)
        self._bill(self.siti, 230_000)
        line_2 = self._receive(230_000, "TRF", account_number="1230001")
        self.assertEqual(line_2.isp_match_state, "matched")
        self.assertEqual(move.payment_state, "paid")
        self._as("accountant", line).action_isp_undo()
        self._as("accountant", line_2).action_isp_undo()
        self.assertFalse(
            self.env["isp.bank.payer"].search([("partner_id", "=", self.budi.id)])
        )
        self.assertEqual(move.payment_state, "not_paid")
        self.assertFalse(line_2.is_reconciled)

    def test_the_sum_that_one_alone_owes_and_his_name(self):
        self._bill(self.budi, 100_000)
        self._bill(self.budi, 111_000)
        self.assertEqual(
            self._receive(211_000, "TRF BUDI SANTOSO").isp_match_state, "matched"
        )

    def test_nobody(self):
        self._bill(self.budi)
        line = self._receive(77_000, "TRF ANDI WIJAYA")
        self.assertEqual(line.isp_match_state, "unknown")
        with self.assertRaises(UserError):
            self._as("accountant", line).action_isp_accept()

    def test_a_name_alone_is_proposed(self):
        service = self._create_service(contact_name="Rina Wulandari")
        line = self._receive(55_000, "TRSF E-BANKING CR RINA WULANDARI")
        self.assertEqual(line.isp_match_state, "proposed")
        self.assertEqual(line.isp_proposed_partner_id, service.partner_id)

    def test_no_more_queries_for_more_transfers(self):
        for who in (self.budi, self.siti):
            self._bill(who, 260_000)
        lines = self.env["account.bank.statement.line"]
        for number in range(12):
            lines |= self._receive(1_000 + number, f"TRF BUDI SANTOSO X{number}Y99")
        matcher = self.env["isp.transfer.matcher"].sudo()
        counts = []
        for some in (lines[:2], lines):
            self.env.flush_all()
            self.env.invalidate_all()
            some.mapped("amount")
            before = self.env.cr.sql_log_count
            matcher._find(some)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_what_goes_out_is_not_looked_at(self):
        self.assertFalse(self._receive(-15_000, "BIAYA ADM").isp_match_state)

    def test_a_confirmation_that_waits_is_accepted(self):
        move = self._bill(self.budi, 240_000)
        confirmation = self.env["isp.payment.confirmation"]._submit(
            move,
            {
                "amount": 240_000.0,
                "date": date(2026, 5, 19),
                "journal_id": self.bank.id,
            },
        )
        line = self._receive(240_000, "TRF BUDI SANTOSO")
        self.assertEqual(line.isp_match_state, "matched")
        self.assertEqual(confirmation.state, "accepted")
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(confirmation.payment_id)
        self._as("accountant", line).action_isp_undo()
        self.assertEqual(confirmation.state, "submitted")
        self.assertEqual(move.payment_state, "not_paid")

    def test_undone_it_can_be_booked_for_another(self):
        move = self._bill(self.budi)
        line = self._receive(self._get_row(self.budi).amount)
        accountant = self._as("accountant", line)
        accountant.action_isp_undo()
        self._before_commit()
        self.assertEqual(move.payment_state, "not_paid")
        self.assertEqual(line.isp_match_state, "unknown")
        other = self._bill(self.siti)
        self._as("accountant", self.env["isp.transfer.assign"]).create(
            {
                "line_id": line.id,
                "partner_id": self.siti.id,
                "move_ids": [(6, 0, other.ids)],
            }
        ).action_apply()
        self.assertEqual(other.payment_state, "paid")

    def test_a_payment_registered_before(self):
        """It is on its way to the bank: the transfer is it, and comes once."""
        move = self._bill(self.budi, 250_000)
        self._pay(move)
        line = self._receive(250_000, f"TRF {move.name} BUDI SANTOSO")
        self.assertEqual(line.isp_match_state, "matched")
        self.assertEqual(move.payment_state, "paid")

    def test_who_is_isolated_is_let_through_in_the_same_moment(self):
        self.company.isp_send_invoices = False
        service = self._create_subscription("2026-05-05")
        with freeze_time("2026-05-15 17:00:00"):
            self._isolate_due()
        self.assertEqual(service.access, "isolated")
        line = self._receive(service.first_invoice_id.isp_transfer_amount)
        self.assertEqual(line.isp_match_state, "matched")
        self.assertEqual(service.access, "open")
