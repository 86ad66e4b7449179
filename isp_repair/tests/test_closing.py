import logging

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import RepairCommon


@tagged("post_install", "-at_install")
class TestClosing(RepairCommon):
    """B7 to B11: the office invoices a repair, is paid, and closes it."""

    def _wizard(self, ticket, **vals):
        """The dialog as it stands open: what it proposes is its opener's."""
        wizards = self._as("admin", self.env["isp.repair.invoice"])
        wizard = wizards.create({"ticket_id": ticket.id, **vals})
        wizard.flush_recordset()
        return wizard

    def test_b8_lines_are_proposed_from_labour_and_parts(self):
        self._stock(self.cable, 50)
        parts = [
            Command.create({"product_id": self.cable.id, "quantity": quantity})
            for quantity in (20, 5)
        ]
        ticket = self._repair(part_ids=parts)
        wizard = self._wizard(ticket)
        lines = [
            (line.product_id, line.quantity, line.price_unit, line.amount)
            for line in wizard.line_ids
        ]
        self.assertEqual(
            lines,
            [
                (self.labour, 1, 100_000, 111_000),
                (self.cable, 25, 3_000, 83_250),
            ],
        )
        self.assertEqual(wizard.amount_total, 194_250)
        today = self.company._get_isp_today()
        self.assertEqual(wizard.date_due, fields.Date.add(today, days=7))

    def test_m26_a_line_that_is_added_has_the_taxes_of_its_product(self):
        product = self.env["product.product"].create(
            {
                "name": "Patch cord",
                "list_price": 359_000,
                "taxes_id": self.labour.taxes_id.ids,
            }
        )
        ticket = self._repair()
        wizards = self._as("admin", self.env["isp.repair.invoice"])
        form = Form(wizards.with_context(default_ticket_id=ticket.id))
        with form.line_ids.new() as line:
            line.product_id = product
        form.save().action_create()
        line = ticket.sudo().isp_invoice_id.invoice_line_ids[-1]
        of_company = product.taxes_id._filter_taxes_by_company(self.company)
        self.assertEqual(line.tax_ids, of_company)
        self.assertTrue(line.tax_ids)

    def test_b8_labour_by_the_hour_takes_the_time_spent(self):
        hourly = self.env["product.product"].create(
            {
                "name": "Technician",
                "type": "service",
                "list_price": 80_000,
                "uom_id": self.env.ref("uom.product_uom_hour").id,
            }
        )
        self.category_fault.isp_labour_product_id = hourly
        ticket = self._repair(hours_spent=1.5)
        (line,) = self._wizard(ticket).line_ids
        self.assertEqual((line.product_id, line.quantity), (hourly, 1.5))

    def test_b8_create_posts_and_sends_it_and_is_seen_as_the_repairs(self):
        ticket = self._repair()
        with trap_jobs() as trap:
            move = self._invoice(ticket)
            trap.assert_jobs_count(1)
            trap.perform_enqueued_jobs()
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.isp_ticket_id, ticket.sudo())
        self.assertEqual(move.partner_id, self.subscriber)
        self.assertEqual(move.isp_service_ids, self.service)
        self.assertTrue(move._isp_has_document())
        self.assertEqual(ticket.isp_invoice_ids, move)
        self.assertEqual(move.action_isp_view_ticket()["res_id"], ticket.id)
        self.assertTrue(move.is_move_sent)

    def test_a_credit_note_of_the_visit_invoices_nothing(self):
        """H11: only a customer invoice settles a visit."""
        ticket = self._repair()
        note = (
            self._as("accountant", self.env["account.move"])
            .sudo()
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": self.subscriber.id,
                    "isp_ticket_id": ticket.id,
                    "isp_visit_id": ticket.isp_visit_id.id,
                    "invoice_line_ids": [
                        Command.create(
                            {"product_id": self.labour.id, "price_unit": 50_000}
                        )
                    ],
                }
            )
        )
        note.action_post()
        self.assertEqual(self._as("admin", ticket).isp_repair_status, "done")

    def test_the_moments_of_a_repair_are_logged_by_its_number(self):
        # The number: Odoo has given the name INFO to a level of its own.
        with self.assertLogs("odoo.addons.isp_repair", logging.INFO) as logs:
            ticket = self._repair()
            self._invoice(ticket)
        text = "\n".join(logs.output)
        for moment in ("ordered", "begun", "done", "invoiced"):
            self.assertIn(f"Repair {ticket.number} {moment}", text)
        for secret in (self.subscriber.name, ticket.isp_complaint):
            self.assertNotIn(secret, text)

    def test_customer_reads_nothing_of_the_visit_on_the_invoice(self):
        ticket = self._repair(report="SECRET note", cause_note="SECRET cause")
        move = self._invoice(ticket)
        self.assertNotIn("SECRET", str(move.invoice_line_ids.mapped("name")))
        self.assertNotIn("SECRET", str(move.message_ids.mapped("body")))
        self.assertNotIn("SECRET", str(ticket.message_ids.mapped("body")))
        self.assertNotIn("SECRET", move.narration or "")

    def test_nothing_to_charge_is_refused_and_says_what_to_do(self):
        ticket = self._repair()
        for lines in (
            [],
            [Command.create({"product_id": self.labour.id, "price_unit": 0})],
            [Command.create({"product_id": self.labour.id, "price_unit": -5})],
            [Command.create({"product_id": self.labour.id, "quantity": 0})],
        ):
            wizard = self._wizard(ticket, line_ids=lines)
            self._assert_refused(UserError, wizard.action_create)
        self.assertEqual(ticket.isp_repair_status, "done")

    def test_a_due_date_that_is_over_is_refused(self):
        ticket = self._repair()
        today = self.company._get_isp_today()
        wizard = self._wizard(ticket, date_due=fields.Date.subtract(today, days=1))
        message = self._assert_refused(UserError, wizard.action_create)
        self.assertIn("due date is over", message)
        wizard.date_due = today
        wizard.action_create()
        self.assertEqual(ticket.isp_invoice_id.invoice_date_due, today)

    def test_the_second_click_makes_no_second_invoice(self):
        ticket = self._repair()
        first, second = self._wizard(ticket), self._wizard(ticket)
        first.action_create()
        message = self._assert_refused(UserError, second.action_create)
        self.assertIn("Invoiced", message)
        self.assertEqual(len(ticket.isp_invoice_ids), 1)

    def test_other_equipment_has_our_document_too(self):
        ticket = self._order_repair(isp_service_id=False, partner_id=self.subscriber.id)
        move = self._invoice(self._repair(ticket))
        self.assertFalse(move.isp_service_ids)
        self.assertTrue(move._isp_has_document())
        document = self.env["report.isp_billing.isp_invoice"]._get_document(move)
        self.assertFalse(document["services"])

    def test_a_repair_invoice_never_isolates_and_is_reminded_of(self):
        move = self._invoice(self._repair())
        self._pay(self._get_invoices(self.service) - move)
        self.assertFalse(move.isp_isolation_date)
        reminder = self.env["isp.billing.reminder"].create(
            {"schedule_id": self.schedule.id, "days": 3}
        )
        late = fields.Date.add(move.invoice_date_due, days=3)
        with freeze_time(f"{late} 03:00:00"):
            self.assertIn(move, reminder._get_due_moves())
        later = fields.Date.add(move.invoice_date_due, days=60)
        with freeze_time(f"{later} 03:00:00"):
            self._isolate_due()
        self.assertEqual(self.service.access, "open")

    def test_b11_paid_by_another_way_the_status_follows_complete_is_a_persons(self):
        ticket = self._repair()
        move = self._invoice(ticket)
        self._assert_refused(UserError, ticket.action_isp_complete)
        self._pay(move, 50_000)
        self.assertEqual(ticket.isp_repair_status, "invoiced")
        self._pay(move)
        self.assertEqual(ticket.isp_repair_status, "paid")
        ticket.action_isp_complete()
        self.assertTrue(ticket.isp_date_completed)
        ticket.action_isp_undo_completion()
        self.assertEqual(ticket.isp_repair_status, "paid")

    def test_b11_rejected_goes_back_to_the_customer_with_the_reason(self):
        ticket = self._repair()
        confirmation = self._confirm(self._invoice(ticket))
        self.assertEqual(ticket.isp_confirmation_id, confirmation.with_env(ticket.env))
        action = ticket.action_isp_reject_payment()
        self.assertEqual(action["context"]["active_ids"], confirmation.ids)
        confirmation.with_user(self.admin)._reject("No money came")
        self.assertEqual(ticket.isp_repair_status, "invoiced")
        self.assertIn("No money came", ticket.isp_invoice_id.message_ids[0].body)

    def test_b11_money_that_is_booked_already_is_not_booked_twice(self):
        ticket = self._repair()
        move = self._invoice(ticket)
        self._confirm(move)
        self._pay(move)
        self.assertEqual(ticket.isp_repair_status, "to_check")
        ticket.action_isp_accept_registered()
        self.assertEqual(ticket.isp_repair_status, "paid")
        self.assertEqual(len(move.matched_payment_ids), 1)

    def test_a_repair_that_was_invoiced_stays_its_customers(self):
        ticket = self._order_repair()
        self._as("admin", ticket).write({"isp_service_id": ticket.isp_service_id.id})
        ticket = self._repair(ticket)
        self._invoice(ticket)
        for vals in (
            {"partner_id": self.admin.partner_id.id},
            {"isp_service_id": False},
        ):
            with self.subTest(**vals):
                self._assert_refused(AccessError, ticket.write, vals)

    def test_credited_or_set_back_it_is_to_invoice_again(self):
        ticket = self._repair()
        move = self._invoice(ticket)
        move.button_draft()
        self.assertEqual(ticket.isp_repair_status, "done")
        move.action_post()
        note = move._reverse_moves(
            [{"invoice_date": self.company._get_isp_today()}], cancel=True
        )
        self.assertEqual(note.state, "posted")
        self.assertEqual(ticket.isp_repair_status, "done")
        self._invoice(ticket)
        self.assertEqual(ticket.isp_repair_status, "invoiced")

    def test_closed_without_an_invoice_with_the_reason(self):
        ticket = self._repair()
        action = ticket.action_isp_close_without_invoice()
        self.assertEqual(
            action["context"]["default_method"], "_isp_close_without_invoice"
        )
        ticket._isp_close_without_invoice("Goodwill")
        self.assertEqual(ticket.isp_repair_status, "completed")
        self.assertEqual(ticket.isp_no_invoice_reason, "Goodwill")
        self._assert_refused(UserError, ticket._isp_close_without_invoice, "Again")

    def test_b8_free_after_the_installation_and_after_the_last_repair(self):
        self.category_fault.write(
            {"isp_free_after_installation": 30, "isp_free_after_repair": 10}
        )
        now = fields.Datetime.now()
        self.service.date_activated = fields.Datetime.subtract(now, days=29)
        ticket = self._repair()
        self.assertIn("installation", ticket.isp_free_reason)
        self.assertEqual(
            ticket.action_isp_close_without_invoice()["context"]["default_reason"],
            ticket.isp_free_reason,
        )
        self.service.date_activated = fields.Datetime.subtract(now, days=31)
        ticket.invalidate_recordset()
        self.assertFalse(ticket.isp_free_reason)
        again = self._as("admin", self._order_repair())
        again.invalidate_recordset()
        last = ticket.sudo().isp_visit_id
        last.date_finished = fields.Datetime.subtract(again.create_date, days=9)
        self.assertIn(ticket.number, again.isp_free_reason)
        last.date_finished = fields.Datetime.subtract(again.create_date, days=11)
        again.invalidate_recordset()
        self.assertFalse(again.isp_free_reason)

    def test_b11_reopened_it_is_a_new_visit_of_the_same_order(self):
        ticket = self._repair()
        move = self._invoice(ticket)
        self._pay(move)
        ticket.action_isp_complete()
        ticket._isp_reopen("Dark again")
        self.assertEqual(ticket.isp_repair_status, "new")
        self.assertFalse(ticket.isp_date_completed)
        self.assertEqual(ticket.isp_visit_id.instruction, "Dark again")
        self._begin(ticket, "colleague")
        self.assertEqual(ticket.user_id, self.colleague)
        self._finish(ticket, "colleague")
        self.assertEqual(ticket.isp_repair_status, "done")
        self.assertEqual(len(ticket.isp_visit_ids), 2)
        second = self._invoice(ticket)
        self.assertEqual(ticket.isp_invoice_ids, move | second)
        self.assertEqual(ticket.isp_repair_status, "invoiced")

    def test_reopened_and_free_the_first_invoice_is_still_to_pay(self):
        ticket = self._repair()
        move = self._invoice(ticket)
        ticket._isp_reopen("Dark again")
        self._begin(ticket)
        self._finish(ticket)
        ticket._isp_close_without_invoice("Our own fault")
        self.assertEqual(ticket.isp_repair_status, "invoiced")
        self._pay(move)
        self.assertEqual(ticket.isp_repair_status, "paid")
        ticket.action_isp_complete()
        self.assertEqual(ticket.isp_repair_status, "completed")

    def test_reopened_it_is_late_from_then_on(self):
        ticket = self._repair().sudo()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = create_date - interval '9 days' "
            "WHERE id = %s",
            [ticket.id],
        )
        ticket.invalidate_recordset()
        ticket._isp_reopen("Dark again")
        self.assertFalse(ticket.isp_is_late)

    def test_the_office_withdraws_what_nobody_has_begun(self):
        ticket = self._as("admin", self._order_repair())
        ticket.action_isp_withdraw()
        self.assertEqual(ticket.isp_repair_status, "withdrawn")
        message = self._assert_refused(UserError, ticket.action_isp_withdraw)
        self.assertIn("Withdrawn", message)
        begun = self._order_repair()
        self._begin(begun)
        self._assert_refused(UserError, self._as("admin", begun).action_isp_withdraw)

    def test_reopened_within_the_days_of_the_company_alone(self):
        ticket = self._repair()
        self.company.isp_repair_reopen_days = 3
        late = fields.Datetime.add(ticket.sudo().isp_visit_id.date_finished, days=4)
        with freeze_time(late):
            self.assertFalse(ticket._isp_is_reopenable())
            message = self._assert_refused(UserError, ticket.action_isp_reopen)
        self.assertIn("3", message)
        fresh = self._as("admin", self._order_repair())
        self._assert_refused(UserError, fresh._isp_reopen, "Not repaired yet")

    def test_the_office_alone_invoices_and_closes(self):
        ticket = self._repair()
        for role in ("technician", "sales", "engineer", "accountant"):
            own = self._as(role, ticket)
            for method, args in (
                ("action_isp_create_invoice", ()),
                ("_isp_create_invoice", (False, [])),
                ("action_isp_close_without_invoice", ()),
                ("_isp_close_without_invoice", ("x",)),
                ("action_isp_complete", ()),
                ("_isp_reopen", ("x",)),
                ("action_isp_reopen", ()),
                ("action_isp_undo_completion", ()),
                ("action_isp_withdraw", ()),
            ):
                self._assert_refused(AccessError, getattr(own, method), *args)
