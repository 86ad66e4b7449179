import base64
import io

from PIL import Image

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..secret_field import DOT
from .common import PNG, IspCommon


@tagged("post_install", "-at_install")
class TestProtectedFields(IspCommon):
    """What only methods write, nobody writes by RPC: not even a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_service()
        cls.order = cls._create_order(cls.service, "started")

    def test_protected_fields_are_refused_to_all(self):
        for records in (self.service, self.order):
            names = records._get_protected_fields()
            self.assertIn("state", names)
            for role in ("sales", "technician", "engineer", "admin", "manager"):
                user = self.users[role]
                for name in names:
                    records.invalidate_recordset()
                    with self.assertRaises(AccessError, msg=f"{role} {name}"):
                        records.with_user(user).write({name: False})

    def test_protected_fields_are_refused_on_creation(self):
        for role in ("sales", "admin", "manager"):
            services = self.env["isp.service"].with_user(self.users[role])
            for name in services._get_protected_fields():
                with self.assertRaises(AccessError, msg=f"{role} {name}"):
                    services.create(self._prepare_registration(**{name: False}))

    def test_default_in_the_context_is_no_way_in(self):
        services = self.env["isp.service"].with_user(self.admin)
        service = services.with_context(
            default_state="active",
            default_access="open",
            default_date_activated="2026-01-01 00:00:00",
            default_suspension_ids=[Command.create({"reason": "manual"})],
        ).create(self._prepare_registration())
        self.assertEqual((service.state, service.access), ("draft", "none"))
        self.assertFalse(service.date_activated or service.suspension_ids)
        orders = self.env["isp.work.order"].with_user(self.admin)
        order = orders.with_context(default_state="done").create(
            {"service_id": service.id, "kind": "survey"}
        )
        self.assertEqual(order.state, "draft")

    def test_salesman_brings_only_what_he_registers(self):
        services = self.env["isp.service"].with_user(self.sales)
        for vals in (
            {"username": "vip"},
            {"plan_id": self.plan.id},
            {"priority": "3"},
            {"speed_override": True, "download_mbps": 1000, "upload_mbps": 1000},
            {"work_order_ids": [Command.create({"kind": "survey"})]},
        ):
            with self.assertRaises(AccessError, msg=vals):
                services.create(self._prepare_registration(**vals))
        service = services.with_context(
            default_plan_id=self.plan.id, default_priority="3"
        ).create(self._prepare_registration())
        self.assertFalse(service.plan_id)
        self.assertEqual(service.priority, "0")

    def test_commands_on_a_parent_are_no_way_in(self):
        partner = self.service.partner_id
        forged = {
            "res.partner": (partner, "isp_service_ids", self.service),
            "isp.pop": (self.pop, "service_ids", self.service),
            "isp.service": (self.service, "work_order_ids", self.order),
        }
        for role in ("sales", "technician", "engineer", "admin", "manager"):
            user = self.users[role]
            for parent, field, child in forged.values():
                command = Command.update(child.id, {"state": "cancelled"})
                with self.assertRaises(AccessError, msg=f"{role} {field}"):
                    self.as_user(parent, user).write({field: [command]})
                self.assertNotEqual(child.state, "cancelled")

    def test_web_save_is_no_way_in(self):
        for role in ("sales", "engineer", "admin"):
            service = self.as_user(self.service, self.users[role])
            with self.assertRaises(AccessError, msg=role):
                service.web_save({"state": "active"}, {"state": {}})
        services = self.env["isp.service"].with_user(self.sales)
        with self.assertRaises(AccessError):
            services.web_save(self._prepare_registration(access="open"), {"access": {}})

    def test_import_is_no_way_in(self):
        vals = self._prepare_registration()
        columns = ["contact_name", "phone", "state", "access"]
        rows = [[vals["contact_name"], vals["phone"], "active", "open"]]
        for role in ("sales", "admin"):
            services = self.env["isp.service"].with_user(self.users[role])
            answer = services.load(columns, rows)
            self.assertFalse(answer["ids"], role)
            self.assertIn("You may not write", str(answer["messages"]), role)
        existing = ["id", "state"]
        self.service.export_data(["id"])
        xml_id = self.service.get_external_id()[self.service.id]
        services = self.env["isp.service"].with_user(self.admin)
        answer = services.load(existing, [[xml_id, "active"]])
        self.assertFalse(answer["ids"])
        self.assertEqual(self.service.state, "draft")

    def test_suspensions_are_written_by_nobody(self):
        service = self._create_active_service()
        service._suspend("abuse")
        suspension = service.suspension_ids
        for role in ("sales", "technician", "engineer", "admin", "manager"):
            user = self.users[role]
            with self.assertRaises(AccessError, msg=role):
                self.as_user(suspension, user).write({"date_end": "2026-01-01"})
            with self.assertRaises(AccessError, msg=role):
                self.as_user(suspension, user).unlink()
            with self.assertRaises(AccessError, msg=role):
                self.env["isp.suspension"].with_user(user).create(
                    {"service_id": service.id, "reason": "manual"}
                )

    def test_write_of_a_forged_superuser_flag_changes_nothing(self):
        service = self.service.with_user(self.admin).with_context(su=True, uid=1)
        with self.assertRaises(AccessError):
            service.write({"state": "active"})


@tagged("post_install", "-at_install")
class TestWizardSecurity(IspCommon):
    """A dialog gives nobody a right that he lacks on the record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_other_company()
        cls.service = cls._create_active_service()
        cls.order = cls._create_order(cls.service, "started")

    def _forge(self, model, user, active, **vals):
        self.env.invalidate_all()
        return (
            self.env[model]
            .with_user(user)
            .with_context(
                active_model=active._name, active_id=active.id, active_ids=active.ids
            )
            .create(vals)
        )

    def test_reason_calls_nothing_but_what_takes_a_reason(self):
        for method in ("unlink", "_activate", "write", "_restore", "__class__"):
            wizard = self._forge(
                "isp.reason", self.admin, self.service, method=method, reason="x"
            )
            with self.assertRaisesRegex(UserError, "own button"):
                wizard.action_apply()
        wizard = self._forge(
            "isp.reason", self.admin, self.admin, method="_cancel", reason="x"
        )
        with self.assertRaisesRegex(UserError, "own button"):
            wizard.action_apply()
        wizard = self._forge(
            "isp.reason", self.admin, self.order, method="_terminate", reason="x"
        )
        with self.assertRaisesRegex(UserError, "own button"):
            wizard.action_apply()

    def test_dialogs_of_administrators_are_closed_to_others(self):
        for role in ("sales", "technician", "engineer", "warehouse", "employee"):
            user = self.users[role]
            for model, vals in (
                ("isp.reason", {"method": "_terminate", "reason": "x"}),
                ("isp.service.suspend", {"service_ids": self.service.ids}),
                ("isp.service.plan", {"plan_id": self.other_plan.id}),
            ):
                with self.assertRaises(AccessError, msg=f"{role} {model}"):
                    self._forge(model, user, self.service, **vals).action_apply()
        for role in ("sales", "technician", "warehouse", "employee", "portal"):
            with self.assertRaises(AccessError, msg=role):
                self._forge(
                    "isp.service.credentials",
                    self.users[role],
                    self.service,
                    username="x-1",
                ).action_apply()
        self.assertEqual((self.service.state, self.service.access), ("active", "open"))

    def test_administrators_of_another_company_reach_nothing(self):
        user = self.users_b["admin"]
        before = (self.service.state, self.service.username, self.service.plan_id)
        for model, active, vals in (
            ("isp.reason", self.service, {"method": "_terminate", "reason": "x"}),
            ("isp.reason", self.order, {"method": "_cancel", "reason": "x"}),
            ("isp.service.suspend", self.service, {}),
            ("isp.service.plan", self.service, {"plan_id": self.other_plan.id}),
            ("isp.service.credentials", self.service, {"username": "stolen"}),
            ("isp.service.credentials", self.service, {}),
        ):
            with self.assertRaises(AccessError, msg=model):
                self._forge(model, user, active, **vals).action_apply()
        with self.assertRaises(AccessError):
            self._forge(
                "isp.service.credentials.show",
                user,
                self.service,
                service_id=self.service.id,
            )
        with self.assertRaises(AccessError):
            self._forge(
                "isp.material.request",
                self.users_b["technician"],
                self.order,
                work_order_id=self.order.id,
            ).action_send()
        after = (self.service.state, self.service.username, self.service.plan_id)
        self.assertEqual(after, before)
        self.assertEqual(self.service.access, "open")

    def test_onchange_of_a_dialog_tells_nothing_of_another_company(self):
        secrets = (
            self.service.username,
            self.service._isp_get_secret("password"),
            self.plan.name,
        )
        for model, spec in (
            ("isp.service.credentials", {"username": {}, "password": {}}),
            ("isp.service.credentials.show", {"username": {}, "password": {}}),
            (
                "isp.service.plan",
                {"current_plan_id": {"fields": {"display_name": {}}}},
            ),
        ):
            self.env.invalidate_all()
            wizards = self.env[model].with_user(self.users_b["admin"])
            try:
                answer = wizards.with_context(active_id=self.service.id).onchange(
                    {"service_id": self.service.id}, ["service_id"], spec
                )
            except AccessError:
                continue
            for secret in secrets:
                self.assertNotIn(secret, str(answer), model)


