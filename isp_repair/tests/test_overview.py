from datetime import timedelta

from lxml import etree

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import RepairCommon


@tagged("post_install", "-at_install")
class TestOverview(RepairCommon):
    """B4: what a technician sees before he goes, and what the office counts."""

    def test_b4_phone_whatsapp_address_and_map(self):
        self.service.coordinates = "-6.2, 106.8"
        ticket = self._as(
            "technician", self._order_repair(isp_contact_phone="0812 3456 789")
        )
        self.assertEqual(ticket.isp_whatsapp_url, "https://wa.me/628123456789")
        self.assertEqual(ticket.isp_full_address, self.service.full_address)
        self.assertIn("-6.2", ticket.isp_map_url)
        nobody = self._order_repair(isp_contact_phone="ask at the gate")
        self.assertFalse(nobody.isp_whatsapp_url)

    def test_b4_diagnosis_tells_nobody_more_than_he_may_know(self):
        ticket = self._order_repair()
        move = self._get_invoices(self.service)
        self.assertTrue(move._isp_is_open())
        seen = str(self._as("technician", ticket).isp_diagnosis)
        self.assertIn("Home 20", seen)
        self.assertNotIn("To pay", seen)
        self.assertNotIn("Overdue", seen)
        known = str(self._as("admin", ticket).isp_diagnosis)
        self.assertRegex(known, "To pay|Overdue")
        self.service._suspend("abuse")
        seen = str(self._as("technician", ticket).isp_diagnosis)
        self.assertIn("Isolated", seen)
        self.assertIn("fa-times-circle", seen)

    def test_b4_texts_of_others_are_escaped(self):
        self.plan.name = "<script>alert(1)</script>"
        self._repair(report="<img src=x onerror=alert(1)>")
        ticket = self._as("technician", self._order_repair())
        for html in (ticket.isp_diagnosis, ticket.isp_history):
            self.assertIn("&lt;", html)
            self.assertNotIn("<script", html)
            self.assertNotIn("<img", html)

    def test_b4_history_and_equipment(self):
        lot = self._stock(self.onu, serial="EQ1")
        part = Command.create({"product_id": self.onu.id, "lot_id": lot.id})
        self._repair(report="New ONU", part_ids=[part])
        ticket = self._as("colleague", self._order_repair())
        self.assertIn("New ONU", ticket.isp_history)
        self.assertIn(self.technician.name, ticket.isp_history)
        self.assertIn("EQ1", ticket.isp_equipment)

    def test_days_are_told_as_the_company_counts_them(self):
        self._repair().sudo().isp_visit_id.date_finished = "2026-05-10 17:30:00"
        self.colleague.tz = "America/New_York"
        ticket = self._order_repair()
        self.assertIn("05/11/2026", self._as("colleague", ticket).isp_history)
        self._begin(ticket).sudo().date_started = "2026-05-10 17:30:00"
        message = self._assert_refused(
            UserError, self._as("colleague", ticket).action_isp_repair
        )
        self.assertIn("11 May 2026, 00:30", message)

    def test_an_order_is_found_by_the_phone_of_its_caller(self):
        ticket = self._order_repair(isp_contact_phone="+62 21-555-0199")
        arch = etree.fromstring(ticket.get_view(view_type="search")["arch"])
        (typed,) = arch.xpath("//field[@name='number']/@filter_domain")
        dialled = self.service.phone.replace("+62 ", "0").replace("-", " ")
        for text in ("555-0199", dialled):
            with self.subTest(text=text):
                domain = safe_eval(typed, {"self": text})
                self.assertEqual(self._as("admin", ticket).search(domain), ticket)

    def test_business_customers_come_first(self):
        home = self._order_repair()
        self.service.category_id = self.env.ref(
            "isp_base.isp_subscriber_category_business"
        )
        business = self._order_repair()
        self.service.priority = "3"
        urgent = self._order_repair()
        self.assertEqual((home | business | urgent).mapped("priority"), ["0", "2", "3"])

    def test_repeated_within_thirty_days_of_the_last_repair(self):
        first = self._repair()
        self.assertFalse(first.isp_is_repeated)
        visit = first.sudo().isp_visit_id
        visit.date_finished -= timedelta(days=29)
        self.assertTrue(self._order_repair().isp_is_repeated)
        visit.date_finished -= timedelta(days=2)
        self.assertFalse(self._order_repair().isp_is_repeated)

    def test_late_is_what_nobody_began_in_time(self):
        ticket = self._order_repair()
        self.assertFalse(ticket.isp_is_late)
        ticket.sudo().isp_date_deadline = fields.Datetime.now() - timedelta(minutes=1)
        self.assertTrue(ticket.isp_is_late)
        tickets = self._as("technician", self.env["helpdesk.ticket"])
        self.assertIn(ticket.id, tickets.search([("isp_is_late", "=", True)]).ids)
        self.assertNotIn(ticket.id, tickets.search([("isp_is_late", "=", False)]).ids)
        self._begin(ticket)
        self.assertFalse(ticket.isp_is_late)

    def test_what_is_late_stands_first(self):
        """P25."""
        normal, late = self._order_repair(), self._order_repair()
        self.service.priority = "3"
        urgent = self._order_repair()
        late.sudo().isp_date_deadline = fields.Datetime.now() - timedelta(hours=27)
        three = normal | late | urgent
        tickets = self._as("technician", self.env["helpdesk.ticket"])
        order = "isp_is_late desc, priority desc, create_date"
        found = tickets.search([("id", "in", three.ids)], order=order)
        self.assertEqual(found.ids, (late | urgent | normal).ids)
        for view in ("list", "kanban"):
            arch = tickets.get_view(view_type=view)["arch"]
            self.assertIn(f'default_order="{order}"', arch)

    def test_the_clock_opens_what_it_counts(self):
        """P25: filters that Odoo's menu of activities asks for."""
        for model in ("helpdesk.ticket", "isp.work.order"):
            records = self._as("technician", self.env[model])
            arch = records.get_view(view_type="search")["arch"]
            for name in ("filter_activities_my", "activities_today"):
                self.assertIn(f'name="{name}"', arch, model)
        ticket = self._order_repair()
        tickets = self._as("technician", self.env["helpdesk.ticket"])
        mine = [
            ("activity_user_id", "=", self.technician.id),
            ("my_activity_date_deadline", "=", "today"),
        ]
        self.assertIn(ticket.id, tickets.search(mine).ids)

    def test_repairs_are_found_by_the_number_of_the_invoice(self):
        """P26."""
        ticket = self._repair()
        move = self._invoice(ticket)
        tickets = self._as("admin", self.env["helpdesk.ticket"])
        for text in (move.name, self.service.name, self.subscriber.name):
            arch = tickets.get_view(view_type="search")["arch"]
            self.assertIn('name="isp_invoice_ids"', arch)
            names = ("isp_invoice_ids", "isp_service_id", "partner_id")
            found = [tickets.search([(n, "ilike", text)]).ids for n in names]
            self.assertTrue(any(ticket.id in ids for ids in found), text)

    def test_mine_is_what_i_have_begun(self):
        mine, other = self._order_repair(), self._order_repair()
        self._begin(mine)
        self._begin(other, "colleague")
        tickets = self._as("technician", self.env["helpdesk.ticket"])
        found = tickets.search([("isp_is_mine", "=", True)])
        self.assertEqual(found.ids, mine.ids)
        self.assertTrue(found.isp_is_mine)
        self._finish(mine)
        self.assertFalse(tickets.search([("isp_is_mine", "=", True)]))

    def test_distance_from_where_the_technician_was_last(self):
        self.service.coordinates = "-6.2, 106.8"
        there = self._create_subscription(coordinates="-6.2, 106.9")
        ticket = self._order_repair(isp_service_id=there.id)
        self.assertFalse(self._as("technician", ticket).isp_distance)
        self._begin(self._order_repair())
        self.assertEqual(self._as("technician", ticket).isp_distance, "11.1 km")
        self.assertFalse(self._as("colleague", ticket).isp_distance)
        self.env["res.lang"]._activate_lang("id_ID")
        here = self._as("technician", ticket).with_context(lang="id_ID")
        self.assertEqual(here.isp_distance, "11,1 km")

    def test_the_list_costs_the_same_for_few_and_for_many(self):
        def count(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            tickets = self._as("technician", self.env["helpdesk.ticket"])
            before = self.cr.sql_log_count
            tickets.search([], limit=limit).read(
                [
                    "isp_age",
                    "isp_distance",
                    "isp_is_late",
                    "isp_is_mine",
                    "isp_is_repeated",
                    "isp_map_url",
                ]
                + ["isp_whatsapp_url", "isp_repair_status", "user_id", "isp_area_id"]
            )
            return self.cr.sql_log_count - before

        for _number in range(9):
            self._order_repair()
        count(3)
        self.assertLessEqual(count(9), count(3) + 1)

    def test_report_counts_repairs_with_what_was_found(self):
        ticket = self._repair(hours_spent=2)
        report = self._as("admin", self.env["isp.repair.report"])
        self.env.flush_all()
        ((cause, count, hours),) = report._read_group(
            [("ticket_id", "=", ticket.id)],
            ["cause_id"],
            ["ticket_count:sum", "hours_spent:sum"],
        )
        self.assertEqual((cause.id, count, hours), (self.cause.id, 1, 2))
        row = report.search([("ticket_id", "=", ticket.id)])
        self.assertEqual(row.technician_id, self.technician)
        self.assertEqual(row.area_id, self.area)

    def test_b4_technicians_begin_with_what_is_to_repair(self):
        """What is done and not paid yet is the office's."""
        action = self.env.ref("isp_repair.isp_repair_action")
        for role, shown, hidden in (
            ("technician", "to_repair", "open"),
            ("admin", "open", "to_repair"),
            ("sales", "open", "to_repair"),
            ("engineer", "open", "to_repair"),
        ):
            tickets = self._as(role, self.env["helpdesk.ticket"])
            view = etree.fromstring(tickets.get_view(view_type="search")["arch"])
            names = view.xpath("//filter/@name")
            self.assertIn(shown, names, role)
            self.assertNotIn(hidden, names, role)
            self.assertIn(f"search_default_{shown}", action.context)
