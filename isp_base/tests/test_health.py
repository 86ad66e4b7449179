import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import config, mute_logger

from .. import health, vault
from ..backup import NOTE as BACKUP
from ..controllers.health import _answers
from ..health import OK, PROBLEM, WARNING
from .common import IspCommon

TOKEN = "a-token-of-the-tests-0123456789"
PRODUCTION = {
    "workers": 5,
    "proxy_mode": True,
    "http_interface": "127.0.0.1",
    "list_db": False,
    "dbfilter": "^isp$",
    "server_wide_modules": ["base", "rpc", "web", "queue_job"],
}


def configured(**values):
    return patch.dict(config.options, values)


@tagged("post_install", "-at_install", "isp_alone")
class TestHealth(IspCommon):
    """What the page Health says, to whom, and what it looks at."""

    def _find(self, code):
        return self.env["isp.health.check"].sudo()._measure(code)

    def _state(self, code):
        return self._find(code).state

    def test_a_manager_opens_the_page_and_nobody_else(self):
        for name, user in self.users.items():
            checks = self.env["isp.health.check"].with_user(user)
            if name != "manager":
                with self.assertRaises(AccessError, msg=name):
                    checks.action_open()
                continue
            action = checks.action_open()
            rows = checks.search(action["domain"])
            self.assertEqual(len(rows), len(checks._get_checks()))
            self.assertEqual(rows.mapped("state"), sorted(rows.mapped("state")))
            again = checks.search(rows.browse(rows.ids).action_open()["domain"])
            self.assertFalse(again & rows, "measured again")

    def test_every_finding_that_is_not_ok_says_what_to_do(self):
        for check, finding in self.env["isp.health.check"]._measure_all():
            self.assertTrue(finding.measured, check.code)
            self.assertTrue(finding.advice or finding.state == OK, check.code)

    def test_a_check_that_fails_is_a_problem_and_spoils_no_other(self):
        model = self.env.registry["isp.health.check"]

        def fail(checks):
            checks.env.cr.execute("SELECT no_such_column FROM res_users")

        with (
            patch.object(model, "_measure_zone", fail),
            mute_logger("odoo.sql_db", model.__module__),
            self.assertLogs(level="WARNING"),
        ):
            found = self.env["isp.health.check"]._measure_all()
        states = {check.code: finding.state for check, finding in found}
        self.assertEqual(states["zone"], PROBLEM)
        self.assertEqual(len(states), len(self.env["isp.health.check"]._get_checks()))

    def test_the_configuration_of_a_trial_is_none_for_subscribers(self):
        with configured(**{**PRODUCTION, "workers": 0}):
            self.assertEqual(self._state("workers"), PROBLEM)
        with configured(**{**PRODUCTION, "server_wide_modules": ["base", "web"]}):
            self.assertEqual(self._state("channels"), PROBLEM)
        with configured(**{**PRODUCTION, "workers": 1}):
            self.assertEqual(self._state("channels"), WARNING, "jobs take all workers")
        with configured(**{**PRODUCTION, "list_db": True}):
            self.assertEqual(self._state("databases"), PROBLEM)
        with configured(**{**PRODUCTION, "dbfilter": "", "db_name": []}):
            self.assertEqual(self._state("databases"), PROBLEM)
        address = self.env["ir.config_parameter"].sudo()
        address.set_param("web.base.url", "https://isp.example")
        with configured(**{**PRODUCTION, "proxy_mode": False}):
            self.assertEqual(self._state("web"), PROBLEM)
        with configured(**{**PRODUCTION, "http_interface": "0.0.0.0"}):
            self.assertEqual(self._state("web"), WARNING)
        with configured(**PRODUCTION):
            for code in ("workers", "channels", "databases", "web"):
                self.assertEqual(self._state(code), OK, code)
            address.set_param("web.base.url", "http://isp.example")
            self.assertEqual(self._state("web"), PROBLEM, "no HTTPS")

    def test_a_password_that_is_the_login_is_found(self):
        admin = self.env.ref("base.user_admin")
        admin.password = admin.login
        self.env.registry.clear_cache("stable")  # as in a process that just started
        self.assertEqual(self._state("passwords"), PROBLEM)
        self.assertIn(admin.login, self._find("passwords").measured)
        admin.password = "something else, and long"
        self.assertNotIn(
            admin.login, re.findall(r"\w+", self._find("passwords").measured)
        )

    def test_the_vault_without_a_key_is_a_problem(self):
        for keys, state in (((), PROBLEM), (("k" * 32,), OK)):
            with patch.object(vault, "read_configured_keys", lambda keys=keys: keys):
                self.assertEqual(self._state("vault"), state)

    def test_a_time_zone_is_guessed_where_the_country_has_several(self):
        companies = self.env["isp.health.check"].with_user(self.manager)
        partner = self.company.partner_id
        for tz, state in ((False, WARNING), ("Asia/Makassar", OK)):
            partner.tz = tz
            self.assertEqual(companies.sudo()._measure("zone").state, state)

    def test_jobs_that_nobody_works_on(self):
        self.env["queue.job"].search([]).unlink()
        self.assertEqual(self._state("jobs"), OK)
        job = self.env["res.partner"].with_delay().exists()
        job = self.env["queue.job"].search([("uuid", "=", job.uuid)])
        self.assertEqual(self._state("jobs"), OK, "it has just been made")
        self._set(job, date_created=fields.Datetime.now() - timedelta(hours=1))
        self.assertEqual(self._state("jobs"), PROBLEM)
        self._set(job, eta=fields.Datetime.now() + timedelta(hours=1))
        self.assertEqual(self._state("jobs"), OK, "its time has not come")
        self._set(job, state="failed")
        self.assertEqual(self._state("jobs"), WARNING)

    def _set(self, record, **values):
        """Write what no user may write."""
        record.flush_recordset()
        for name, value in values.items():
            self.env.cr.execute(
                f'UPDATE {record._table} SET "{name}" = %s WHERE id = ANY(%s)',
                [value, record.ids],
            )
        record.invalidate_recordset()

    def test_a_scheduled_action_that_is_late_fails_or_is_off(self):
        crons = self.env["ir.cron"].with_context(active_test=False).search([])
        now = fields.Datetime.now()
        self._set(crons, active=True, nextcall=now, failure_count=0)
        self.assertEqual(self._state("crons"), OK)
        mine = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "=", "isp_base")], limit=1
        )
        cron = crons.browse(mine.res_id)
        self._set(cron, failure_count=1)
        self.assertEqual(self._state("crons"), WARNING)
        self._set(cron, failure_count=0, active=False)
        self.assertEqual(self._state("crons"), WARNING)
        long_ago = now - timedelta(days=1)
        self._set(
            cron, active=True, nextcall=long_ago, lastcall=long_ago, write_date=long_ago
        )
        self.assertEqual(self._state("crons"), PROBLEM)
        self.assertIn(cron.cron_name, self._find("crons").measured)

    def test_no_mail_server_is_a_problem(self):
        servers = self.env["ir.mail_server"].search([])
        servers.active = False
        with configured(smtp_server="localhost"):
            self.assertEqual(self._state("mail"), PROBLEM)
            self.env["ir.mail_server"].create({"name": "M", "smtp_host": "127.0.0.1"})
            self.env["mail.mail"].search([]).state = "sent"
            self.assertEqual(self._state("mail"), OK)
            self.env["mail.mail"].create({"state": "exception"})
            self.assertEqual(self._state("mail"), WARNING)

    def test_a_backup_gets_old(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.search([("key", "=", BACKUP)]).unlink()
        self.assertEqual(self._state("backup"), PROBLEM, "there is none")
        for hours, state in ((1, OK), (30, WARNING), (80, PROBLEM)):
            moment = fields.Datetime.now() - timedelta(hours=hours)
            parameters.set_param(BACKUP, fields.Datetime.to_string(moment))
            self.assertEqual(self._state("backup"), state, hours)

    def test_text_for_prometheus(self):
        metric = health.Metric("isp_x", "What.", [({"a": 'b"\\\n'}, 1), ({}, 2.5)])
        self.assertEqual(
            health.render([metric]),
            '# HELP isp_x What.\n# TYPE isp_x gauge\nisp_x{a="b\\"\\\\\\n"} 1\n'
            "isp_x 2.5\n",
        )


@tagged("post_install", "-at_install", "isp_together")
class TestMonitor(IspCommon, HttpCase):
    """What a monitor without an account is told."""

    def _mend(self):
        _answers.clear()
        model = self.env.registry["isp.health.check"]
        for check in self.env["isp.health.check"]._get_checks():
            fine = patch.object(
                model, f"_measure_{check.code}", lambda _self: health.Finding(OK, "")
            )
            fine.start()
            self.addCleanup(fine.stop)

    def test_health_answers_200_or_503_and_tells_no_number(self):
        self._mend()
        response = self.url_open("/isp/health")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.json()["status"], "ok")
        model = self.env.registry["isp.health.check"]
        bad = health.Finding(PROBLEM, "secret number 4711", "advice")
        with patch.object(model, "_measure_jobs", lambda _self: bad):
            kept = self.url_open("/isp/health")
            self.assertEqual(kept.status_code, 200, "measured some seconds ago")
            _answers.clear()
            response = self.url_open("/isp/health")
        self.addCleanup(_answers.clear)
        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.json()["checks"]["jobs"], "problem")
        self.assertNotIn("4711", response.text)
        self.assertFalse(response.cookies, "no session for a monitor")

    def test_metrics_are_for_who_has_the_token(self):
        def ask(shown=None):
            headers = {"Authorization": shown} if shown else {}
            return self.url_open("/isp/metrics", headers=headers)

        with patch.object(health, "read_token", lambda: ""):
            for shown in (None, "Bearer ", "Bearer"):
                self.assertEqual(ask(shown).status_code, 404, "no token is set")
        with patch.object(health, "read_token", lambda: TOKEN):
            for shown in (None, TOKEN, f"Bearer {TOKEN}x", "Bearer \xe9"):
                self.assertEqual(ask(shown).status_code, 404, shown)
            response = ask(f"Bearer {TOKEN}")
        self.assertEqual(response.status_code, 200)
        self.assertIn("version=0.0.4", response.headers["Content-Type"])
        line = re.compile(r'# (HELP|TYPE) isp_\w+ .+|isp_\w+(\{\w+=".*"\})? -?[\d.e+]+')
        for text in response.text.splitlines():
            self.assertTrue(line.fullmatch(text), text)
        self.assertIn('isp_check_state{check="jobs"}', response.text)

    def test_a_short_token_opens_nothing(self):
        def short():
            raise ValueError("The token is short")

        with (
            patch.object(health, "read_token", short),
            mute_logger("odoo.addons.isp_base.controllers.health"),
        ):
            response = self.url_open(
                "/isp/metrics", headers={"Authorization": "Bearer "}
            )
        self.assertEqual(response.status_code, 404)