@tagged("post_install", "-at_install", "isp_together")
class TestIdentity(IspCommon, HttpCase):
    """ID number and photo are for Sales and administrators."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_service(
            id_number="3171014506850001", id_photo=cls._get_large_photo()
        )
        cls.order = cls._create_order(cls.service, "started")
        cls.partner = cls.service.partner_id

    @classmethod
    def _get_large_photo(cls):
        buffer = io.BytesIO()
        Image.new("RGB", (40, 30), "red").save(buffer, "PNG")
        return base64.b64encode(buffer.getvalue()).decode()

    def test_others_read_neither_number_nor_photo(self):
        for role in ("technician", "engineer", "warehouse", "employee", "portal"):
            user = self.users[role]
            for records, names in (
                (self.service, ("id_number", "id_photo", "id_type")),
                (self.partner, ("isp_id_number", "isp_id_photo", "isp_id_type")),
            ):
                for name in names:
                    seen = self.as_user(records, user)
                    with self.assertRaises(AccessError, msg=f"{role} {name}"):
                        seen.read([name])
                    with self.assertRaises(AccessError, msg=f"{role} {name}"):
                        seen.write({name: False})
            with self.assertRaises(AccessError, msg=role):
                self.as_user(self.partner, user).search(
                    [("isp_id_number", "=like", "3171%")]
                )
            with self.assertRaises(AccessError, msg=role):
                self.as_user(self.order, user).search(
                    [("partner_id.isp_id_number", "=like", "3171%")]
                )

    def test_sales_and_administrators_read_them(self):
        for role in ("sales", "admin", "manager"):
            service = self.as_user(self.service, self.users[role])
            self.assertEqual(service.id_number, DOT * 12 + "0001")
            self.assertTrue(service.id_photo)
            for records in (service, service.partner_id):
                prefix = "isp_" if records == service.partner_id else ""
                number = records.isp_reveal(f"{prefix}id_number")
                self.assertEqual(number, "3171014506850001")
                self.assertEqual(
                    records.isp_reveal(f"{prefix}id_photo"),
                    self.partner._isp_get_secret("isp_id_photo"),
                )

    def test_others_are_not_told_number_and_photo(self):
        for role in ("technician", "engineer", "warehouse", "employee", "portal"):
            for records, prefix in ((self.service, ""), (self.partner, "isp_")):
                for name in ("id_number", "id_photo"):
                    seen = self.as_user(records, self.users[role])
                    with self.assertRaises(AccessError, msg=f"{role} {name}"):
                        seen.isp_reveal(f"{prefix}{name}")
        ids = [*self.service.ids, *self.partner.ids]
        lines = self.env["isp.secret.access"].search([("res_id", "in", ids)])
        self.assertFalse(lines)

    def test_the_number_is_in_no_group_of_anybody(self):
        for role in ("technician", "warehouse", "engineer", "sales", "manager"):
            for model, name in (
                ("isp.service", "id_number"),
                ("isp.work.order", "service_id.id_number"),
                ("stock.lot", "isp_service_id.id_number"),
            ):
                records = self.as_user(self.env[model], self.users[role])
                for ask in (
                    lambda r=records, n=name: r.formatted_read_group([], [n]),
                    lambda r=records, n=name: r._read_group([], [], [f"{n}:max"]),
                    lambda r=records, n=name: r.search([], order=n),
                    lambda r=records, n=name: r.search([(n, "=like", "3171%")]),
                ):
                    try:
                        answer = ask()
                    except (UserError, ValueError):
                        continue
                    self.fail(f"{role} {model} {name}: {answer}")

    def test_photo_is_no_attachment(self):
        """Odoo's own search of attachments runs past rights."""
        photos = self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_field", "=", "isp_id_photo")]
        )
        self.assertFalse(photos)

    def test_photo_is_served_to_nobody(self):
        content = base64.b64decode(self.partner._isp_get_secret("isp_id_photo"))
        self.assertNotEqual(content, base64.b64decode(PNG))
        paths = (
            f"/web/image/res.partner/{self.partner.id}/isp_id_photo",
            f"/web/image/isp.service/{self.service.id}/id_photo",
        )
        roles = ("sales", "technician", "engineer", "employee", "portal", None)
        for role in roles:
            login = self.users[role].login if role else None
            self.authenticate(login, login)
            for path in paths:
                served = self.url_open(path).content
                self.assertNotIn(content[-40:], served, f"{role} {path}")
