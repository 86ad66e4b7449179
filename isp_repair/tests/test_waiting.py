from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import RepairCommon


@tagged("post_install", "-at_install")
class TestWaiting(RepairCommon):
    """B5: a repair waits, goes on, changes hands; the time it took is honest."""

    def _ask(self, records, method, reason="Because", role="technician"):
        """Answer the dialog that asks for a reason, as the web client does."""
        reasons = self._as(role, self.env["isp.reason"]).with_context(
            active_model=records._name, active_ids=records.ids
        )
        return reasons.create({"method": method, "reason": reason}).action_apply()

    def test_waiting_is_a_status_with_a_history(self):
        ticket = self._order_repair()
        visit = self._begin(ticket)
        action = self._as("technician", ticket).action_isp_wait_for_parts()
        self.assertEqual(action["context"]["active_ids"], visit.ids)
        self._ask(visit, "_wait_for_parts", "ONU is ordered")
        self.assertEqual(ticket.isp_repair_status, "waiting")
        self.assertEqual(visit.waiting_for, "parts")
        message = self._assert_refused(
            UserError, self._as("technician", ticket).action_isp_wait_for_customer
        )
        self.assertIn("waits already", message)
        self._as("technician", ticket).action_isp_resume()
        self.assertEqual(ticket.isp_repair_status, "in_progress")
        self.assertEqual(visit.pause_ids.reason, "ONU is ordered")
        self.assertTrue(visit.pause_ids.date_end)
        self._assert_refused(UserError, visit.action_resume)

    def test_others_neither_pause_nor_hand_over(self):
        visit = self._begin(self._order_repair())
        for role in ("colleague", "sales", "engineer"):
            own = self._as(role, visit)
            self._assert_refused(AccessError, own.action_wait_for_parts)
            self._assert_refused(AccessError, own._hand_over, self.colleague, "mine")
            self._assert_refused(AccessError, own.action_finish)

    def test_pauses_are_written_by_nobody(self):
        visit = self._begin(self._order_repair())
        pauses = self._as("technician", self.env["isp.repair.pause"])
        vals = {"work_order_id": visit.id, "waiting_for": "parts", "reason": "x"}
        self._assert_refused(AccessError, pauses.create, vals)
        command = [(0, 0, {"waiting_for": "parts", "reason": "x"})]
        for role in ("technician", "admin"):
            self._assert_refused(
                AccessError, self._as(role, visit).write, {"pause_ids": command}
            )

    def test_waiting_for_the_customer_is_not_our_time(self):
        with freeze_time("2026-06-01 01:00:00"):
            ticket = self._order_repair()
        with freeze_time("2026-06-01 03:00:00"):
            visit = self._begin(ticket)
        with freeze_time("2026-06-01 04:00:00"):
            visit._wait_for_customer("Nobody is at home")
        with freeze_time("2026-06-02 04:00:00"):
            visit.action_resume()
            self.env.flush_all()
            visit._wait_for_parts("ONU")
        with freeze_time("2026-06-02 05:00:00"):
            visit.action_resume()
        with freeze_time("2026-06-02 06:00:00"):
            self._finish(ticket)
        # create_date is the transaction's own clock: only the differences count.
        ticket = ticket.sudo()
        ticket.flush_recordset()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = '2026-06-01 01:00' WHERE id = %s",
            [ticket.id],
        )
        ticket.invalidate_recordset()
        ticket._compute_isp_hours()
        self.assertEqual(ticket.isp_response_hours, 2)
        self.assertEqual(ticket.isp_repair_hours, 29 - 24)
        self.assertEqual(visit.hours_spent, 27 - 24 - 1)

    def test_handed_over_with_a_reason_and_the_other_one_is_told(self):
        ticket = self._order_repair()
        visit = self._begin(ticket)
        wizard = self._as("technician", self.env["isp.repair.handover"])
        action = self._as("technician", ticket).action_isp_hand_over()
        wizard = wizard.with_context(**action["context"]).create(
            {"technician_id": self.colleague.id, "reason": "Needs a ladder"}
        )
        wizard.action_apply()
        self.assertEqual(ticket.user_id, self.colleague)
        self.assertEqual(ticket.isp_repair_status, "in_progress")
        visit = visit.sudo()
        self.assertIn("Needs a ladder", visit.message_ids[0].body)
        self.assertEqual(visit.activity_ids.user_id, self.colleague)
        self.assertIn(
            "needs a ladder",
            str(
                self._finish(ticket, "colleague").sudo().message_ids.mapped("body")
            ).lower(),
        )

    def test_the_customer_reads_who_has_it_now(self):
        """P21: who began it and handed it over comes no more."""
        ticket = self._order_repair()
        self._begin(ticket)
        self.assertEqual(self._get_named(ticket), self.technician.name.split()[0])
        wizard = self._as("technician", self.env["isp.repair.handover"])
        action = self._as("technician", ticket).action_isp_hand_over()
        wizard.with_context(**action["context"]).create(
            {"technician_id": self.colleague.id, "reason": "Needs a ladder"}
        ).action_apply()
        self.assertEqual(self._get_named(ticket), "Colleague")
        self._finish(ticket, "colleague")
        self.assertEqual(self._get_named(ticket), "Colleague")

    def _get_named(self, ticket):
        """Return who has begun it, as the steps in the portal name him."""
        (begun,) = (
            step
            for step in ticket.sudo()._isp_get_steps()
            if step["text"] == "Repair begun"
        )
        return begun["note"]

    def test_handed_over_to_technicians_alone(self):
        visit = self._begin(self._order_repair())
        wizard = self._as("technician", self.env["isp.repair.handover"])
        for user in (self.sales, self.portal, self.technician):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                wizard.create(
                    {
                        "work_order_id": visit.id,
                        "technician_id": user.id,
                        "reason": "x",
                    }
                )
