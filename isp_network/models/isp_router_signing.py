import logging

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

LEARN_HOURS = 24


class IspRouter(models.Model):
    """A router that signs its log-ins is expected to: what comes unsigned in its name
    is then somebody else's."""

    _inherit = "isp.router"

    @api.model
    def _cron_learn_signing(self):
        """Expect it of the routers all of whose accepted log-ins of a day were signed.

        Those that were turned away do not count: anyone may send them. One of which a
        person said no afterwards is not looked at again.
        """
        routers = self.search(
            [
                ("use_radius", "=", True),
                ("require_message_auth", "=", False),
                ("date_signed", "=", False),
            ]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT router_id FROM isp_radpostauth
                WHERE router_id = ANY(%s) AND hour >= %s AND reason = ''
                GROUP BY router_id HAVING bool_and(signed IS TRUE)
                """,
                routers.ids,
                fields.Datetime.subtract(fields.Datetime.now(), hours=LEARN_HOURS),
            )
        )
        for router in self.browse(router_id for (router_id,) in rows):
            router.write(
                {"require_message_auth": True, "date_signed": fields.Datetime.now()}
            )
            router._message_log(
                body=self.env._(
                    "All log-ins from here were signed of late: unsigned ones are "
                    "ignored from now on. Take “Requests are Signed” away if an older "
                    "device takes its place."
                )
            )
            _logger.info("%s signs its log-ins: it is expected to", router.name)
