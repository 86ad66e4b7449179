from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import IspCommon
from .matrix import INTERNAL, MatrixCase

RIGHTS = {
    "isp.service": {
        "sales": "rwc",
        "technician": "r",
        "engineer": "rw",
        "admin manager": "rwcu",
        "warehouse": "r",
    },
    "isp.work.order": {
        "sales engineer warehouse": "r",
        "technician": "rw",
        "admin manager": "rwcu",
    },
    "isp.suspension": {"sales technician engineer admin manager": "r"},
    "isp.pop": {INTERNAL: "r", "manager": "rwcu"},
    "isp.area": {INTERNAL: "r", "manager": "rwcu"},
    "isp.lost.reason": {INTERNAL: "r", "manager": "rwcu"},
    "isp.subscriber.category": {INTERNAL: "r", "manager": "rwcu"},
    "isp.plan.kit.line": {INTERNAL: "r", "manager": "rwcu"},
    "isp.notice.event": {INTERNAL: "r", "manager": "rw"},
    "isp.secret.access": {"manager": "r"},
    "isp.outbox.entry": {"manager": "r"},
    "isp.health.check": {"manager": "r"},
    "isp.today.card": {INTERNAL: "r", "manager": "rwcu"},
    "isp.bulk": {"admin manager": "rwc"},
    "isp.bulk.line": {"admin manager": "r"},
    "isp.service.visit": {"admin manager": "rwcu"},
    "isp.reason": {"admin manager": "rwcu"},
    "isp.service.suspend": {"admin manager": "rwcu"},
    "isp.service.plan": {"admin manager": "rwcu"},
    "isp.service.pause": {"admin manager": "rwcu"},
    "isp.service.relocate": {"admin manager": "rwcu"},
    "isp.service.transfer": {"admin manager": "rwcu"},
    "isp.relocation": {"sales technician engineer admin manager": "r"},
    "isp.equipment.settle": {"technician admin manager warehouse": "rwcu"},
    "isp.equipment.settle.line": {"technician admin manager warehouse": "rwcu"},
    "isp.service.phones": {"admin manager": "rwcu"},
    "isp.service.credentials": {"engineer admin manager": "rwcu"},
    "isp.service.credentials.show": {INTERNAL: "rc"},
    "isp.material.request": {"technician admin manager": "rwcu"},
    "isp.material.request.line": {"technician admin manager": "rwcu"},
    "stock.picking": {"admin manager": "r", "warehouse": "rwcu"},
    "stock.move": {"technician admin manager": "r", "warehouse": "rwc"},
}


@tagged("post_install", "-at_install", "isp_alone")
class TestSecurityMatrix(MatrixCase, IspCommon):
    """Which group may do what with which model, and with which of its records."""

    def test_every_model_of_the_addon_is_in_the_matrix(self):
        self._assert_all_are_in(RIGHTS, "isp_base")

    def test_rights_are_those_of_the_matrix(self):
        self._leave_rights_of("isp_base")
        self._assert_rights(RIGHTS)

    def _find(self, model, user, records):
        self.env.invalidate_all()
        return self.env[model].with_user(user).search([("id", "in", records.ids)])

    def test_salesman_sees_his_own_prospects_alone(self):
        other = self._create_active_service(user_id=self.admin.id)
        own = self._create_active_service()
        for service in (own, other):
            service._suspend("manual")
            self._create_order(service)
        for field in (False, "work_order_ids", "suspension_ids"):
            both = own | other
            records = both[field] if field else both
            wanted = own[field] if field else own
            found = self._find(records._name, self.sales, records)
            self.assertEqual(found, wanted.with_user(self.sales))
        with self.assertRaises(AccessError):
            self.as_user(other, self.sales).read(["name"])
        with self.assertRaises(AccessError):
            self.as_user(other, self.sales).note = "mine now"

    def test_salesman_registers_for_nobody_else(self):
        services = self.env["isp.service"].with_user(self.sales)
        with self.assertRaises(AccessError):
            services.create(self._prepare_registration(user_id=self.admin.id))

    def test_technician_sees_where_he_is_sent(self):
        sent, other = self._create_active_service(), self._create_active_service()
        charged = self._create_active_service()
        self._create_order(sent, pic_id=self.stranger.id)
        self._create_order(charged, technician_ids=[Command.set(self.stranger.ids)])
        self._create_order(
            other,
            pic_id=self.stranger.id,
            technician_ids=[Command.set(self.stranger.ids)],
        )
        everything = sent | other | charged
        everything._suspend("manual")
        for field in (False, "work_order_ids", "suspension_ids"):
            records = everything[field] if field else everything
            wanted = (sent | charged)[field] if field else sent | charged
            found = self._find(records._name, self.technician, records)
            self.assertEqual(set(found.ids), set(wanted.ids), records._name)

    def test_engineer_warehouse_and_administrators_see_all(self):
        services = self._create_active_service() | self._create_active_service(
            user_id=self.admin.id
        )
        services._suspend("manual")
        for service in services:
            self._create_order(service, pic_id=False, technician_ids=False)
        for name in ("engineer", "admin", "manager"):
            for records in (services, services.work_order_ids, services.suspension_ids):
                found = self._find(records._name, self.users[name], records)
                self.assertEqual(set(found.ids), set(records.ids), name)
        for records in (services, services.work_order_ids):
            found = self._find(records._name, self.warehouse, records)
            self.assertEqual(set(found.ids), set(records.ids))

    def test_subscriber_reaches_nothing_by_rpc(self):
        service = self._create_active_service(partner_id=self.subscriber.id)
        order = self._create_order(service)
        service._suspend("manual")
        for records in (service, order, service.suspension_ids, self.pop, self.area):
            for user in (self.portal, self.public):
                with self.assertRaises(AccessError, msg=records._name):
                    self.as_user(records, user).read(["display_name"])
                with self.assertRaises(AccessError, msg=records._name):
                    self.env[records._name].with_user(user).search([])

    def test_what_a_group_may_read_it_may_read_whole(self):
        """No field of another model breaks a read() that names none."""
        service = self._create_active_service()
        order = self._create_order(service, "started")
        service._suspend("manual")
        for name in ("sales", "technician", "engineer", "warehouse", "admin"):
            user = self.users[name]
            for records in (service, order):
                self.assertTrue(self.as_user(records, user).read(), name)
        for user in (self.employee, self.sales, self.technician, self.portal):
            for records in (self.pop, self.area, self.plan, service.partner_id):
                seen = self.as_user(records, user)
                if not seen.has_access("read"):
                    continue
                ours = [
                    field
                    for field in seen.fields_get()
                    if seen._fields[field]._module == "isp_base"
                ]
                self.assertTrue(seen.read(ours or ["display_name"]), user.name)
