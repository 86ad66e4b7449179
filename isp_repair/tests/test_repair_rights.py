from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import RepairCommon

OPERATIONS = ("read", "write", "create", "unlink")
CREW = "technician engineer admin manager"
ROLES = f"{CREW} sales warehouse employee accountant portal public"
# What each group may: r(ead), w(rite), c(reate), u(nlink); all others nothing.
RIGHTS = {
    "helpdesk.ticket": {
        "sales technician engineer warehouse employee accountant": "r",
        "admin manager": "rwc",
    },
    "isp.repair.cause": {CREW: "r", "manager": "rwcu"},
    "isp.repair.part": {"engineer": "r", "technician admin manager": "rwcu"},
    "isp.repair.pause": {CREW: "r"},
    "isp.repair.report": {"engineer admin manager": "r"},
    "isp.repair.handover": {"technician admin manager": "rwcu"},
    "isp.repair.invoice": {"admin manager": "rwcu"},
    "isp.repair.invoice.line": {"admin manager": "rwcu"},
}
SECRET = "SECRET of the visit"


@tagged("post_install", "-at_install", "isp_alone")
class TestRepairRights(RepairCommon):
    """Who reads and writes what of a repair."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._order_repair()
        cls.visit = cls._begin(cls.ticket)
        cls.visit.write(
            {
                "cause_id": cls.cause.id,
                "cause_note": SECRET,
                "report": SECRET,
                "part_ids": [Command.create({"product_id": cls.cable.id})],
            }
        )

    def test_rights_are_those_of_the_matrix(self):
        for model, rights in RIGHTS.items():
            expected = dict.fromkeys(ROLES.split(), "")
            for names, letters in rights.items():
                expected.update(dict.fromkeys(names.split(), letters))
            for name, letters in expected.items():
                records = self.env[model].with_user(self.users[name])
                found = "".join(o[0] for o in OPERATIONS if records.has_access(o))
                self.assertEqual(found, letters, f"{name} on {model}")

    def _sees(self, role, records):
        found = self._as(role, self.env[records._name]).search(
            [("id", "in", records.ids)]
        )
        return set(found.ids) == set(records.ids)

    def test_technician_sees_the_open_ones_of_his_team_and_his_own(self):
        free = self._order_repair()
        for role in ("technician", "colleague"):
            self.assertTrue(self._sees(role, self.ticket | free), role)
        for role in ("stranger", "employee", "warehouse"):
            self.assertFalse(self._sees(role, free), role)
            with self.assertRaises(AccessError):
                self._as(role, free).read(["isp_complaint"])
        self._finish(self.ticket)
        self.assertTrue(self._sees("technician", self.ticket))
        self.assertFalse(self._sees("colleague", self.ticket))

    def test_visit_is_seen_by_who_was_sent_and_by_the_office(self):
        for role in ("technician", "engineer", "admin"):
            self.assertTrue(self._sees(role, self.visit), role)
        for role in ("colleague", "sales"):
            self.assertFalse(self._sees(role, self.visit), role)
        for role in ("accountant", "portal"):
            with self.assertRaises(AccessError):
                self._as(role, self.visit).read(["report"])

    def test_salesman_sees_the_status_of_his_own_subscribers_alone(self):
        ticket = self._as("sales", self.ticket)
        self.assertEqual(ticket.isp_repair_status, "in_progress")
        self.assertFalse(self._sees("other_sales", self.ticket))
        for field in (
            "isp_visit_ids",
            "isp_diagnosis",
            "isp_history",
            "isp_invoice_ids",
        ):
            with self.assertRaises(AccessError, msg=field):
                ticket.read([field])
        for name in ("part_ids", "pause_ids"):
            with self.assertRaises(AccessError):
                self._as("sales", self.visit).read([name])

    def test_accountant_sees_a_repair_from_its_invoice_on(self):
        self.assertFalse(self._sees("accountant", self.ticket))
        self._finish(self.ticket)
        self._invoice(self.ticket)
        own = self._as("accountant", self.ticket)
        self.assertTrue(own.read())
        self.assertTrue(own.isp_invoice_id)
        with self.assertRaises(AccessError):
            own.read(["isp_visit_ids"])

    def test_technician_sees_no_invoice_and_no_price(self):
        self._finish(self.ticket)
        move = self._invoice(self.ticket)
        own = self._as("technician", self.ticket)
        self.assertEqual(own.isp_repair_status, "invoiced")
        for name in (
            "isp_invoice_ids",
            "isp_invoice_id",
            "isp_confirmation_amount",
            "isp_free_reason",
        ):
            with self.assertRaises(AccessError, msg=name):
                own.read([name])
        with self.assertRaises(AccessError):
            self._as("technician", move).read(["amount_total"])

    def test_what_a_group_may_read_it_may_read_whole(self):
        for role in ("technician", "sales", "engineer", "admin"):
            self.assertTrue(self._as(role, self.ticket).read(), role)
        for role in ("technician", "engineer", "admin", "warehouse"):
            self.assertTrue(self._as(role, self.visit).read(), role)
            self.assertTrue(self._as(role, self.service).read(), role)

    def test_every_role_opens_the_pages_it_has(self):
        self._finish(self.ticket)
        self._confirm(self._invoice(self.ticket))
        for role in ("sales", "technician", "engineer", "admin", "accountant"):
            with Form(self._as(role, self.ticket)) as form:
                self.assertEqual(form.isp_repair_status, "to_check")
        for role in ("technician", "engineer", "admin", "warehouse"):
            with Form(self._as(role, self.visit)) as form:
                self.assertEqual(form.state, "done")

    def test_status_and_documents_are_written_by_nobody(self):
        vals_list = (
            {"isp_repair_status": "paid"},
            {"stage_id": self.env.ref("isp_repair.helpdesk_ticket_stage_paid").id},
            {"isp_date_completed": "2026-01-01 00:00:00"},
            {"isp_date_withdrawn": "2026-01-01 00:00:00"},
            {"isp_no_invoice_reason": "x"},
            {"user_id": self.colleague.id},
            {"isp_visit_ids": [Command.clear()]},
            {"isp_invoice_ids": [Command.clear()]},
        )
        for role in ("admin", "manager", "technician"):
            for vals in vals_list:
                self._assert_refused(
                    AccessError, self._as(role, self.ticket).write, vals
                )
        tickets = self._as("admin", self.env["helpdesk.ticket"])
        vals = {"isp_service_id": self.service.id, "isp_complaint": "x"}
        self._assert_refused(
            AccessError, tickets.create, {**vals, "isp_repair_status": "paid"}
        )
        forged = tickets.with_context(default_date_completed="2026-01-01 00:00:00")
        self.assertEqual(forged.create(vals).isp_repair_status, "new")

    def test_technician_writes_his_report_while_he_is_there_alone(self):
        own = self._as("technician", self.ticket)
        self._assert_refused(AccessError, own.write, {"isp_complaint": "Another"})
        colleague = self._as("colleague", self.visit)
        self._assert_refused(AccessError, colleague.write, {"report": "mine"})
        part = self._as("colleague", self.visit.part_ids)
        self._assert_refused(AccessError, part.write, {"quantity": 9})
        self._assert_refused(
            AccessError,
            self._as("colleague", self.env["isp.repair.part"]).create,
            {"work_order_id": self.visit.id, "product_id": self.cable.id},
        )
        part = self._as("technician", self.visit.part_ids)
        others = self._begin(self._order_repair(), "colleague")
        self._assert_refused(AccessError, part.write, {"work_order_id": others.id})
        done = self._repair().isp_visit_id
        self._assert_refused(ValidationError, part.write, {"work_order_id": done.id})
        self._finish(self.ticket)
        done = self._as("technician", self.visit)
        self._assert_refused(AccessError, done.write, {"report": "other"})

    def test_dialogs_of_the_office_are_closed_to_technicians(self):
        self._finish(self.ticket)
        reasons = self._as("technician", self.env["isp.reason"]).with_context(
            active_model="helpdesk.ticket", active_ids=self.ticket.ids
        )
        for method in ("_isp_reopen", "_isp_close_without_invoice"):
            dialog = reasons.create({"method": method, "reason": "x"})
            self._assert_refused(AccessError, dialog.action_apply)
        self.assertEqual(self.ticket.isp_repair_status, "done")

    def test_the_dialog_of_a_termination_tells_technicians_no_price(self):
        reasons = self._as("technician", self.env["isp.reason"]).with_context(
            active_model="isp.service",
            active_ids=self.service.ids,
            default_method="_terminate",
        )
        self.assertTrue(self._sees("technician", self.service))
        self._assert_refused(AccessError, reasons.default_get, ["preview"])

    def test_technicians_read_no_dialog_of_the_office(self):
        reasons = self._as("admin", self.env["isp.reason"]).with_context(
            active_model="isp.service", active_ids=self.service.ids
        )
        dialog = reasons.with_context(default_method="_terminate").create(
            {"reason": "Moved away"}
        )
        self.assertTrue(dialog.preview)
        own = self._as("technician", dialog)
        self._assert_refused(AccessError, own.read, ["preview"])

    def test_a_van_shows_its_serials_to_technicians(self):
        lot = self._stock(self.onu, serial="VAN1")
        self.assertTrue(self._sees("technician", lot))

    def test_another_company_reaches_nothing(self):
        self._create_other_company(("technician", "admin", "manager"))
        self._finish(self.ticket)
        ticket = self.ticket
        for name, user in self.users_b.items():
            for records in (ticket, self.visit, self.visit.part_ids):
                found = (
                    self.env[records._name]
                    .with_user(user)
                    .search([("id", "in", records.ids)])
                )
                self.assertFalse(found, f"{name} on {records._name}")
        admin = self.users_b["admin"]
        foreign = self.as_user(ticket, admin)
        for method, args in (
            ("action_isp_repair", ()),
            ("action_isp_create_invoice", ()),
            ("_isp_close_without_invoice", ("x",)),
            ("_isp_reopen", ("x",)),
        ):
            self._assert_refused(AccessError, getattr(foreign, method), *args)
        wizards = self.env["isp.repair.invoice"].with_user(admin)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            wizards.create({"ticket_id": ticket.id}).action_create()
        self.assertFalse(
            self.env["isp.repair.report"]
            .with_user(admin)
            .search([("ticket_id", "=", ticket.id)])
        )

    def test_tickets_menus_of_helpdesk_are_hidden(self):
        menu = self.env.ref("helpdesk_mgmt.helpdesk_ticket_main_menu")
        for role in ("admin", "manager", "technician"):
            self.env.registry.clear_cache()
            visible = self._as(role, self.env["ir.ui.menu"])._visible_menu_ids()
            self.assertNotIn(menu.id, visible)
            self.assertIn(self.env.ref("isp_repair.isp_repair_menu").id, visible)
