from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import NETWORK_GROUPS, STALE_MINUTES

LAST_OPEN = """(
    SELECT DISTINCT ON (service_id) service_id, updated_at, router_id
    FROM isp_radacct WHERE stopped_at IS NULL AND service_id IS NOT NULL
    ORDER BY service_id, started_at DESC, id DESC)"""
OPERATORS = ("<", "<=", ">", ">=")


class IspService(models.Model):
    """Lists of who is online, and who is not: filtered and grouped by the database."""

    _inherit = "isp.service"

    session_status = fields.Selection(search="_search_session_status")
    session_since = fields.Datetime(search="_search_session_since")
    session_router = fields.Char(search="_search_session_router")
    session_router_ids = fields.Many2many(
        "isp.router",
        string="Online at Router",
        store=False,
        search="_search_session_router_ids",
        groups=NETWORK_GROUPS,
    )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "session_status" or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        session = query.make_alias(alias, "session")
        query.add_join(
            "LEFT JOIN",
            session,
            SQL(LAST_OPEN),
            SQL(
                "%s = %s",
                SQL.identifier(session, "service_id"),
                SQL.identifier(alias, "id"),
            ),
        )
        heard = fields.Datetime.now() - timedelta(minutes=STALE_MINUTES)
        return SQL(
            """CASE WHEN NOT %(visible)s THEN NULL
                WHEN %(updated)s >= %(heard)s THEN 'online'
                WHEN %(updated)s IS NOT NULL THEN 'silent'
                WHEN EXISTS (SELECT FROM isp_radacct WHERE service_id = %(id)s)
                THEN 'offline' ELSE 'never' END""",
            visible=self._get_visible_sql(alias),
            updated=SQL.identifier(session, "updated_at"),
            heard=heard,
            id=SQL.identifier(alias, "id"),
        )

    @api.model
    def _get_visible_sql(self, alias):
        """Return the condition that the user may see the sessions of a service: a
        technician those where he has work to do."""
        groups = (
            "isp_base.isp_base_group_admin,isp_base.isp_base_group_network_engineer"
        )
        if self.env.su or self.env.user.has_groups(groups):
            return SQL("TRUE")
        orders = self.env["isp.work.order"].sudo()
        mine = orders._get_mine_domain() & Domain("is_open", "=", True)
        visited = orders.search(mine).service_id.ids
        return SQL("%s = ANY(%s)", SQL.identifier(alias, "id"), visited)

    @api.model
    def _search_session_status(self, operator, value):
        if operator != "in":
            return NotImplemented

        def to_sql(model, alias, query):
            status = model._field_to_sql(alias, "session_status", query)
            return SQL("%s = ANY(%s)", status, [item for item in value if item])

        return Domain.custom(
            to_sql=to_sql, predicate=lambda service: service.session_status in value
        )

    @api.model
    def _search_session_since(self, operator, value):
        """Find by the end of the last session, or by the beginning of one that is open,
        as the field is computed."""
        if operator not in OPERATORS:
            return NotImplemented

        def to_sql(model, alias, _query):
            return SQL(
                """%(visible)s AND (
                    SELECT coalesce(stopped_at, started_at) FROM isp_radacct
                    WHERE service_id = %(id)s
                    ORDER BY stopped_at IS NULL DESC, started_at DESC LIMIT 1
                ) %(operator)s %(value)s""",
                visible=model._get_visible_sql(alias),
                id=SQL.identifier(alias, "id"),
                operator=SQL(operator),
                value=value,
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _search_session_router(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        routers = self.env["isp.router"].sudo().search([("name", operator, value)])
        return self._get_session_router_domain(routers.ids)

    @api.model
    def _search_session_router_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_session_router_domain([item for item in value if item])

    @api.model
    def _get_session_router_domain(self, router_ids):
        """Return the domain of the services that are online at one of these routers."""

        def to_sql(model, alias, _query):
            return SQL(
                """%s AND %s IN (SELECT service_id FROM isp_radacct
                    WHERE stopped_at IS NULL AND router_id = ANY(%s))""",
                model._get_visible_sql(alias),
                SQL.identifier(alias, "id"),
                list(router_ids),
            )

        return Domain.custom(to_sql=to_sql)
