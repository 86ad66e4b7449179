from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .session_common import MAC, SessionCommon

STATUS_FIELDS = [
    "session_status",
    "session_address",
    "session_mac",
    "traffic_today",
    "traffic_graph",
    "rejection_note",
]


@tagged("post_install", "-at_install", "isp_alone")
class TestSessionRights(SessionCommon):
    """Who sees sessions: engineers and administrators all, technicians where they have
    work to do, nobody else."""

    def _read(self, user, names):
        (values,) = self.as_user(self.service, user).read(names)
        return values

    def test_engineers_administrators_and_managers_see(self):
        for user in (self.engineer, self.admin, self.manager):
            self.assertEqual(self._read(user, STATUS_FIELDS)["session_mac"], MAC)

    def test_a_technician_sees_while_he_has_work_to_do_there(self):
        order = self._create_order(self.service, state="started")
        self.assertEqual(self._read(self.technician, STATUS_FIELDS)["session_mac"], MAC)
        texts = [
            finding["text"]
            for finding in self.as_user(self.service, self.technician)._get_diagnosis()
        ]
        self.assertIn("Online since", " ".join(texts))
        seen = self.as_user(order, self.technician)
        self.assertIn("Online since", seen.line_note)
        order.state = "done"
        self.assertFalse(self.as_user(order, self.technician).line_note)
        values = self._read(self.technician, STATUS_FIELDS)
        self.assertFalse(any(values[name] for name in STATUS_FIELDS))
        self.assertNotIn(
            "Online",
            str(self.as_user(self.service, self.technician)._get_diagnosis()),
        )

    def test_a_technician_guessing_another_number_sees_nothing(self):
        self._create_order(self.service, state="started")
        with self.assertRaises(AccessError):
            self._read(self.stranger, STATUS_FIELDS)

    def test_all_others_may_not_read_the_fields(self):
        for name in ("sales", "warehouse"):
            with self.assertRaises(AccessError, msg=name):
                self._read(self.users[name], STATUS_FIELDS)

    def test_commands_are_read_by_the_same_and_written_by_nobody(self):
        self.service._suspend("manual")
        self._sync()
        command = self.service.command_ids
        order = self._create_order(self.service, state="started")
        readers = {"engineer", "admin", "manager", "technician"}
        for name, user in self.users.items():
            with self.subTest(user=name):
                records = self.as_user(command, user)
                self.assertEqual(records.has_access("read"), name in readers)
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(records.has_access(operation))
        found = self.env["isp.radius.command"].with_user(self.stranger).search([])
        self.assertFalse(found)
        order.state = "done"
        self.assertFalse(self.as_user(command, self.technician).has_access("read"))

    def test_another_company_sees_neither_sessions_nor_commands(self):
        self.service._suspend("manual")
        self._sync()
        self._create_other_company(roles=("engineer", "admin"))
        for user in self.users_b.values():
            with self.assertRaises(AccessError):
                self._read(user, STATUS_FIELDS)
            command = self.as_user(self.service.sudo().command_ids, user)
            self.assertFalse(command.with_user(user).has_access("read"))
            overview = self.env["isp.network"].with_user(user).get_overview()
            self.assertEqual(overview["totals"]["online"], 0)
            self.assertFalse(overview["routers"] or overview["silent"])

    def test_buttons_are_refused_to_those_who_do_not_see_them(self):
        self._create_order(self.service, state="started")
        for name in ("admin", "technician", "sales", "warehouse"):
            with self.assertRaises(AccessError, msg=name):
                self.as_user(self.service, self.users[name]).action_disconnect()
        for name in ("technician", "sales", "warehouse"):
            with self.assertRaises(AccessError, msg=name):
                self.as_user(self.service, self.users[name]).action_new_password()
        for name in ("sales", "warehouse"):
            with self.assertRaises(AccessError, msg=name):
                self.as_user(self.service, self.users[name]).action_test_login()
        order = self.service.work_order_ids
        for records in (self.service, order):
            with self.assertRaises(AccessError):
                self.as_user(records, self.stranger).action_test_login()
        self.assertFalse(self.peer.requests)

    def test_a_dead_device_is_freed_by_whom_it_concerns_and_noted(self):
        self._create_order(self.service, state="started")
        for name in ("technician", "sales", "warehouse"):
            with self.assertRaises(AccessError, msg=name):
                self.as_user(self.service, self.users[name]).action_free_session()
        with self.assertRaises(AccessError):
            self.as_user(self.service, self.stranger).action_free_session()
        service = self.as_user(self.service, self.admin)
        self.assertEqual(service.session_status, "online")
        service.action_free_session()
        service.invalidate_recordset()
        self.assertEqual(service.session_status, "offline")
        note = self.service.message_ids.sorted("id")[-1].body
        self.assertIn(self.admin.name, note)
        self.assertIn(MAC, note)
        self.assertFalse(self.peer.requests, "nothing is sent")
        with self.assertRaises(UserError):
            service.action_free_session()

    def test_a_router_is_told_the_name_that_it_sent(self):
        self._update_session(self.live, sent_name="BUDI-Q")
        self.as_user(self.service, self.engineer).action_disconnect()
        self.assertEqual(self.peer.requests[0]["User-Name"], ["BUDI-Q"])

    def test_the_network_page_is_for_engineers_and_administrators(self):
        for name in ("technician", "sales", "warehouse", "employee", "portal"):
            with self.assertRaises(AccessError, msg=name):
                self.env["isp.network"].with_user(self.users[name]).get_overview()

    def test_only_engineers_and_managers_ask_a_router(self):
        for name in ("admin", "technician", "sales"):
            with self.assertRaises(AccessError, msg=name):
                self.as_user(self.router, self.users[name]).action_probe()
        self.as_user(self.router, self.engineer).action_probe()

    def test_a_subscriber_reaches_nothing_by_rpc(self):
        self.service.partner_id = self.subscriber
        for model in ("isp.radius.command", "isp.usage.day", "isp.router"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.portal).search([])
        with self.assertRaises(AccessError):
            self.service.with_user(self.portal).read(STATUS_FIELDS)

    def test_a_line_that_its_router_keeps_is_not_called_offline(self):
        kept = self._create_active_service()
        self.assertTrue(kept._is_counted())
        self.env["isp.router.service"].create(
            {"router_id": self.router.id, "service_id": kept.id}
        )
        kept.invalidate_recordset()
        self.assertFalse(kept._is_counted())

    def test_the_responsible_one_is_asked(self):
        self.company.isp_network_user_id = self.manager
        self.assertEqual(self.company._get_isp_person("network"), self.manager)
        self.company.isp_network_user_id = False
        user = self.company._get_isp_person("network")
        self.assertTrue(
            user.has_group("isp_base.isp_base_group_network_engineer"), user.name
        )
