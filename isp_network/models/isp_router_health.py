from odoo import api, fields, models
from odoo.fields import Domain

from .isp_device import HELP_ACTIVITY
from .isp_router_coa import PROBE_SECONDS


class IspRouter(models.Model):
    """Looks at all routers with an API every few minutes, the silent ones as well."""

    _inherit = "isp.router"

    online_count = fields.Integer("Online", readonly=True, copy=False)

    def _is_seen_by_api(self):
        """Of one that asks RADIUS, its RADIUS says whether it answers."""
        return super()._is_seen_by_api() and not self.use_radius

    def _probe_soon(self):
        result = super()._probe_soon()
        if self._is_seen_by_api():
            at = fields.Datetime.add(fields.Datetime.now(), seconds=PROBE_SECONDS)
            self.env.ref("isp_network.isp_router_health_cron").sudo()._trigger(at=at)
        return result

    def _read_health(self):
        """Hook: ask these by their API how they are, all at once, and note the answers
        by `_note_api_answer`; each brand asks its own."""

    @api.model
    def _cron_read_health(self):
        """Look at all routers; tell a person which stay silent, and at which POP many
        subscribers went offline at once, be it by RADIUS or by the API."""
        routers = self.search(Domain("use_api", "=", True))
        routers._read_health()
        silent = routers.filtered(lambda router: router._is_seen_by_api())
        for router in silent._filter_long_down():
            router._ask_hand(
                HELP_ACTIVITY,
                self.env._(
                    "This router does not answer: %(error)s What is waiting is "
                    "done by itself as soon as it does.",
                    error=router.api_error,
                ),
            )
        users = Domain("use_api", "=", True) | Domain("use_radius", "=", True)
        self.search(users & Domain("pop_id", "!=", False)).pop_id._note_online()
