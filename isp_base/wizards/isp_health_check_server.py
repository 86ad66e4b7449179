from urllib.parse import urlsplit

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL, config

from odoo.addons.queue_job.jobrunner import _channels
from odoo.addons.queue_job.jobrunner.channels import ChannelManager

from .. import vault
from ..health import OK, PROBLEM, WARNING, Check, Finding

LOOPBACK = ("127.0.0.1", "::1", "localhost")
NAMED = 3  # so many users are named of those whose password is known
DEFAULT_PASSWORD = "admin"  # of the user admin, and of the database manager


class IspHealthCheck(models.TransientModel):
    """Whether the server is set up as one that serves subscribers must be."""

    _inherit = "isp.health.check"

    @api.model
    def _get_checks(self) -> list[Check]:
        return super()._get_checks() + [
            Check("workers", self.env._("Worker processes")),
            Check("channels", self.env._("Channels of jobs")),
            Check("web", self.env._("Web server in front")),
            Check("databases", self.env._("Choice of the database")),
            Check("passwords", self.env._("Passwords that everybody knows")),
            Check("vault", self.env._("Key of the secrets")),
            Check("zone", self.env._("Time zone of the company")),
            Check("copy", self.env._("Copy of a database")),
        ]

    def _measure_workers(self):
        workers = config["workers"]
        if workers:
            return Finding(OK, self.env._("%(count)s workers.", count=workers))
        return Finding(
            PROBLEM,
            self.env._("Odoo runs in one process: one slow request delays all others."),
            self.env._(
                "Set workers in odoo.conf: two for each core, and gevent_port behind "
                "the web server."
            ),
        )

    def _measure_channels(self):
        channels, workers = _channels(), config["workers"]
        (root,) = (
            channel
            for channel in ChannelManager.parse_simple_config(channels)
            if channel["name"] == "root"
        )
        if "queue_job" not in config["server_wide_modules"] or root["capacity"] == 0:
            return Finding(
                PROBLEM,
                self.env._("Nobody works on jobs: no bill and no mail leaves."),
                self.env._(
                    "Set server_wide_modules = base,rpc,web,queue_job in odoo.conf, "
                    "and channels = root:2 in its section [queue_job]."
                ),
            )
        found = self.env._("Channels: %(channels)s.", channels=channels)
        if workers and (root["capacity"] or 1) >= workers:
            return Finding(
                WARNING,
                found,
                self.env._(
                    "Jobs may take all workers (%(count)s), and people would wait: "
                    "give root less than that.",
                    count=workers,
                ),
            )
        return Finding(OK, found)

    def _measure_web(self):
        base = self.env["ir.config_parameter"].get_param("web.base.url") or ""
        interface = config["http_interface"]
        wrong = []
        if not config["proxy_mode"]:
            wrong.append(
                self.env._(
                    "Set proxy_mode = True behind a web server that compresses: else "
                    "all visitors have its address, and links are not HTTPS."
                )
            )
        if interface not in LOOPBACK:
            wrong.append(
                self.env._(
                    "Set http_interface = 127.0.0.1, so that nobody reaches Odoo past "
                    "the web server; a firewall does it where that is another machine."
                )
            )
        if urlsplit(base).scheme != "https":
            wrong.append(
                self.env._("Set web.base.url (System Parameters) to the HTTPS address.")
            )
        found = self.env._(
            "Address %(url)s; Odoo listens on %(interface)s.",
            url=base,
            interface=interface or "*",
        )
        serious = not config["proxy_mode"] or urlsplit(base).scheme != "https"
        state = PROBLEM if serious else WARNING if wrong else OK
        return Finding(state, found, "\n".join(wrong))

    def _measure_databases(self):
        wrong = []
        if config["list_db"]:
            wrong.append(
                self.env._("Set list_db = False: everybody sees the databases.")
            )
            if config.verify_admin_password(DEFAULT_PASSWORD):
                wrong.append(self.env._("Set a random admin_passwd."))
        if not (config["dbfilter"] or config["db_name"]):
            wrong.append(
                self.env._(
                    "Set dbfilter = ^%(name)s$: a visitor without a session would "
                    "reach no page once there is a second database.",
                    name=self.env.cr.dbname,
                )
            )
        if wrong:
            found = self.env._("The database is not fixed, or can be managed.")
            return Finding(PROBLEM, found, "\n".join(wrong))
        return Finding(OK, self.env._("One database, and no manager of databases."))

    def _measure_passwords(self):
        """Users of the demo data, and admin, whose password is still their login."""
        logins = self._get_known_users()._isp_get_logins_as_password(NAMED)
        if not logins:
            return Finding(OK, self.env._("No password of the demo is valid."))
        return Finding(
            PROBLEM,
            self.env._(
                "The password is the login: %(users)s …", users=", ".join(logins)
            ),
            self.env._("Change their passwords, or archive them."),
        )

    def _get_known_users(self):
        """Return the active users that everybody knows of: admin, and the demo's."""
        known = self.env["ir.model.data"].search(
            [("model", "=", "res.users"), ("module", "=like", "isp\\_%")]
        )
        users = self.env["res.users"].browse(known.mapped("res_id")).exists()
        admin = self.env.ref("base.user_admin", raise_if_not_found=False)
        return (users | (admin or users)).filtered("active").sorted("login")

    def _measure_vault(self):
        if vault.read_configured_keys():
            return Finding(OK, self.env._("The configuration has a key."))
        return Finding(
            PROBLEM,
            self.env._("The key lies in the database, beside what it protects."),
            self.env._(
                "Give odoo.conf a section [isp_vault] with keys, restart, and press "
                "Settings > Internet Services > Encrypt again. Keep a copy of the key "
                "apart from the backups."
            ),
        )

    def _measure_zone(self):
        unsure = self._get_companies().filtered(lambda c: not c._isp_knows_zone())
        if unsure:
            return Finding(
                WARNING,
                self.env._(
                    "Guessed for: %(names)s.", names=", ".join(unsure.mapped("name"))
                ),
                self.env._(
                    "Choose it at Settings > Internet Services > Time zone: bills and "
                    "dues change day at its midnight."
                ),
            )
        return Finding(OK, self.env._("Known for each company."))

    def _get_companies(self):
        """Return the companies of who asks; all of them where nobody in person does."""
        if self.env.uid == SUPERUSER_ID:
            return self.env["res.company"].search([("active", "=", True)])
        return self.env.user.company_ids

    def _measure_copy(self):
        parameters = self.env["ir.config_parameter"]
        wrong = []
        if parameters.get_param("database.is_neutralized"):
            wrong.append(
                self.env._(
                    "It is neutralised: nothing leaves it. Subscribers are served by "
                    "the original alone."
                )
            )
        if self._has_demo():
            wrong.append(
                self.env._(
                    "Demo data of these addons are in it: begin with a new database, "
                    "without them."
                )
            )
        if wrong:
            found = self.env._("This is no database for subscribers.")
            return Finding(WARNING, found, "\n".join(wrong))
        return Finding(OK, self.env._("Neither a neutralised copy nor a demo."))

    def _has_demo(self):
        query = SQL(
            "SELECT EXISTS (SELECT FROM ir_module_module "
            "WHERE name LIKE %s AND demo AND state = 'installed')",
            "isp\\_%",
        )
        return self.env.execute_query(query)[0][0]
