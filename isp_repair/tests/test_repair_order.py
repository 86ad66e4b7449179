from psycopg2 import IntegrityError
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.translate import TranslationImporter, get_po_paths

from .common import RepairCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestRepairOrder(RepairCommon):
    """B3 to B6: an order calls the technicians, one takes it and carries it out."""

    def test_an_order_takes_over_what_its_service_says(self):
        ticket = self._order_repair(isp_complaint="No light\nsince <b>noon</b>")
        self.assertEqual(ticket.partner_id, self.service.partner_id)
        self.assertEqual(ticket.name, "No light")
        self.assertEqual(ticket.isp_repair_status, "new")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.isp_area_id, self.area)
        self.assertIn("&lt;b&gt;", ticket.description)
        self.assertFalse(ticket.user_id)

    def test_visits_are_found_by_whose_they_are(self):
        """As without repairs: filters by subscriber, place and phone (P26)."""
        of_service = self._begin(self._order_repair())
        of_no_service = self._order_repair(
            isp_service_id=False,
            partner_id=self.partner.id,
            isp_contact_phone="+62 812-9999-0000",
        )
        camera = self._begin(of_no_service, "admin")
        orders = self._as("admin", self.env["isp.work.order"])
        both = of_service | camera
        for name, value, found in (
            ("partner_id", self.subscriber.id, of_service),
            ("partner_id", self.partner.id, camera),
            ("contact_name", self.partner.name, camera),
            ("phone", "+62 812-9999-0000", camera),
            ("area_id", self.area.id, of_service),
            ("pop_id", self.pop.id, of_service),
        ):
            among = [("id", "in", both.ids)]
            self.assertEqual(orders.search([(name, "=", value), *among]), found, name)
            others = orders.search([(name, "!=", value), *among])
            self.assertEqual(others, both - found, name)

    def test_the_office_takes_an_order_by_phone(self):
        tickets = self._as("admin", self.env["helpdesk.ticket"])
        with Form(tickets) as form:
            form.isp_service_id = self.service
            self.assertEqual(form.isp_contact_phone, self.service.phone)
            form.category_id = self.category_fault
            form.isp_complaint = "She says it is slow"
        ticket = form.record
        self.assertEqual(ticket.partner_id, self.subscriber)
        self.assertFalse(ticket.user_id)
        self.assertEqual(ticket.isp_repair_status, "new")
        with Form(ticket) as form:
            form.isp_complaint = "She says it is dead"
        self.assertIn("dead", ticket.description)

    def test_a_planned_visit_is_begun_by_whom_it_is_planned_for(self):
        ticket = self._as("admin", self._order_repair(isp_preferred_date="2026-12-01"))
        ticket.isp_preferred_part = "afternoon"
        visit = self.env["isp.work.order"].browse(ticket.action_isp_plan()["res_id"])
        self.assertEqual(str(visit.planned_start), "2026-12-01 06:00:00")
        self.assertEqual(ticket.action_isp_plan()["res_id"], visit.id)
        office = self._as("admin", visit)
        office.write(
            {
                "pic_id": self.colleague.id,
                "technician_ids": [Command.set(self.colleague.ids)],
            }
        )
        office.action_schedule()
        self.assertEqual(ticket.isp_repair_status, "new")
        message = self._assert_refused(
            UserError, self._as("technician", ticket).action_isp_repair
        )
        self.assertIn(self.colleague.name, message)
        self._begin(ticket, "colleague")
        self.assertEqual(visit.sudo().state, "started")
        self.assertEqual(ticket.user_id, self.colleague)

    def test_a_cancelled_visit_leaves_the_order_free(self):
        ticket = self._order_repair()
        visit = self._begin(ticket)
        self._as("admin", visit)._cancel("He is ill")
        self.assertEqual(ticket.isp_repair_status, "new")
        self._begin(ticket, "colleague")
        self.assertEqual(len(ticket.sudo().isp_visit_ids), 2)

    def test_two_complaints_of_one_service_are_two_repairs(self):
        first, second = self._order_repair(), self._order_repair()
        self._begin(first)
        self._begin(second, "colleague")
        self.assertEqual(
            (first | second).mapped("isp_repair_status"), ["in_progress"] * 2
        )

    def test_what_orders_have_is_archived_not_deleted(self):
        """Without its team an order is seen by no technician."""
        ticket = self._order_repair(category_id=self.category_fault.id)
        for name in ("team_id", "category_id"):
            with self.subTest(name=name), mute_logger("odoo.sql_db"):
                ticket.sudo()[name].company_id = self.company
                self.env.flush_all()
                with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    self._as("manager", ticket)[name].unlink()

    def test_other_equipment_needs_no_service(self):
        ticket = self._order_repair(isp_service_id=False, partner_id=self.subscriber.id)
        self.assertEqual(ticket.team_id, self.team, "it stands beside the service")
        visit = self._begin(ticket)
        self.assertEqual(visit.contact_name, self.subscriber.name)
        self.assertEqual(visit.company_id, self.company)
        self._finish(ticket)
        self.assertEqual(ticket.isp_repair_status, "done")
        orders = self._as("admin", self.env["isp.work.order"])
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            orders.create({"kind": "repair", "service_id": self.service.id})

    def test_b5_who_begins_has_it_and_the_second_one_is_told(self):
        ticket = self._order_repair()
        visit = self._begin(ticket)
        self.assertEqual(visit.state, "started")
        self.assertEqual(ticket.isp_repair_status, "in_progress")
        self.assertEqual(ticket.user_id, self.technician)
        message = self._assert_refused(
            UserError, self._as("colleague", ticket).action_isp_repair
        )
        self.assertIn(self.technician.name, message)

    def test_b6_done_needs_cause_and_note(self):
        ticket = self._order_repair()
        visit = self._begin(ticket)
        message = self._assert_refused(UserError, visit.action_finish)
        self.assertIn("Cause", message)
        self.assertIn("Notes", message)
        self._finish(ticket)
        self.assertEqual(ticket.isp_repair_status, "done")

    def test_b8_to_b11_invoiced_confirmed_accepted_and_completed(self):
        ticket = self._repair()
        move = self._invoice(ticket)
        self.assertEqual(ticket.isp_repair_status, "invoiced")
        self.assertEqual(move.amount_untaxed, 100_000)
        self._confirm(move)
        self.assertEqual(ticket.isp_repair_status, "to_check")
        ticket.action_isp_accept_payment()
        self.assertEqual(ticket.isp_repair_status, "paid")
        ticket.action_isp_complete()
        self.assertEqual(ticket.isp_repair_status, "completed")
        self.assertEqual(ticket.isp_completed_by_id, self.admin)

    def test_a_stranger_sees_nothing(self):
        ticket = self._order_repair()
        with self.assertRaises(AccessError):
            self._as("stranger", ticket).action_isp_repair()

    def test_what_is_seen_of_helpdesk_is_indonesian(self):
        self.env["res.lang"]._activate_lang("id_ID")
        importer = TranslationImporter(self.env.cr)
        for path in get_po_paths("isp_repair", "id_ID"):
            importer.load_file(path, "id_ID")
        importer.save()
        self.env.registry.clear_cache()
        tickets = self.env["helpdesk.ticket"].with_context(lang="id_ID")
        labels = tickets.fields_get(["category_id", "stage_id", "team_id"], ["string"])
        self.assertEqual(
            [labels[name]["string"] for name in ("category_id", "stage_id", "team_id")],
            ["Kategori", "Tahap", "Tim"],
        )
        self.assertEqual(tickets._creation_subtype().description, "Perbaikan dipesan")
        stages = tickets.env["helpdesk.ticket.stage"].search([])
        english = stages.with_context(lang="en_US")
        for stage, before in zip(stages, english, strict=True):
            with self.subTest(stage=before.name):
                self.assertNotEqual(stage.name, before.name)
