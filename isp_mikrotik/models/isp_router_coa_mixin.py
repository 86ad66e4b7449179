from concurrent.futures import ThreadPoolExecutor

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..exceptions import NetworkError, UnreachableError
from ..radius.transport import RadiusClient

LOCK = 0x69737052  # namespace of our advisory locks, "ispR"
PROBE = {"User-Name": "odoo-probe", "Acct-Session-Id": "odoo-probe"}
PROBES_AT_ONCE = 64
PROBE_SECONDS = 15  # after the first silence
PROBE_MINUTES = 5  # between two looks at a router that answers
FRESH_MINUTES = 1
HELP_MINUTES = 15
HELP_ACTIVITY = "isp_mikrotik.mail_activity_router_help"


class IspRouterCoaMixin(models.AbstractModel):
    """Talking to a router about its sessions: one at a time, and not while it is down.

    A router that was silent once is down, and only its probe asks it again: so a
    silent router costs one job its timeout, and all others nothing.
    """

    _name = "isp.router.coa.mixin"
    _description = "Router that takes RADIUS commands"

    def _get_coa_client(self):
        self.ensure_one()
        return RadiusClient(
            self.address,
            self.coa_port,
            self.sudo().radius_secret or "",
            self.coa_timeout,
            self._get_dictionaries(),
        )

    def _try_lock_wire(self):
        """Take the router for this transaction; return whether it was free."""
        self.ensure_one()
        self.env.cr.execute(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK, self.id)
        )
        return self.env.cr.fetchone()[0]

    def _note_answer(self, answers):
        """Write down whether the router answered just now, rarely when it is no news.

        One that is back gets what it missed; one that fell silent is probed soon.
        """
        self.ensure_one()
        router = self.sudo()
        fresh = fields.Datetime.subtract(fields.Datetime.now(), minutes=FRESH_MINUTES)
        heard = router.last_contact
        if answers and router.state == "up" and heard and heard >= fresh:
            return
        was_down = router.state == "down"
        router._set_answers(answers)
        if not answers and not was_down:
            at = fields.Datetime.add(fields.Datetime.now(), seconds=PROBE_SECONDS)
            self.env.ref("isp_mikrotik.isp_router_probe_cron").sudo()._trigger(at=at)
        if answers and was_down:
            router.activity_unlink([HELP_ACTIVITY])
            router.with_delay(
                description=self.env._(
                    "%(router)s answers again: its sessions", router=router.name
                )
            )._sync_stale_sessions()

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
        since = fields.Datetime.subtract(fields.Datetime.now(), minutes=HELP_MINUTES)
        for router in routers:
            if router.state == "down" and router.state_since < since:
                router._ask_help()

    def _ask_help(self):
        """Give the company's network engineer one activity about this router."""
        self.ensure_one()
        if self.activity_search([HELP_ACTIVITY]):
            return
        self.activity_schedule(
            HELP_ACTIVITY,
            user_id=self.company_id._get_isp_network_user().id,
            note=self.env._(
                "No command reaches this router at %(address)s, port %(port)s: its "
                "sessions keep what they had. Look whether it is up, whether “/radius "
                "incoming” accepts on this port, whether Odoo's address stands under "
                "“/radius”, and whether both have the same secret. What is waiting is "
                "done by itself as soon as it answers.",
                address=self.address,
                port=self.coa_port,
            ),
        )


def _ask(client):
    """Return the error of a silent router; any answer, also a no, is an answer."""
    try:
        client.disconnect(PROBE)
    except UnreachableError as error:
        return error
    except NetworkError:
        return None
    return None
