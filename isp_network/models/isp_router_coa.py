from concurrent.futures import ThreadPoolExecutor

from odoo import api, fields, models
from odoo.fields import Domain

from ..exceptions import NetworkError, UnreachableError
from ..radius.transport import RadiusClient

PROBE = {"User-Name": "odoo-probe", "Acct-Session-Id": "odoo-probe"}
PROBES_AT_ONCE = 64
PROBE_SECONDS = 15  # after the first silence
PROBE_MINUTES = 5  # between two looks at a router that answers
HELP_ACTIVITY = "isp_network.mail_activity_router_help"


class IspRouter(models.Model):
    """Talking to a router about its sessions, by CoA.

    A router that was silent once is down, and only its probe asks it again: so a
    silent router costs one job its timeout, and all others nothing.
    """

    _inherit = "isp.router"

    def _get_coa_client(self):
        self.ensure_one()
        return RadiusClient(
            self.address,
            self.coa_port,
            self._isp_get_secret("radius_secret"),
            self.coa_timeout,
            self._get_dictionaries(),
        )

    def _probe_soon(self):
        result = super()._probe_soon()
        if self.use_radius:
            at = fields.Datetime.add(fields.Datetime.now(), seconds=PROBE_SECONDS)
            self.env.ref("isp_network.isp_router_probe_cron").sudo()._trigger(at=at)
        return result

    def _resume(self, before):
        result = super()._resume(before)
        if self.use_radius and before == "down":
            self._close_question(HELP_ACTIVITY)
            self.with_delay(
                description=self.env._(
                    "%(router)s answers again: its sessions", router=self.name
                )
            )._sync_stale_sessions()
        return result

    def _sync_stale_sessions(self):
        """Enqueue those services whose sessions here are not what they should be."""
        rows = self.env["isp.session"]._get_stale(routers=self)
        services = self.env["isp.service"].browse({row["service_id"] for row in rows})
        services._enqueue_sync()

    # The probe

    def action_probe(self):
        """Ask these routers whether they take commands; show their answers."""
        self.check_access("write")
        results = self._probe()
        silent = {r: error for r, error in results.items() if error}
        if silent:
            lines = [f"{router.name}: {error}" for router, error in silent.items()]
            message = "\n".join(lines)
        else:
            message = self.env._("Answers, and takes commands from here.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if silent else "success",
                "sticky": bool(silent),
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _probe(self, forget=None):
        """Ask all of these at once, so that it takes one timeout for any number.

        :param forget: called after the answers; ends the transaction that began before
            them, so that no job that wrote meanwhile is in the way
        :return: {router: UnreachableError, or None from those that answered}
        """
        clients = [router._get_coa_client() for router in self]
        if not clients:
            return {}
        with ThreadPoolExecutor(min(len(clients), PROBES_AT_ONCE)) as pool:
            errors = list(pool.map(_ask, clients))
        if forget:
            forget()
        results = dict(zip(self, errors, strict=True))
        for router, error in results.items():
            router._note_answer(not error)
        return results

    @api.model
    def _get_probe_domain(self):
        """Domain of the routers to ask now: the silent ones, and those of which
        nothing was heard for a while."""
        seen = fields.Datetime.subtract(fields.Datetime.now(), minutes=PROBE_MINUTES)
        due = (
            Domain("state", "!=", "up")
            | Domain("last_contact", "=", False)
            | Domain("last_contact", "<", seen)
        )
        return Domain("use_radius", "=", True) & due

    @api.model
    def _cron_probe(self):
        """Probe, and ask a person about routers that stay silent."""
        routers = self.search(self._get_probe_domain())
        routers._probe(self.env["ir.cron"]._commit_progress)
        for router in routers._filter_long_down():
            router._ask_hand(HELP_ACTIVITY, router._describe_no_coa())


def _ask(client):
    """Return the error of a silent router; any answer, also a no, is an answer."""
    try:
        client.disconnect(PROBE)
    except UnreachableError as error:
        return error
    except NetworkError:
        return None
    return None
