from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import RepairCommon


@tagged("post_install", "-at_install")
class TestRepairOrder(RepairCommon):
    """B3 to B6: an order calls the technicians, one takes it and carries it out."""

    def test_an_order_takes_over_what_its_service_says(self):
        ticket = self._order_repair(complaint="No light\nsince <b>noon</b>")
        self.assertEqual(ticket.partner_id, self.service.partner_id)
        self.assertEqual(ticket.name, "No light")
        self.assertEqual(ticket.repair_status, "new")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.area_id, self.area)
        self.assertIn("&lt;b&gt;", ticket.description)
        self.assertFalse(ticket.user_id)

    def test_b5_who_begins_has_it_and_the_second_one_is_told(self):
        ticket = self._order_repair()
        visit = self._begin(ticket)
        self.assertEqual(visit.state, "started")
        self.assertEqual(ticket.repair_status, "in_progress")
        self.assertEqual(ticket.user_id, self.technician)
        message = self._assert_refused(
            UserError, self._as("colleague", ticket).action_repair
        )
        self.assertIn(self.technician.name, message)

    def test_b6_done_needs_cause_and_note(self):
        ticket = self._order_repair()
        visit = self._begin(ticket)
        message = self._assert_refused(UserError, visit.action_finish)
        self.assertIn("Cause", message)
        self.assertIn("Notes", message)
        self._finish(ticket)
        self.assertEqual(ticket.repair_status, "done")

    def test_b8_to_b11_invoiced_confirmed_accepted_and_completed(self):
        ticket = self._repair()
        move = self._invoice(ticket)
        self.assertEqual(ticket.repair_status, "invoiced")
        self.assertEqual(move.amount_untaxed, 100_000)
        self._confirm(move)
        self.assertEqual(ticket.repair_status, "to_check")
        ticket.action_accept_payment()
        self.assertEqual(ticket.repair_status, "paid")
        ticket.action_complete()
        self.assertEqual(ticket.repair_status, "completed")
        self.assertEqual(ticket.completed_by_id, self.admin)

    def test_a_stranger_sees_nothing(self):
        ticket = self._order_repair()
        with self.assertRaises(AccessError):
            self._as("stranger", ticket).action_repair()
