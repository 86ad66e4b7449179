from odoo.tests import tagged

from .portal_common import RepairPortalCommon


@tagged("post_install", "-at_install")
class TestToldByMessage(RepairPortalCommon):
    """A fault that a subscriber tells from his phone is a repair order."""

    def _report(self, text, service=None):
        self.env.invalidate_all()
        service = (service or self.service).sudo().with_context(lang="en_US")
        return service._report_fault(text)

    def test_a_fault_is_booked_in_his_words(self):
        told = self._report("Internet mati, lampu merah <b>sejak</b> pagi")
        ticket = self._get_tickets()
        self.assertEqual(len(ticket), 1)
        self.assertIn(ticket.number, told)
        self.assertEqual(ticket.isp_service_id, self.service)
        self.assertEqual(
            ticket.isp_complaint, "Internet mati, lampu merah <b>sejak</b> pagi"
        )
        self.assertNotIn("<b>", ticket.description)

    def test_what_kind_it_is_follows_from_his_words(self):
        slow = self.env.ref("isp_repair.helpdesk_ticket_category_slow")
        self._report("Internet lemot sekali")
        self.assertEqual(self._get_tickets().category_id, slow)

    def test_a_second_message_is_added_to_the_open_repair(self):
        self._report("Internet mati")
        ticket = self._get_tickets()
        told = self._report("Masih mati")
        self.assertIn(ticket.number, told)
        self.assertEqual(self._get_tickets(), ticket)
        self.assertIn("Masih mati", str(ticket.message_ids.mapped("body")))

    def test_not_without_end(self):
        for _number in range(21):
            self._report("Internet mati")
        text = self._report("Internet mati")
        self.assertIn("a lot within an hour", text)

    def test_what_cannot_be_booked_is_for_a_person(self):
        self.service.sudo().state = "terminated"
        self.assertIsNone(self._report("Internet mati"))
        self.assertFalse(self._get_tickets())

    def test_how_far_the_repair_is(self):
        self._report("Internet mati")
        service = self.service.sudo().with_context(lang="en_US")
        text = "\n".join(service._describe_line_for_subscriber())
        self.assertIn(self._get_tickets().number, text)
        self.assertIn("Ordered", text)
