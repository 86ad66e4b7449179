from contextlib import suppress

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GROUPS, IspCommon

ACCOUNTANT = "account.group_account_invoice"
MARK = "hushed-c941"
PHONE = "+62 811-7713-0043"
USERNAME = "hushed-c941-user"


class ForgedCommon(IspCommon):
    """One record of each kind of one provider, and people of another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roles = GROUPS.keys() - {"public"}
        cls._create_other_company(roles)
        if cls.env.ref(ACCOUNTANT, raise_if_not_found=False):
            cls.users_b |= cls._create_users(
                {"accountant_b": ACCOUNTANT},
                company_id=cls.company_b.id,
                company_ids=[Command.set(cls.company_b.ids)],
            )
        cls.pop.write({"name": MARK, "company_id": cls.company.id})
        cls.area.write({"name": MARK, "company_id": cls.company.id})
        cls.plan.write({"name": MARK, "company_id": cls.company.id})
        cls.service = cls._create_active_service(
            contact_name=MARK, phone=PHONE, street=MARK, username=USERNAME
        )
        cls.service.partner_id.company_id = cls.company
        cls.order = cls._create_order(cls.service, "started", instruction=MARK)
        cls.order.report = MARK
        victims = [cls.service, cls.order, cls.service.partner_id, *cls._get_others()]
        cls.victims = {victim._name: victim for victim in victims}
        cls.env.flush_all()

    @classmethod
    def _get_others(cls):
        """Return what addons on top hang on the service, one record of each model."""
        others = []
        for name in sorted(cls.registry):
            model = cls.env[name]
            field = model._fields.get("service_id") or model._fields.get(
                "isp_service_id"
            )
            if model._abstract or model._transient or not field or not field.store:
                continue
            if name.startswith(("isp.", "helpdesk.")):
                others.append(
                    model.search([(field.name, "=", cls.service.id)], limit=1)
                )
        return [record for record in others if record]

    def _tells(self, answer):
        return any(mark in str(answer) for mark in (MARK, PHONE, USERNAME))


@tagged("post_install", "-at_install", "isp_together")
class TestForgedValues(ForgedCommon):
    """Values that name records of another provider tell nothing of them: neither a form
    that is not saved (``onchange``) nor a dialog that is."""

    def _get_forms(self, user):
        """Yield each model of ours whose form this user may open, as he sees it."""
        for name in sorted(self.registry):
            model = self.env[name].with_user(user)
            if model._abstract or not name.startswith(("isp.", "helpdesk.")):
                continue
            if model.has_access("create"):
                yield model

    def _get_forgeries(self, model):
        """Yield values that name a victim, by each relational field of the model."""
        for field in model._fields.values():
            if not field.relational or not model._has_field_access(field, "read"):
                continue
            if victim := self.victims.get(field.comodel_name):
                multi = field.type != "many2one"
                value = [Command.set(victim.ids)] if multi else victim.id
                yield {field.name: value}

    def _get_spec(self, model):
        spec = {}
        for name, field in model._fields.items():
            if model._has_field_access(field, "read") and field.type != "binary":
                named = field.relational and {"fields": {"display_name": {}}}
                spec[name] = named or {}
        return spec

    def _is_told(self, ask):
        """Whether the answer tells of a victim; a refusal does not."""
        self.env.invalidate_all()
        with suppress(Exception), self.env.cr.savepoint():
            return self._tells(ask())
        return False

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_onchange_tells_nothing(self):
        told, asked = set(), 0
        for role, user in self.users_b.items():
            for model in self._get_forms(user):
                spec = self._get_spec(model)
                for values in self._get_forgeries(model):
                    for way, ask in self._get_ways(model, values, spec):
                        asked += 1
                        if self._is_told(ask):
                            told.add(f"{role}: {model._name} {[*values]} by {way}")
        self.assertGreater(asked, 60)
        self.assertFalse(told)

    def _get_ways(self, model, values, spec):
        """Yield each way to bring a victim into a form, named."""
        (name,) = values
        victim = self.victims[model._fields[name].comodel_name]
        active = {
            "active_model": victim._name,
            "active_id": victim.id,
            "active_ids": victim.ids,
        }
        defaults = {f"default_{name}": values[name]}
        yield "value", lambda: model.onchange(dict(values), [name], spec)
        for way, context in (("default", defaults), ("active record", active)):
            seen = model.with_context(**context)
            yield way, lambda seen=seen: seen.onchange({}, [], spec)

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_a_saved_dialog_tells_nothing(self):
        told, asked = set(), 0
        for role, user in self.users_b.items():
            for model in self._get_forms(user):
                if not model._transient:
                    continue
                spec = self._get_spec(model)
                for values in self._get_forgeries(model):
                    asked += 1
                    if self._is_told(
                        lambda m=model, v=values, s=spec: m.create(dict(v)).web_read(s)
                    ):
                        told.add(f"{role}: {model._name} {[*values]}")
        self.assertGreater(asked, 5)
        self.assertFalse(told)

    def test_what_one_may_read_is_taken(self):
        order = self.env["isp.work.order"].with_user(self.admin)
        spec = {"contact_name": {}, "phone": {}}
        values = {"service_id": self.service.id}
        answer = order.onchange(dict(values), ["service_id"], spec)
        self.assertEqual(answer["value"]["phone"], PHONE)

    def test_what_is_on_the_record_already_is_no_forgery(self):
        """A technician's visit names a person in charge whom he may not read."""
        order = self.as_user(self.order, self.technician)
        values = {"service_id": self.service.id, "report": "Cable replaced."}
        answer = order.onchange(values, ["report"], {"report": {}, "phone": {}})
        self.assertNotIn("warning", answer)

    def test_lines_are_looked_at_too(self):
        line = {"service_id": self.service.id, "kind": "survey"}
        services = self.env["isp.service"].with_user(self.users_b["admin"])
        values = {"work_order_ids": [Command.create(line)]}
        spec = {"work_order_ids": {"fields": {"phone": {}}}}
        with self.assertRaises(AccessError):
            services.onchange(values, ["work_order_ids"], spec)
