from concurrent.futures import ThreadPoolExecutor

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..exceptions import NetworkError
from ..routeros.facts import read_health
from ..routeros.transport import RouterConnection
from .isp_router_coa_mixin import HELP_MINUTES, PROBE_SECONDS, PROBES_AT_ONCE

PROBE_LIMIT = 15.0  # seconds that one look takes at most


class IspRouterHealthMixin(models.AbstractModel):
    """Looks at all routers with an API every few minutes, the silent ones as well."""

    _name = "isp.router.health.mixin"
    _description = "Router that is looked at"

    online_count = fields.Integer("Online", readonly=True, copy=False)
    api_cpu = fields.Integer("CPU (%)", readonly=True, copy=False, aggregator=None)
    api_memory = fields.Integer(
        "Memory (%)", readonly=True, copy=False, aggregator=None
    )

    def _note_api_answer(self, error=None):
        """One that fell silent is looked at again soon."""
        was_up = self.state != "down"
        result = super()._note_api_answer(error)
        if self.state == "down" and was_up:
            at = fields.Datetime.add(fields.Datetime.now(), seconds=PROBE_SECONDS)
            self.env.ref("isp_mikrotik.isp_router_health_cron").sudo()._trigger(at=at)
        return result

    def _read_health(self):
        """Ask all of these at once, so that it takes one timeout for any number; keep
        what they say.

        :return: {router: Health, or the NetworkError of one that does not answer}
        """
        endpoints = {}
        for router in self:
            try:
                endpoint = router._get_api_endpoint()
            except UserError:
                continue  # nothing is filled in yet
            endpoints[router] = endpoint._replace(limit=PROBE_LIMIT)
        if not endpoints:
            return {}
        with ThreadPoolExecutor(min(len(endpoints), PROBES_AT_ONCE)) as pool:
            answers = list(pool.map(_ask, endpoints.values()))
        results = dict(zip(endpoints, answers, strict=True))
        for router, answer in results.items():
            router._note_health(answer)
        return results

    def _note_health(self, answer):
        super()._note_health(answer)
        if isinstance(answer, NetworkError):
            return self._note_api_answer(answer)
        self._note_api_answer()
        return self.sudo().write(
            {
                "api_version": answer.version,
                "api_board": answer.board,
                "api_uptime": answer.uptime,
                "api_cpu": answer.cpu,
                "api_memory": answer.memory,
                "online_count": answer.online,
            }
        )

    def action_live(self):
        """Show who is online, as the router says now."""
        self._check_may_use_api()
        return self.env["isp.router.live"].create({"router_id": self.id}).action_read()

    @api.model
    def _cron_read_health(self):
        """Look at all routers; tell a person which stay silent, and at which POP many
        subscribers went offline at once, be it by RADIUS or by the API."""
        routers = self.search(Domain("use_api", "=", True))
        routers._read_health()
        since = fields.Datetime.subtract(fields.Datetime.now(), minutes=HELP_MINUTES)
        for router in routers.filtered(lambda r: not r.use_radius):
            if router.state == "down" and router.state_since < since:
                router._ask_api_help(
                    self.env._(
                        "This router does not answer: %(error)s What is waiting is "
                        "done by itself as soon as it does.",
                        error=router.api_error,
                    )
                )
        users = Domain("use_api", "=", True) | Domain("use_radius", "=", True)
        self.search(users & Domain("pop_id", "!=", False)).pop_id._note_online()


def _ask(endpoint):
    """Return the Health of a router, or why there is none."""
    try:
        with RouterConnection(endpoint) as connection:
            return read_health(connection)
    except NetworkError as error:
        return error
