import struct
import zlib
from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command, fields
from odoo.fields import Domain
from odoo.orm.model_classes import add_to_registry

from odoo.addons.base.tests.common import BaseCommon

GROUPS = {
    "sales": "isp_base.isp_base_group_sales",
    "technician": "isp_base.isp_base_group_technician",
    "engineer": "isp_base.isp_base_group_network_engineer",
    "admin": "isp_base.isp_base_group_admin",
    "manager": "isp_base.isp_base_group_manager",
    "warehouse": "stock.group_stock_user",
    "employee": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
PNG = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    b"awAAAABJRU5ErkJggg=="
)
# How a photo begins that an iPhone keeps
HEIC = b"\0\0\0\x18ftypheic" + bytes(40)


# Where there are demo data, tools/templates.py makes it beside the demo's own.
TESTED_COMPANY = "Provider of the Tests"


def make_bomb(side=40_000):
    """Return a PNG of some kilobytes that has 1.6 billion pixels."""

    def chunk(kind, data):
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + content


class IspCommon(BaseCommon):
    """An Indonesian provider: one user of each group, a plan, a POP, an area. On demo
    data it is a company of its own, so that what tests count is theirs alone.

    ``self.sales``, ``self.admin``… are users; ``self.as_user(records, user)`` gives
    the records as that user sees them, with nothing cached of what another may read.
    """

    @classmethod
    def default_env_context(cls):
        """Chatter and tracking are part of what is tested."""
        return {"no_reset_password": True}

    @classmethod
    def setup_independent_company(cls, **kwargs):
        company = cls.env["res.company"].search([("name", "=", TESTED_COMPANY)])
        if not company:
            return super().setup_independent_company(**kwargs)
        visitor = cls.env.ref("base.public_user")
        visitor.company_ids = [Command.link(company.id)]
        visitor.company_id = company
        return company

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.id")
        users = cls._create_users({**GROUPS, "stranger": GROUPS["technician"]})
        for name, user in users.items():
            setattr(cls, name, user)
        cls.users = {name: users[name] for name in GROUPS}
        cls.area = cls.env["isp.area"].create({"name": "Palmerah", "code": "PLM"})
        cls.pop = cls.env["isp.pop"].create(
            {"name": "POP Palmerah", "code": "PLM", "area_id": cls.area.id}
        )
        cls.category = cls.env.ref("isp_base.isp_subscriber_category_home")
        cls.plan = cls._create_plan("Home 20", 20, 10)
        cls.other_plan = cls._create_plan("Home 50", 50, 25)
        cls.subscriber = cls.portal.partner_id
        cls.subscriber.phone = "+62 812-3456-7000"

    @classmethod
    def _extend_models(cls, *definitions):
        """Put definitions of models into the registry, as another addon would.

        :param definitions: classes with ``_inherit`` and ``_module = None``
        """
        names = [definition._name for definition in definitions]
        for name in set(names):
            model = cls.registry[name]
            cls.addClassCleanup(
                setattr, model, "_base_classes__", model._base_classes__
            )
        for definition in definitions:
            add_to_registry(cls.registry, definition)
        cls.registry._setup_models__(cls.cr, [])
        cls.registry.init_models(cls.cr, names, {"models_to_check": True})

    @classmethod
    def _create_users(cls, groups, **vals):
        """Return {name: user who logs in as isp_name}, made together, which takes a
        third of the time.

        :param groups: {name: external id of the group}
        """
        users = cls.env["res.users"].create(
            [
                {
                    "login": f"isp_{name}",
                    "password": f"isp_{name}",
                    "name": name.replace("_", " ").title(),
                    "email": f"{name}@provider.example",
                    "tz": "Asia/Jakarta",
                    "group_ids": [Command.set(cls.env.ref(group).ids)],
                    **vals,
                }
                for name, group in groups.items()
            ]
        )
        return dict(zip(groups, users, strict=True))

    @classmethod
    def _create_plan(cls, name, download, upload, **vals):
        return cls.env["product.template"].create(
            {
                "name": name,
                "type": "service",
                "is_internet_plan": True,
                "isp_download_mbps": download,
                "isp_upload_mbps": upload,
                **vals,
            }
        )

    @classmethod
    def _prepare_registration(cls, **vals):
        """Return what a salesman writes down; every call is another person."""
        cls.registered = getattr(cls, "registered", 0) + 1
        return {
            "contact_name": f"Siti {cls.registered:03d}",
            "phone": f"+62 812-3456-{cls.registered:04d}",
            "email": f"siti{cls.registered:03d}@example.com",
            "street": "Jalan Anggrek 14",
            "city": "Jakarta Barat",
            **vals,
        }

    @classmethod
    def _create_service(cls, **vals):
        """Return a complete draft, registered by the salesman."""
        registration = cls._prepare_registration(user_id=cls.sales.id)
        service = cls.env["isp.service"].create(
            {
                **registration,
                "category_id": cls.category.id,
                "area_id": cls.area.id,
                "pop_id": cls.pop.id,
                "plan_id": cls.plan.id,
                **vals,
            }
        )
        service._ensure_credentials()
        return service

    @classmethod
    def _create_active_service(cls, **vals):
        service = cls._create_service(**vals)
        cls._activate(service)
        return service

    @classmethod
    def _activate(cls, services):
        """Activate complete drafts, whatever steps addons put before it."""
        with cls._steps_taken(services):
            services._activate(services)

    @classmethod
    def _press_activate(cls, services):
        """Press Activate, as the user of the records does after the last step."""
        with cls._steps_taken(services):
            return services.action_activate()

    @classmethod
    def _prepare_report(cls, text):
        """Return the least that an installation's report says, whatever addons ask."""
        names = {"speed_test_download", "speed_test_upload"}
        measured = names & cls.env["isp.work.order"]._fields.keys()
        return {"report": text, **dict.fromkeys(measured, 9.5)}

    @classmethod
    @contextmanager
    def _steps_taken(cls, services):
        """Bring drafts to where they are activated; within this, nothing is missing
        that an addon asks for besides."""
        waiting = cls._take_steps(services)
        cls._complete_terms(services.sudo())
        if not waiting:
            yield
            return
        model = cls.registry["isp.service"]
        with patch.object(model, "_get_missing_for_activation", lambda service: []):
            yield

    @classmethod
    def _take_steps(cls, services):
        """Bring drafts to where they are activated, as they are; return those that were
        not there yet."""
        state = services._get_activatable_states()[0]
        drafts = services.sudo().filtered(lambda s: s.state == "draft" != state)
        drafts.write({"state": state})
        return drafts

    @classmethod
    def _complete_terms(cls, services):
        """Give what is to be active the terms that isp_billing asks for."""
        if "billing_schedule_id" not in services._fields:
            return
        today = cls.company._get_isp_today()
        services.filtered(lambda s: not s.activation_date).activation_date = today
        unscheduled = services.filtered(lambda s: not s.billing_schedule_id)
        if unscheduled:
            schedules = cls.env["isp.billing.schedule"]
            unscheduled.billing_schedule_id = schedules.search([], limit=1)

    @classmethod
    def _create_order(cls, service=None, state="draft", **vals):
        """Return an installation of tomorrow, 9 to 11, for ``cls.technician``."""
        tomorrow = fields.Datetime.add(fields.Datetime.today(), days=1, hours=2)
        order = cls.env["isp.work.order"].create(
            {
                "service_id": (service or cls._create_service()).id,
                "kind": "installation",
                "planned_start": tomorrow,
                "pic_id": cls.technician.id,
                "technician_ids": [Command.set(cls.technician.ids)],
                **vals,
            }
        )
        if state != "draft":
            order.action_schedule()
        if state in ("started", "done"):
            order.action_start()
        if state == "done":
            # Not handed in: addons above ask for more in a report.
            order.write({"state": "done", "date_finished": fields.Datetime.now()})
            order.flush_recordset()
        return order

    @classmethod
    def _create_other_company(cls, roles=("sales", "technician", "admin")):
        """Give the class ``company_b`` and in it a user of each of these groups."""
        cls.company_b = cls.env["res.company"].create(
            {"name": "Other Provider", "country_id": cls.env.ref("base.id").id}
        )
        users = cls._create_users(
            {f"{name}_b": GROUPS[name] for name in roles},
            company_id=cls.company_b.id,
            company_ids=[Command.set(cls.company_b.ids)],
        )
        cls.users_b = {name: users[f"{name}_b"] for name in roles}

    @classmethod
    def _leave_rights_of(cls, *addons):
        """Take away the rights on models that come with other addons, so that a matrix
        is that of its addon wherever it is tested."""
        data = cls.env["ir.model.data"].search(
            Domain("model", "=", "ir.model.access")
            & Domain("module", "not in", addons)
            & (
                Domain("module", "=like", "isp%")
                # Administrators of services make invoices too, with isp_billing.
                | Domain("module", "=", "stock_account")
            )
        )
        cls.env["ir.model.access"].browse(data.mapped("res_id")).active = False

    @contextmanager
    def _mails_at_once(self):
        """Give a list that grows by the mails that do not wait for the queue; none
        leaves in tests."""
        left = []
        mails = self.registry["mail.mail"]
        with patch.object(mails, "send_after_commit", lambda m: left.extend(m.ids)):
            yield left

    def _flush_tracking(self):
        """Let the chatter tell what has changed so far, as the commit does."""
        self.env.flush_all()
        self.cr.precommit.run()

    @classmethod
    def as_user(cls, records, user):
        """Return the records as this user, from a cache that holds nothing yet."""
        cls.env.invalidate_all()
        return records.with_user(user).with_context(allowed_company_ids=None)

    @classmethod
    def _as(cls, role, records):
        """Return the records as the user of this role, with nothing cached."""
        return cls.as_user(records, cls.users[role])

    def _assert_refused(self, error, function, *args, **kwargs):
        """Call it, expect this error and return its message; nothing is left of it."""
        with self.assertRaises(error) as caught, self.env.cr.savepoint():
            function(*args, **kwargs)
        return str(caught.exception)
