from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..const import DELAYS, ROUTER_GROUPS
from ..exceptions import NetworkError, RefusedError
from ..radius.transport import RadiusClient

TEST_TIMEOUT = 5  # seconds; FreeRADIUS waits one second before it refuses
# Of an answer: they say nothing about the line.
HIDDEN_ATTRIBUTES = {"Acct-Interim-Interval", "Class", "Message-Authenticator"}


class IspService(models.Model):
    """What a person does about the line of one service, at once, seeing the answer."""

    _inherit = "isp.service"

    def action_disconnect(self):
        """Close all sessions; the devices log in again and get what is right."""
        self.ensure_one()
        self._check_network_engineer()
        service = self.sudo()
        sessions = self.env["isp.session"]._get_open(service)[service.id]
        if not sessions:
            raise UserError(self.env._("%(name)s is not online.", name=self.name))
        routers = {
            number: service._lock_router_of_session(number)
            for number in {session["router_id"] for session in sessions}
        }
        commands = self.env["isp.radius.command"].union(
            *(
                service._send_commands(
                    [("disconnect", {**session, "service_id": service.id})],
                    routers[session["router_id"]],
                    self.env.user,
                )
                for session in sessions
            )
        )
        service._enqueue_sync(seconds=DELAYS[0])
        failed = commands.filtered(lambda command: command.answer != "done")
        return (failed or commands)[0]._show()

    def _lock_router_of_session(self, router_id):
        """Return the isp.router (sudo), with which nobody else talks until the end.

        :raises UserError: when it cannot be asked
        """
        router = self.env["isp.router"].browse(router_id).exists()
        if not router:
            raise UserError(self.env._("The router of this session is not known here."))
        if router.state == "down":
            raise UserError(
                self.env._(
                    "%(router)s does not answer. Press “Test CoA” on the router, or "
                    "wait until it is back.",
                    router=router.name,
                )
            )
        if not router._try_lock_wire():
            raise UserError(
                self.env._(
                    "Changes are on their way to %(router)s just now: try again in a "
                    "moment.",
                    router=router.name,
                )
            )
        return router

    def action_free_session(self):
        """Count the session of a device that is dead as ended, so that another one may
        log in; noted in the history. Should it live, its accounting opens it again."""
        self.ensure_one()
        self._check_may_free_session()
        freed = self.env["isp.session"]._free(self.sudo())
        if not freed:
            raise UserError(self.env._("%(name)s is not online.", name=self.name))
        for session in freed:
            self.sudo()._message_log(
                body=self.env._(
                    "%(user)s freed the session of the device %(mac)s at %(router)s, "
                    "last heard of at %(moment)s UTC.",
                    user=self.env.user.name,
                    mac=session["mac"] or "–",
                    router=session["router"] or "–",
                    moment=fields.Datetime.to_string(session["updated_at"]),
                )
            )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_new_password(self):
        """Give a new password, have the session closed, and show it."""
        self.ensure_one()
        self._change_credentials(self.username, self._generate_password())
        return self.action_show_credentials()

    def action_test_login(self):
        """Log in at FreeRADIUS as the subscriber's device does; show its answer."""
        self.ensure_one()
        self._check_may_see_credentials()
        service = self.sudo()
        service._check_complete(lambda s: s._get_missing(["username", "password"]))
        server = service._get_radius_server()
        client = RadiusClient(
            server.host,
            server.auth_port,
            server._isp_get_secret("secret"),
            TEST_TIMEOUT,
            self.env["isp.router"]._get_dictionaries(),
        )
        try:
            password = service._isp_get_secret("password")
            answer = client.authenticate(service.username, password)
        except RefusedError as error:
            reason = self._get_rejection_reason(error.text)
            detail = self.env._("Turned away: %(reason)s", reason=reason or error)
            values = {"answer": "refused", "detail": detail}
        except NetworkError as error:
            values = self._prepare_failure(error)
        else:
            values = {"answer": "done", "detail": self._describe_accept(answer)}
        command = (
            self.env["isp.radius.command"]
            .sudo()
            .create(
                {
                    "service_id": self.id,
                    "kind": "test",
                    "user_id": self.env.uid,
                    "date": fields.Datetime.now(),
                    **values,
                }
            )
        )
        return command._show()

    def _get_radius_server(self):
        """:raises UserError: when there is none"""
        server = self.env["isp.radius.server"].search(
            [("company_id", "in", [False, self.company_id.id])], limit=1
        )
        if not server:
            raise UserError(
                self.env._(
                    "There is no FreeRADIUS server yet: a network engineer adds it "
                    "under Network > FreeRADIUS Servers."
                )
            )
        return server

    def _describe_accept(self, answer):
        """Return in words what the log-in was given.

        :param answer: transport.Answer
        """
        given = ", ".join(
            f"{name} {', '.join(map(str, values))}"
            for name, values in answer.attributes.items()
            if name not in HIDDEN_ATTRIBUTES
        )
        return self.env._("Accepted: %(given)s", given=given or "–")

    def _check_may_free_session(self):
        """:raises AccessError: for anyone but administrators and network engineers"""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_groups(ROUTER_GROUPS)):
            raise AccessError(
                self.env._("Administrators and network engineers free sessions.")
            )

    def _check_network_engineer(self):
        """:raises AccessError: for anyone but network engineers"""
        self.check_access("read")
        engineer = "isp_base.isp_base_group_network_engineer"
        if not (self.env.su or self.env.user.has_group(engineer)):
            raise AccessError(self.env._("Only network engineers may do this."))
