from contextlib import suppress

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import GROUPS, IspCommon

ACCOUNTANT = "account.group_account_invoice"
MARK = "hushed-b7f3"
PHONE = "+62 811-7713-0042"
REFUSALS = (
    AccessError,
    UserError,
    ValueError,
    NotImplementedError,
    KeyError,
    TypeError,
)
# From what stands behind a door to one's company, from there to anybody.
TO_COMPANY = {
    "account.account": ["company_ids"],
    "res.company": [],
    "res.partner": ["user_ids", "company_ids"],
    "res.users": ["company_ids"],
}
# Models of which each user has a record here; the door of another model of the same
# search method adds nothing to theirs.
WITH_TRACES = ("ir.attachment", "res.company", "res.partner")
PARTNER = "user_ids.partner_id"
SECRETS = (
    ("res.partner", PARTNER, "phone"),
    ("isp.service", f"{PARTNER}.isp_service_ids", "phone"),
    ("isp.work.order", f"{PARTNER}.isp_service_ids.work_order_ids", "instruction"),
    ("isp.work.order", f"{PARTNER}.isp_service_ids.work_order_ids", "report"),
    ("mail.message", f"{PARTNER}.isp_service_ids.work_order_ids.message_ids", "body"),
)


class DoorsCommon(IspCommon):
    """Somebody's service, his visit and a note, and users of all roles who leave
    traces: records of their own, from which a path leads to everybody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {name: u for name, u in cls.users.items() if name != "public"}
        if cls.env.ref(ACCOUNTANT, raise_if_not_found=False):
            cls.users |= cls._create_users({"accountant": ACCOUNTANT})
        somebody = cls._create_users({"somebody": GROUPS["portal"]})["somebody"]
        for user in cls.users.values():
            cls._leave_traces(user)
        cls.service = cls._create_active_service(
            partner_id=somebody.partner_id.id, contact_name=MARK, phone=PHONE
        )
        somebody.partner_id.phone = PHONE
        cls.order = cls._create_order(
            cls.service,
            "started",
            instruction=MARK,
            pic_id=cls.stranger.id,
            technician_ids=[Command.set(cls.stranger.ids)],
        )
        cls.order.report = MARK
        cls.order.message_post(body=MARK)
        cls.env.flush_all()

    @classmethod
    def _leave_traces(cls, user):
        """Let the user own a file, and follow himself and his company."""
        files = cls.env["ir.attachment"].with_user(user).sudo()
        files.create({"name": "mine.txt", "raw": b"mine"})
        user.partner_id.message_subscribe(user.partner_id.ids)
        if "message_follower_ids" in user.company_id:  # as soon as there is accounting
            user.company_id.message_subscribe(user.partner_id.ids)


@tagged("post_install", "-at_install", "isp_together")
class TestDoors(DoorsCommon):
    """No sub-domain is searched with more rights than the person has who asks.

    What is proved of each relational field of each model holds for paths of any length:
    a path is such fields one after the other, each searched in one's own rights.
    """

    def _get_steps(self, model, every):
        """Yield the relational fields of a model; only those that Odoo treats in a way
        of its own, unless `every`."""
        for field in model._fields.values():
            if field.relational and field.comodel_name in self.env:
                special = field.search or field.bypass_search_access
                if every or special or model._name == "ir.attachment":
                    yield field

    def _is_searched_in_sudo(self, model, field):
        """Whether a leaf behind the field is searched as superuser."""
        seen = []

        def to_sql(model, _alias, _query):
            seen.append(model.env.su)
            return SQL("TRUE")

        leaf = Domain.custom(to_sql=to_sql)
        if self.env[field.comodel_name]._log_access:
            # Plain columns of a model that is nobody's may answer, what is beyond not.
            leaf &= Domain("create_uid", "!=", self.env.uid)
        # Some search methods of Odoo know no such leaf.
        with suppress(AttributeError, RecursionError, psycopg2.Error, *REFUSALS):
            with self.env.cr.savepoint():
                model.search_count([(field.name, "any", leaf)], limit=1)
        return any(seen)

    @mute_logger("odoo.sql_db")
    def test_no_field_leads_into_sudo(self):
        doors = set()
        for role, user in self.users.items():
            for name in sorted(self.registry):
                model = self.env[name].with_user(user)
                if model._abstract or not model.has_access("read"):
                    continue
                for field in self._get_steps(model, every=role == "manager"):
                    # Attachments are sifted by right after they were found in sudo.
                    if field.comodel_name == "ir.attachment":
                        continue
                    if self._is_searched_in_sudo(model, field):
                        doors.add(f"{role}: {field}")
        self.assertFalse(doors)

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_nothing_of_others_answers_behind_a_door(self):
        """As it was found: from a record of one's own to one's company, to its users
        and to anybody's services, visits and notes."""
        told, asked = [], 0
        for user in self.users.values():
            for door in self._find_doors(user):
                for tail, column in self._get_secrets(user):
                    asked += 1
                    if self._tells(door, f"{tail}.{column}"):
                        told.append(f"{user.login}: {door} {tail}.{column}")
        self.assertGreater(asked, 100)
        self.assertFalse(told)

    def _get_secrets(self, user):
        """Yield (path from a company, column) of what is hushed up for this user."""
        for model, tail, column in SECRETS:
            readable = self.env[model].with_user(user)
            if not readable.has_access("read") or not self._tells(readable, column):
                yield tail, column

    def _find_doors(self, user):
        """Yield a model with where its fields of special treatment lead to."""
        kinds = set()
        for name in sorted(self.registry):
            model = self.env[name].with_user(user)
            if model._abstract or model._transient or not model.has_access("read"):
                continue
            for field in self._get_steps(model, every=False):
                to_company = TO_COMPANY.get(field.comodel_name)
                kind = (field.name, field.comodel_name, field.search)
                if to_company is not None and kind not in kinds:
                    kinds |= {kind} if name in WITH_TRACES else set()
                    path = ".".join([field.name, *to_company])
                    yield model.with_context(isp_path=path)

    def _tells(self, model, path):
        start = model.env.context.get("isp_path")
        path = f"{start}.{path}" if start else path
        sought = Domain(path, "ilike", MARK) | Domain(path, "ilike", PHONE)
        with suppress(*REFUSALS):
            with self.env.cr.savepoint():
                return model.search_count(sought)
        return False

    def test_followers_are_found_as_ever(self):
        admin = self.admin
        partners = self.env["res.partner"].with_user(admin)
        mine = [("message_partner_ids", "=", admin.partner_id.id)]
        self.assertIn(admin.partner_id, partners.search(mine))
        named = [("message_partner_ids.name", "=", admin.name)]
        self.assertIn(admin.partner_id, partners.search(named))
        self.assertNotIn(
            admin.partner_id,
            partners.search([("message_partner_ids", "not any", [("name", "!=", "")])]),
        )
        files = self.env["ir.attachment"].with_user(admin)
        mine = files.search([("create_uid.login", "=", admin.login)])
        self.assertIn("mine.txt", mine.mapped("name"))

    def test_inner_searches_in_sudo_stay(self):
        """Code of ours that searches in sudo finds what nobody may who asks."""
        partners = self.env["res.partner"].with_user(self.portal).sudo()
        path = f"message_partner_ids.user_ids.company_ids.{PARTNER}.isp_service_ids"
        found = partners.search([(f"{path}.phone", "=", PHONE)])
        self.assertIn(self.portal.partner_id, found)


