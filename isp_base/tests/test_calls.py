import json
import re
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, MissingError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import IspCommon

VIEWS = re.compile(r"action_(isp_)?(view|open)_")


@tagged("post_install", "-at_install", "isp_together")
class TestCalls(IspCommon, HttpCase):
    """Methods that RPC reaches answer those who may see the record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_service(user_id=cls.admin.id)

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

    def test_nobody_who_works_here_renames_himself(self):
        """His name stands under reports, and in logs."""
        renamed = []
        technician = self.users["technician"]
        for role, user in self.users.items():
            for record in (user, user.partner_id, technician.partner_id):
                try:
                    with self.env.cr.savepoint():
                        card = self._as(role, record)
                        call_kw(card, "write", [card.ids, {"name": "Somebody"}], {})
                    renamed.append(f"{role}: {record}")
                except AccessError:
                    continue
        self.assertFalse(renamed)

    def _call_with_key(self, key, model, method, values):
        return self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps(values),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"bearer {key}",
            },
        )

    @mute_logger("odoo.http")
    def test_keys_of_machines_have_the_rights_of_their_person(self):
        """Odoo's newest way to call methods, /json/2, is another way in."""
        service = self._create_active_service()
        ids = {"ids": service.ids}
        calls = [
            ("read", {**ids, "fields": [name]})
            for name in ("password", "note", "id_number", "credentials_token")
        ]
        calls += [
            ("write", {**ids, "vals": {"state": "terminated"}}),
            ("isp_reveal", {**ids, "name": "password"}),
            ("_activate", ids),
            ("with_delay", ids),
            ("web_read", {**ids, "specification": {"password": {}}}),
            ("formatted_read_group", {"domain": [], "groupby": ["id_number"]}),
        ]
        for role in ("portal", "employee", "technician", "warehouse"):
            user = self.users[role]
            keys = self.env["res.users.apikeys"].with_user(user).sudo()
            key = keys._generate("rpc", "probe", datetime.now() + timedelta(days=1))
            own = {"ids": user.ids, "fields": ["name"]}
            answer = self._call_with_key(key, "res.users", "read", own)
            self.assertEqual(answer.json(), [{"id": user.id, "name": user.name}])
            for method, values in calls:
                answer = self._call_with_key(key, "isp.service", method, values)
                with self.subTest(role=role, method=method, values=values):
                    self.assertIn(answer.status_code, (403, 404, 422), answer.text)
        self.assertEqual(service.state, "active")

    def test_jobs_are_not_made_by_rpc(self):
        for method in ("with_delay", "delayable"):
            for role in ("portal", "employee", "manager"):
                records = self._as(role, self.env["res.partner"])
                with self.assertRaises(AccessError, msg=f"{role} {method}"):
                    call_kw(records, method, [[]], {})

    def test_nobody_mails_himself_the_link_for_anothers_password(self):
        """Odoo prints a template as superuser for whoever sends it unchanged."""
        template = self.env.ref("auth_signup.set_password_email")
        victim = self.users["manager"]
        roles = ("portal", "employee", "technician", "sales", "engineer", "admin")
        for role in roles:
            composers = self._as(role, self.env["mail.compose.message"])
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError,
                    self._send,
                    composers,
                    model="res.users",
                    res_ids=victim.ids,
                    template_id=template.id,
                )
        said = [("model", "=", "res.users"), ("res_id", "=", victim.id)]
        self.assertFalse(self.env["mail.message"].search_count(said))

    def test_a_template_tells_nothing_of_records_of_others(self):
        template = self.env["mail.template"].create(
            {
                "name": "About a service",
                "model_id": self.env["ir.model"]._get_id("isp.service"),
                "subject": "About",
                "body_html": "<p t-out='object.contact_name'/>",
            }
        )
        for role in ("technician", "sales", "employee"):
            composers = self._as(role, self.env["mail.compose.message"])
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError,
                    self._send,
                    composers,
                    model="isp.service",
                    res_ids=self.service.ids,
                    template_id=template.id,
                )
        self._send(
            self._as("admin", self.env["mail.compose.message"]),
            model="isp.service",
            res_ids=self.service.ids,
            template_id=template.id,
        )
        said = self.service.sudo().message_ids.sorted("id")[-1:]
        self.assertIn(self.service.contact_name, said.body)

    def _send(self, composers, res_ids, **vals):
        composer = composers.create(
            {"composition_mode": "mass_mail", "res_ids": str(res_ids), **vals}
        )
        composer.action_send_mail()

    def test_nobody_brings_a_mail_that_somebody_else_has_written(self):
        """Not even those who may write the record: a mail says itself whose it is."""
        mail = (
            "From: subscriber@example.com\nTo: office@example.com\nSubject: Re\n"
            "Message-Id: <forged@example.com>\n\nI pay twice."
        )
        for role in ("portal", "employee", "technician", "admin", "manager"):
            service = self._as(role, self.service)
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError,
                    service.message_process,
                    "isp.service",
                    mail,
                    thread_id=self.service.id,
                )
        gate = self.env["mail.thread"].sudo()
        gate.message_process("isp.service", mail, thread_id=self.service.id)
        self.assertIn("I pay twice", self.service.sudo().message_ids[:1].body)

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
