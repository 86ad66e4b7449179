from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import GROUPS, IspCommon

STATE_FIELDS = ("state", "isp_repair_status", "repair_status", "access", "kind")
OTHERS_MODELS = ("helpdesk.ticket",)
INTERNAL = [role for role in GROUPS if role not in ("portal", "public")]
FURTHER_ROLES = {"accountant": "account.group_account_manager"}


@tagged("post_install", "-at_install")
class TestWalk(IspCommon):
    """P1: what a role sees to edit it may edit, and what it sees to press it may press,
    in every state and with every addon that is installed. On demo data it walks the
    records of the demo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = cls.env["res.company"].search([])
        further = {
            role: group
            for role, group in FURTHER_ROLES.items()
            if cls.env.ref(group, raise_if_not_found=False)
        }
        people = {f"walking_{role}": GROUPS[role] for role in INTERNAL}
        people.update({f"walking_{role}": group for role, group in further.items()})
        cls.walkers = cls._create_users(
            people,
            company_id=companies[:1].id,
            company_ids=[Command.set(companies.ids)],
        )
        cls._create_in_every_state()

    @classmethod
    def _create_in_every_state(cls):
        """Make a service in each state, and visits: there may be no demo data."""
        technician = cls.walkers["walking_technician"]
        for state in cls.env["isp.service"]._fields["state"].get_values(cls.env):
            service = cls._create_service(user_id=cls.walkers["walking_sales"].id)
            service.state = state
            service._refresh_access()
        for state in ("draft", "scheduled", "started", "done"):
            cls._create_order(
                state=state,
                pic_id=technician.id,
                technician_ids=[Command.set(technician.ids)],
            )

    def _get_models(self):
        return [
            name
            for name, model in self.env.registry.items()
            if not (model._abstract or model._transient)
            and (name.startswith("isp.") or name in OTHERS_MODELS)
        ]

    def _get_samples(self, records):
        """Return a record of each combination of states that this user may read."""
        names = [name for name in STATE_FIELDS if name in records._fields]
        samples = {}
        for record in records.search([], limit=500):
            key = tuple(record.sudo()[name] for name in names)
            samples.setdefault(key, record)
        return samples.values()

    def _walk(self, role):
        """Return [what this role sees on a form and may not do]."""
        problems = []
        if role not in self.walkers:
            return problems  # a role of an addon that is not here
        for name in self._get_models():
            records = self.as_user(self.env[name], self.walkers[role])
            if not records.has_access("read"):
                continue
            if not self.env["ir.ui.view"].default_view(name, "form"):
                continue
            for record in self._get_samples(records):
                form = Form(record)  # to open it is most of the walk
                if record.has_access("write"):
                    problems += self._edit_all(record, form)
                problems += self._press_all(record, form)
        return problems

    @contextmanager
    def _undone(self):
        self.env.flush_all()
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _try(self, what, function, messages=False):
        """Return [what went wrong].

        :param messages: whether a message for the user is a problem too
        """
        with self._undone():
            try:
                function()
                self.env.cr.flush()
            except AccessError as error:
                return [f"{what}: {error}"]
            except UserError as error:
                return [f"{what}: {error}"] if messages else []
            except Exception as error:
                return [f"{what}: {type(error).__name__} {error}"]
        return []

    def _edit_all(self, record, form):
        """Write the values that it has into the fields that this user can edit: all at
        once, and where that is refused each alone."""
        vals = self._get_editable_vals(record, form)
        everything = self._try("", lambda: record.web_save(vals, {}), messages=True)
        if not everything:
            return []
        return [
            problem
            for name, value in vals.items()
            for problem in self._try(
                f"{record} {self._describe(record)}, edit {name}",
                lambda n=name, v=value: record.web_save({n: v}, {}),
            )
        ]

    def _get_editable_vals(self, record, form):
        values = form._get_eval_context()
        vals = {}
        for node in form._view["tree"].xpath(".//field[not(ancestor::field)]"):
            name = node.get("name")
            field = record._fields[name]
            readonly = form._view["fields"][name].get("readonly", False)
            if (
                field.type not in ("one2many", "many2many", "binary")
                and not self._is_true(node, "readonly", values, readonly)
                and self._is_seen(node, values)
            ):
                vals[name] = field.convert_to_write(record[name], record)
        return vals

    def _press_all(self, record, form):
        """Press each button that this user sees, and open the dialog it leads to."""
        values = form._get_eval_context()
        problems = []
        buttons = ".//button[@type='object'][not(ancestor::field)]"
        for button in form._view["tree"].xpath(buttons):
            if self._is_seen(button, values):
                name = button.get("name")
                problems += self._try(
                    f"{record} {self._describe(record)}, press {name}",
                    lambda n=name: self._press(record, n),
                )
        return problems

    def _press(self, record, name):
        action = call_kw(record, name, [record.ids], {})
        if not isinstance(action, dict) or "res_model" not in action:
            return
        if action.get("target") == "new":
            dialog = record.env[action["res_model"]].with_context(
                **action.get("context") or {}
            )
            Form(dialog.browse(action.get("res_id") or []))

    @staticmethod
    def _is_true(node, modifier, values, default=False):
        return safe_eval(node.get(modifier) or str(default), values)

    def _is_seen(self, node, values):
        nodes = [node, *node.iterancestors()]
        return not any(self._is_true(n, "invisible", values) for n in nodes)

    def _describe(self, record):
        names = [name for name in STATE_FIELDS if name in record._fields]
        return ", ".join(str(record.sudo()[name]) for name in names)


def _make_test(role):
    def test(self):
        problems = self._walk(f"walking_{role}")
        self.assertFalse(problems, "\n".join(problems))

    test.__doc__ = f"What {role} sees to edit and press works."
    return test


for _role in (*INTERNAL, *FURTHER_ROLES):
    setattr(TestWalk, f"test_what_{_role}_sees", _make_test(_role))