@tagged("post_install", "-at_install", "isp_alone")
class TestGroupsOfFields(DoorsCommon):
    """A field for some groups tells others nothing, whichever way they ask."""

    def _get_hidden(self, model):
        return [
            field
            for field in model._fields.values()
            if field.groups and not model._has_field_access(field, "read")
        ]

    def _get_ways(self, model, field):
        """Yield each way to ask for a field, named."""
        name = field.name
        yield "domain", lambda: model.search_count([(name, "!=", False)])
        yield "order", lambda: model.search([], order=name)
        yield "group", lambda: model.formatted_read_group([], [name], ["__count"])
        for function in ("count", "array_agg", "max"):
            aggregate = f"{name}:{function}"
            yield function, lambda a=aggregate: model.formatted_read_group([], [], [a])
        yield "export", lambda: model.search([], limit=1).export_data([name])
        yield "read", lambda: model.search([], limit=1).web_read({name: {}})

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_hidden_fields_answer_in_no_way(self):
        told = []
        for role, user in (self.users).items():
            for name in sorted(self.registry):
                model = self.env[name].with_user(user)
                ours = name.startswith(("isp.", "helpdesk.", "stock.lot"))
                if model._abstract or not ours or not model.has_access("read"):
                    continue
                for field in self._get_hidden(model):
                    told += [
                        f"{role}: {field} by {way}"
                        for way, ask in self._get_ways(model, field)
                        if self._answers(ask)
                    ]
        self.assertFalse(told)

    def _answers(self, ask):
        try:
            with self.env.cr.savepoint():
                answer = ask()
        except REFUSALS:
            return False
        return bool(answer)
