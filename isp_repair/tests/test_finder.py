from odoo.tests import tagged

from .common import RepairCommon


@tagged("post_install", "-at_install")
class TestFinder(RepairCommon):
    """A repair order is found by its number, its service and its customer's phone."""

    def test_a_repair_is_found_by_whatever_the_caller_says(self):
        ticket = self._order_repair()
        admin = self.users["admin"]
        finder = self.as_user(self.env["isp.finder"], admin)
        texts = (ticket.number, self.service.name, "0812 3456 7000")
        for text in texts:
            with self.subTest(text):
                found = [(row["model"], row["id"]) for row in finder.find(text)]
                self.assertIn(("helpdesk.ticket", ticket.id), found)
