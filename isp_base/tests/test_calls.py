import json
import re

from odoo.exceptions import AccessError, MissingError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import IspCommon

VIEWS = re.compile(r"action_(isp_)?(view|open)_")


@tagged("post_install", "-at_install")
class TestCalls(IspCommon, HttpCase):
    """Methods that RPC reaches answer those who may see the record."""

    def test_no_button_tells_strangers_what_hangs_on_a_record(self):
        self._create_order(self._create_active_service())
        problems = []
        for name in sorted(self.env.registry):
            model = self.env[name]
            if model._abstract or model._transient:
                continue
            methods = [
                method
                for method in dir(type(model))
                if VIEWS.match(method) and (name.startswith("isp.") or "isp_" in method)
            ]
            record = methods and (model.sudo().search([], limit=1) or model.browse(1))
            for role in ("portal", "employee"):
                seen = record and self._as(role, record)
                if not record or self._may_read(seen):
                    continue
                for method in methods:
                    try:
                        answer = call_kw(seen, method, [seen.ids], {})
                    except (AccessError, MissingError):
                        continue
                    problems.append(f"{role}: {name}.{method}: {answer}")
        self.assertFalse(problems, "\n".join(problems))

    def _may_read(self, record):
        try:
            return record.has_access("read")
        except MissingError:
            return False

    def test_jobs_are_not_made_by_rpc(self):
        for method in ("with_delay", "delayable"):
            for role in ("portal", "employee", "manager"):
                records = self._as(role, self.env["res.partner"])
                with self.assertRaises(AccessError, msg=f"{role} {method}"):
                    call_kw(records, method, [[]], {})

    @mute_logger("odoo.http")
    def test_a_token_of_a_service_opens_no_conversation(self):
        service = self._create_active_service()
        token = service.sudo()._portal_ensure_token()
        partner = service.partner_id
        before = len(service.message_ids)
        for role in (None, "portal"):
            login = self.users[role].login if role else None
            self.authenticate(login, login)
            for proof in (
                {"token": token},
                {"hash": service._sign_token(partner.id), "pid": partner.id},
            ):
                self.url_open(
                    "/mail/message/post",
                    data=json.dumps(
                        {
                            "params": {
                                "thread_model": "isp.service",
                                "thread_id": service.id,
                                "post_data": {
                                    "body": "Please cancel",
                                    "message_type": "comment",
                                },
                                **proof,
                            }
                        }
                    ),
                    headers={"Content-Type": "application/json"},
                )
        service.invalidate_recordset()
        self.assertEqual(len(service.message_ids), before)
