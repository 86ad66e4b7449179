import logging

from odoo import api, fields, models
from odoo.tools import SQL, config

from ..freeradius import connections

_logger = logging.getLogger(__name__)


class IspRadiusServer(models.Model):
    """Whether PostgreSQL admits as many connections as Odoo and FreeRADIUS take."""

    _inherit = "isp.radius.server"

    connection_note = fields.Char(compute="_compute_connection_note")

    @api.depends_context("lang")
    def _compute_connection_note(self):
        admitted, needed, reserved = self._get_connections()
        self.connection_note = False
        if needed > admitted:
            self.connection_note = self.env._(
                "PostgreSQL admits %(admitted)s connections, and Odoo and FreeRADIUS "
                "may take %(needed)s: log-ins would wait. Set max_connections in "
                "postgresql.conf to at least %(least)s.",
                admitted=admitted,
                needed=needed,
                least=needed + reserved,
            )

    @api.model
    def _get_connections(self):
        """Return (admitted to Odoo and FreeRADIUS, needed, reserved for the owner of
        PostgreSQL): numbers of connections."""
        ((most, reserved),) = self.env.execute_query(
            SQL(
                """SELECT current_setting('max_connections')::int,
                    current_setting('superuser_reserved_connections')::int"""
            )
        )
        needed = connections.count_needed(
            self.sudo().search_count([]),
            config["workers"],
            config["max_cron_threads"],
            config["db_maxconn"],
            config["db_maxconn_gevent"],
        )
        return most - reserved, needed, reserved

    def _register_hook(self):
        """Say it in the log when Odoo starts."""
        result = super()._register_hook()
        admitted, needed, reserved = self._get_connections()
        if needed > admitted and self.sudo().search_count([]):
            _logger.warning(
                "PostgreSQL admits %s connections, Odoo and FreeRADIUS may take %s: "
                "set max_connections to at least %s",
                admitted,
                needed,
                needed + reserved,
            )
        return result
