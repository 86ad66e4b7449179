import inspect
import random
import re
from contextlib import suppress
from urllib.parse import quote

from odoo.exceptions import UserError
from odoo.http import Request
from odoo.service.model import get_public_method
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_forged_values import ForgedCommon

SEED = 19
MEANT = {"/isp/health": 503}  # what tells a monitor that something is a problem
PER_ROUTE = 3  # requests of each person for each route and way
JUNK = ("", "0", "-1", "x'\"><b>", "%00", "../..", "99999999999999999999", "\u202e")
QUIET = (
    "odoo.sql_db",
    "odoo.http",
    "odoo.models",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
)


def _is_ours(function):
    module = getattr(inspect.unwrap(function), "__module__", "")
    return module.startswith(("odoo.addons.isp_", "odoo.addons.l10n_id_isp"))


@tagged("post_install", "-at_install", "isp_together")
class TestFuzz(ForgedCommon, HttpCase):
    """Whoever calls what of ours, with whatever: no error of the server, and nothing of
    another provider. The same calls every time; addons on top are called as well."""

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)

    # Routes

    def _get_routes(self):
        """Yield (rule, methods) of the routes of ours."""
        for rule in self.env["ir.http"].routing_map().iter_rules():
            if _is_ours(rule.endpoint.original_endpoint):
                if rule.endpoint.routing["type"] == "http":
                    yield rule, {"GET", "POST"} & set(rule.methods or {"GET", "POST"})

    def _fill(self, rule):
        """Return the path of a rule, with victims and junk in its place."""
        numbers = [str(victim.id) for victim in self.victims.values()]

        def choose(place):
            words = place[1].startswith(("string", "path")) or ":" not in place[1]
            return quote(self.random.choice(JUNK[1:] if words else numbers), safe="")

        return re.sub("<([^>]*)>", choose, rule.rule)

    @mute_logger(*QUIET)
    def test_routes(self):
        failed, told, asked = set(), set(), 0
        routes = sorted(self._get_routes(), key=lambda pair: pair[0].rule)
        people = {None: None} | self.users_b
        for role, user in people.items():
            self.authenticate(user and user.login, user and user.login)
            token = Request.csrf_token(self)
            for rule, methods in routes:
                for _time in range(PER_ROUTE if rule.arguments else 1):
                    path = self._fill(rule)
                    for method in sorted(methods):
                        asked += 1
                        answer = self._request(path, method, token)
                        meant = MEANT.get(rule.rule)
                        if answer.status_code >= 500 and answer.status_code != meant:
                            failed.add(f"{role}: {method} {rule.rule}")
                        if self._tells(answer.text):
                            told.add(f"{role}: {method} {rule.rule}")
        self.assertGreater(asked, 50)
        self.assertFalse(failed)
        self.assertFalse(told)

    def _request(self, path, method, token):
        if method == "GET":
            return self.url_open(path, allow_redirects=False)
        names = ("name", "login", "token", "service_id", "code", "note", "page")
        data = {name: self.random.choice(JUNK) for name in names}
        data["csrf_token"] = token
        return self.url_open(path, data=data, allow_redirects=False)

    # Methods

    def _get_methods(self, model):
        """Yield the names of the public methods that ours define on a model."""
        for name, function in inspect.getmembers(type(model), callable):
            if not name.startswith("_") and _is_ours(function):
                with suppress(Exception):
                    get_public_method(model, name)
                    yield name

    def _get_arguments(self, method):
        """Return junk for what the method wants, or None when it wants nothing."""
        wanted = [
            parameter
            for parameter in inspect.signature(method).parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        ]
        return [self.random.choice((*JUNK, 1, [], {}, None)) for _name in wanted]

    @mute_logger(*QUIET)
    def test_methods(self):
        failed, told, called = set(), set(), 0
        self._flush_tracking()
        before = self._snapshot()
        for role, user in self.users_b.items():
            for name in sorted(self.victims):
                victim = self.victims[name].with_user(user)
                for method in self._get_methods(victim):
                    called += 1
                    outcome = self._call(victim, method)
                    if isinstance(outcome, Exception):
                        failed.add(f"{role}: {name}.{method}: {outcome!r}")
                    elif self._tells(outcome):
                        told.add(f"{role}: {name}.{method}")
            self.assertEqual(self._snapshot(), before, role)
        self.assertGreater(called, 100)
        self.assertFalse(failed)
        self.assertFalse(told)

    def _call(self, victim, method):
        """Return what it answers, None where it refuses, or the error."""
        self.env.invalidate_all()
        function = getattr(victim, method)
        arguments = self._get_arguments(function)
        try:
            with self.env.cr.savepoint():
                return function(*arguments)
        except UserError:
            return None
        except Exception as error:
            return None if arguments else error  # junk of a wrong kind is its own fault

    def _snapshot(self):
        self.env.invalidate_all()
        return {
            name: victim.read(
                [
                    field.name
                    for field in victim._fields.values()
                    if field.store and field.column_type and field.type != "binary"
                ]
            )
            for name, victim in self.victims.items()
        }
