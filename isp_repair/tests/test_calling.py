from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .common import RepairCommon

CALL = "isp_repair.mail_activity_new_repair"


@tagged("post_install", "-at_install")
class TestCalling(RepairCommon, MailCase):
    """B3: the technicians of team and area are told at once, and nobody else."""

    def _get_called(self, ticket):
        ticket.invalidate_recordset()
        activities = ticket.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(CALL)
        )
        return activities.user_id

    def test_b3_bell_mail_and_activity_for_each_of_the_team(self):
        self._reset_bus()
        self.technician.email = "technician@isp.example"
        self.colleague.notification_type = "inbox"
        with self.mock_mail_gateway(), self.mock_mail_app():
            ticket = self._order_repair()
            self._flush_tracking()
        team = self.technician | self.colleague
        self.assertEqual(self._get_called(ticket), team)
        self.assertIn("technician@isp.example", str(self._mails))
        inbox = self._new_notifs.filtered(lambda n: n.notification_type == "inbox")
        self.assertEqual(inbox.res_partner_id, self.colleague.partner_id)
        toasts = [
            bus
            for bus in self.env["bus.bus"].sudo().search([])
            if "isp_repair.new_repair" in bus.message and ticket.number in bus.message
        ]
        self.assertEqual(len(toasts), len(team) + 1, "the office hears of it as well")

    def test_the_mail_says_where_and_whom_to_call(self):
        """P25."""
        self.technician.email = "technician@isp.example"
        self.service.street = "Jalan Cerita 7"
        with self.mock_mail_gateway():
            self._order_repair()
            self._flush_tracking()
        (mail,) = [m for m in self._mails if "technician@isp.example" in str(m)]
        for text in ("Jalan Cerita 7", self.service.phone):
            self.assertIn(text, mail["body"])

    def test_the_office_hears_of_a_new_repair_done_and_payment(self):
        """P24."""
        office = self.company._get_isp_person("office")
        office.email = "office@isp.example"
        with self.mock_mail_gateway():
            ticket = self._order_repair()
            self._flush_tracking()
        self.assertIn("office@isp.example", str(self._mails))
        self.assertFalse(self._get_asked(ticket, office))
        self._begin(ticket)
        self._finish(ticket)
        self.assertIn("create the invoice", self._get_asked(ticket, office))
        move = self._invoice(ticket)
        self.assertFalse(self._get_asked(ticket, office))
        self._confirm(move)
        self.assertIn("says that he has paid", self._get_asked(ticket, office))

    def _get_asked(self, ticket, user):
        ticket.invalidate_recordset()
        asked = ticket.sudo().activity_search(["mail.mail_activity_data_todo"])
        mine = asked.filtered(lambda activity: activity.user_id == user)
        return " ".join(mine.mapped("summary"))

    @freeze_time("2026-05-10 17:30:00")
    def test_they_are_called_for_today_where_the_company_is(self):
        self.admin.tz = "America/New_York"
        activities = self._order_repair().sudo().activity_ids
        self.assertEqual(activities.mapped("date_deadline"), [date(2026, 5, 11)] * 2)

    def test_called_technicians_do_not_follow_the_customers_mails(self):
        ticket = self._order_repair()
        ticket.invalidate_recordset()
        self.assertFalse(
            ticket.message_partner_ids & (self.technician | self.colleague).partner_id
        )
        self.assertIn(self.subscriber, ticket.message_partner_ids)

    def test_begun_or_withdrawn_nobody_is_called_any_more(self):
        begun, withdrawn = self._order_repair(), self._order_repair()
        self._begin(begun)
        withdrawn.sudo()._isp_withdraw()
        self.assertFalse(self._get_called(begun | withdrawn))

    def test_reopened_they_are_called_again(self):
        ticket = self._repair()
        self.assertFalse(self._get_called(ticket))
        ticket._isp_reopen("Dark again")
        self.assertEqual(self._get_called(ticket), self.technician | self.colleague)

    def test_without_technicians_the_administrators_are_called(self):
        self.team.user_ids = False
        called = self._get_called(self._order_repair())
        self.assertIn(self.admin, called)
        self.assertFalse(called & (self.technician | self.colleague | self.sales))

    def test_nobody_of_another_company_is_called(self):
        self._create_other_company()
        self.team.user_ids |= self.users_b["technician"]
        self.assertNotIn(
            self.users_b["technician"], self._get_called(self._order_repair())
        )

    def test_team_is_that_of_the_nearest_area(self):
        inner = self.env["isp.area"].create(
            {"name": "Slipi", "parent_id": self.area.id}
        )
        far = self.env["isp.area"].create({"name": "Bogor"})
        teams = self.env["helpdesk.ticket.team"]
        everywhere = self.env.ref("isp_repair.helpdesk_ticket_team_repairs")
        self.assertEqual(teams._isp_find_for(inner, self.company), self.team)
        self.assertEqual(teams._isp_find_for(far, self.company), everywhere)
        near = teams.create({"name": "Slipi", "isp_area_ids": [Command.set(inner.ids)]})
        self.assertEqual(teams._isp_find_for(inner, self.company), near)
        self.assertEqual(teams._isp_find_for(self.area, self.company), self.team)
        everywhere.active = False
        self.assertFalse(teams._isp_find_for(far, self.company))

    def test_the_customer_is_told_when_it_begins_and_when_it_is_done(self):
        self.technician.name = "Budi Santoso"
        ticket = self._order_repair(isp_complaint="It is dark.")
        customer = ticket.sudo()
        before = customer.message_ids
        self._begin(ticket)
        begun = customer.message_ids - before
        comments = begun.filtered(lambda m: not m.subtype_id.internal)
        self.assertEqual(len(comments), 1)
        self.assertIn("Budi", comments.body)
        self.assertNotIn("Santoso", comments.body, "the first name is enough")
        self.assertNotIn("..", comments.body)
        self.assertEqual(comments.partner_ids, self.subscriber)
        before = customer.message_ids
        self._finish(ticket, report="SECRET", cause_note="SECRET")
        done = customer.message_ids - before
        self.assertNotIn("SECRET", str(done.mapped("body")))
        self.assertNotIn("..", str(done.mapped("body")))
        self.assertTrue(done.filtered(lambda m: not m.subtype_id.internal))
