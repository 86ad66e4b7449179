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
            if "simple_notification" in bus.message and ticket.number in bus.message
        ]
        self.assertEqual(len(toasts), len(team))

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
