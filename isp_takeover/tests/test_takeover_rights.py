import base64

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import TODAY, TakeoverCommon

OPERATIONS = ("read", "write", "create", "unlink")
OTHERS = (
    "sales",
    "technician",
    "engineer",
    "admin",
    "accountant",
    "employee",
    "portal",
)


@tagged("post_install", "-at_install", "isp_alone")
@freeze_time(TODAY)
class TestTakeoverRights(TakeoverCommon):
    def test_it_is_for_managers_alone(self):
        takeover = self._upload([self._row()])
        for role in OTHERS:
            for records in (takeover, takeover.line_ids):
                for operation in OPERATIONS:
                    with self.subTest(role=role, model=records._name, op=operation):
                        mine = self._as(role, records)
                        self.assertFalse(mine.has_access(operation))
        for method in ("action_test", "action_import", "action_continue"):
            for role in OTHERS:
                with self.subTest(role=role, method=method):
                    mine = self._as(role, takeover)
                    self._assert_refused(AccessError, getattr(mine, method))

    def test_rows_are_not_written_by_hand(self):
        line = self._upload([self._row()]).line_ids
        self._assert_refused(AccessError, line.write, {"state": "ok"})

    def test_another_company_sees_nothing(self):
        self._create_other_company(roles=("manager",))
        takeover = self._upload([self._row()])
        stranger = self.users_b["manager"]
        for records in (takeover, takeover.line_ids):
            found = self.as_user(records, stranger)
            self.assertFalse(found.search([("id", "in", records.ids)]))
            self._assert_refused(AccessError, found.read, ["display_name"])

    def test_the_services_are_those_of_the_company(self):
        self._create_other_company(roles=("manager",))
        self._open_books(self.company_b)
        self.users["manager"].company_ids = [Command.link(self.company_b.id)]
        takeover = self._upload([self._row()])
        both = takeover.with_context(
            allowed_company_ids=[self.company_b.id, self.company.id]
        )
        both.action_test()
        both.action_import()
        self.assertEqual(takeover.line_ids.service_id.company_id, self.company)

    def test_file_and_passwords_are_forgotten_by_the_import(self):
        takeover = self._upload([self._row(), self._row(Plan="unknown")])
        takeover.action_test()
        lines = takeover.line_ids
        passwords = lines._isp_get_secrets("password").values()
        self.assertEqual(len(passwords), 2)
        with self.assertLogs(level="DEBUG") as logs:
            takeover.action_import()
        self.assertEqual(takeover.line_ids.mapped("state"), ["done", "error"])
        self.env.flush_all()
        for name in ("password", "values"):
            self.assertFalse(lines._isp_get_secrets(name))
        self.assertFalse(takeover.file)
        self.assertFalse(self._find_attachments(takeover))
        service = takeover.line_ids.service_id.sudo()
        chatter = " ".join(service.message_ids.mapped("body"))
        self.assertIn("subscribers.csv", chatter)
        told = [r.getMessage() for r in logs.records if r.name != "odoo.sql_db"]
        for password in passwords:
            self.assertNotIn(password, chatter)
            self.assertNotIn(password, " ".join(told))

    def _find_attachments(self, takeover):
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "isp.takeover"),
                    ("res_id", "=", takeover.id),
                    ("res_field", "!=", False),
                ]
            )
        )

    def test_jobs_carry_no_values(self):
        takeover = self._upload([self._row() for _n in range(150)])
        takeover.with_context(queue_job__no_delay=False).action_test()
        jobs = (
            self.env["queue.job"].sudo().search([("model_name", "=", "isp.takeover")])
        )
        self.assertEqual(len(jobs), 2)
        for job in jobs:
            self.assertNotIn("Rahasia", f"{job.args} {job.kwargs} {job.name}")

    def test_a_file_that_nobody_imports_is_forgotten(self):
        old, fresh = self._upload([self._row()]), self._upload([self._row()])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE isp_takeover SET write_date = '2026-05-01' WHERE id = %s", [old.id]
        )
        self.env.invalidate_all()
        self.env["isp.takeover"]._gc_files()
        self.assertFalse(old.exists())
        self.assertTrue(fresh.exists())


@tagged("post_install", "-at_install", "isp_together")
class TestTakeoverDownload(TakeoverCommon, HttpCase):
    def _open(self, role, url):
        self.authenticate(self.users[role].login, self.users[role].login)
        with mute_logger("odoo.http"):
            return self.url_open(url)

    def test_the_template(self):
        url = "/isp_takeover/template"
        answer = self._open("manager", url)
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.content.startswith(b"PK"))
        self.assertIn(".xlsx", answer.headers["Content-Disposition"])
        for role in ("admin", "portal"):
            with self.subTest(role=role):
                self.assertEqual(self._open(role, url).status_code, 403)

    def test_the_errors(self):
        takeover = self._upload([self._row(Plan="unknown")])
        takeover.action_test()
        url = f"/isp_takeover/{takeover.id}/errors"
        answer = self._open("manager", url)
        self.assertIn("“unknown” is not known", answer.content.decode())
        self.assertEqual(self._open("admin", url).status_code, 403)
        uploaded = base64.b64decode(takeover._isp_get_secret("file"))
        self.assertIn(b"Rahasia", uploaded)
        self.assertNotIn(b"Rahasia", answer.content)
