from concurrent.futures import ThreadPoolExecutor

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.isp_network.exceptions import NetworkError

from ..const import VENDOR
from ..routeros import normalise
from ..routeros.facts import read_health
from ..routeros.transport import RouterConnection

PROBES_AT_ONCE = 64
PROBE_LIMIT = 15.0  # seconds that one look takes at most


class IspRouter(models.Model):
    """Looks at all MikroTiks with an API, the silent ones as well."""

    _inherit = "isp.router"

    api_cpu = fields.Integer("CPU (%)", readonly=True, copy=False, aggregator=None)
    api_memory = fields.Integer(
        "Memory (%)", readonly=True, copy=False, aggregator=None
    )

    def _read_health(self):
        """Ask all of these at once, so that it takes one timeout for any number."""
        result = super()._read_health()
        endpoints = {}
        for router in self.filtered(lambda router: router.vendor == VENDOR):
            try:
                endpoint = router._get_api_endpoint()
            except UserError:
                continue  # nothing is filled in yet
            endpoints[router] = endpoint._replace(limit=PROBE_LIMIT)
        if not endpoints:
            return result
        with ThreadPoolExecutor(min(len(endpoints), PROBES_AT_ONCE)) as pool:
            answers = list(pool.map(_ask, endpoints.values()))
        for router, answer in zip(endpoints, answers, strict=True):
            router._note_health(answer)
        return result

    def _note_health(self, answer):
        """Keep what the router said of itself.

        :param answer: Health, or the NetworkError of one that does not answer
        """
        if isinstance(answer, NetworkError):
            return self._note_api_answer(answer)
        self._note_api_answer()
        if self._has_started(answer.uptime) and self._is_kept():
            self._enqueue_comparison()
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

    def _has_started(self, uptime):
        """Whether it has started since the last look: what it holds may be that of an
        old backup, or nothing."""
        before = normalise.span(self.api_uptime or "")
        after = normalise.span(uptime)
        both = before.isdigit() and after.isdigit()
        return both and int(after) < int(before)

    def action_live(self):
        """Show who is online, as the router says now."""
        self._check_may_use_api()
        return self.env["isp.router.live"].create({"router_id": self.id}).action_read()


def _ask(endpoint):
    """Return the Health of a router, or why there is none."""
    try:
        with RouterConnection(endpoint) as connection:
            return read_health(connection)
    except NetworkError as error:
        return error
