from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..radius import session_class
from ..radius.transport import SESSION_NOT_FOUND

FORGOTTEN_HOURS = 24  # and after so long it is over, its end was lost
LAST_REJECTIONS = 5
REJECTION_DAYS = 7
UNCOUNTED_DAYS = 7  # isp.usage.day is counted every few minutes
HAD_ADDRESS = """
    SELECT a.service_id, coalesce(a.sent_name, a.username) AS username,
        a.session_id, a.mac, r.name AS router, a.started_at, a.updated_at,
        a.stopped_at, a.terminate_cause
    FROM %(table)s a
    LEFT JOIN isp_service s ON s.id = a.service_id
    LEFT JOIN isp_router r ON r.id = a.router_id
    WHERE (a.address = %(address)s::inet OR a.service_id = ANY(%(routed)s))
        AND a.started_at <= %(until)s
        AND coalesce(a.stopped_at, 'infinity') >= %(since)s
        AND coalesce(s.company_id, r.company_id) = %(company)s
"""


class IspSession(models.AbstractModel):
    """Sessions and log-ins as FreeRADIUS wrote them down, read for a few services.

    The tables are not those of a model: no list, search or export can reach them.
    """

    _name = "isp.session"
    _description = "Session"

    @api.model
    def _get_last(self, services):
        """Return {service id: dict of its open session, or of its last one}.

        Keys: unique_id, session_id, username, router_id, mac, address (str),
        started_at, updated_at, stopped_at (None while it is open), terminate_cause.
        """
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT s.id AS service_id, a.*
                FROM unnest(%s::int[]) AS s (id)
                CROSS JOIN LATERAL (
                    SELECT unique_id, session_id, router_id, mac,
                           coalesce(sent_name, username) AS username,
                           host(address) AS address, started_at, updated_at,
                           stopped_at, terminate_cause
                    FROM isp_radacct WHERE service_id = s.id
                    ORDER BY stopped_at IS NULL DESC, started_at DESC LIMIT 1) a
                """,
                services.ids,
            )
        )
        return {row.pop("service_id"): row for row in rows}

    @api.model
    def _get_open(self, services):
        """Return {service id: list of dict as of ``_get_last``} of the open sessions,
        the last first."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT service_id, unique_id, session_id, router_id, mac,
                       coalesce(sent_name, username) AS username,
                       host(address) AS address, started_at, updated_at
                FROM isp_radacct
                WHERE service_id = ANY(%s) AND stopped_at IS NULL
                ORDER BY started_at DESC, id DESC
                """,
                services.ids,
            )
        )
        sessions = {service_id: [] for service_id in services.ids}
        for row in rows:
            sessions[row.pop("service_id")].append(row)
        return sessions

    @api.model
    def _find_by_address(self, address, date_from, date_to, company, limit):
        """Return the sessions, live, closed and archived, that had an address at some
        moment between these two (naive UTC), of services or routers of a company; those
        too of services to which a network with it is routed today.

        :return: list of dict: service_id, username (as it was sent), session_id, mac,
            router (name), started_at, updated_at, stopped_at, terminate_cause
        """
        values = {
            "address": address,
            "since": date_from,
            "until": date_to,
            "company": company.id,
            "routed": self.env["isp.service"]._find_by_route(address, company).ids,
        }
        live, archived = (
            SQL(HAD_ADDRESS, table=SQL.identifier(table), **values)
            for table in ("isp_radacct", "isp_radacct_archive")
        )
        return self.env.execute_query_dict(
            SQL("%s UNION ALL %s ORDER BY started_at LIMIT %s", live, archived, limit)
        )

    @api.model
    def _free(self, services):
        """Close the open sessions of services, as their devices are dead: nothing is
        sent. Return a list of dict: mac, router (name), updated_at."""
        return self.env.execute_query_dict(
            SQL(
                """
                WITH freed AS (
                    UPDATE isp_radacct SET stopped_at = updated_at,
                        terminate_cause = 'Freed'
                    WHERE service_id = ANY(%s) AND stopped_at IS NULL
                    RETURNING mac, router_id, updated_at)
                SELECT mac, name AS router, f.updated_at
                FROM freed f LEFT JOIN isp_router r ON r.id = router_id
                """,
                services.ids,
            )
        )

    @api.model
    def _get_uncounted(self, services):
        """Return {service id: (bytes in, bytes out)} of what their sessions moved since
        isp.usage.day was counted."""
        self.env.cr.execute(
            SQL(
                """
                SELECT a.service_id,
                       sum(a.bytes_in - COALESCE(c.bytes_in, 0))::bigint,
                       sum(a.bytes_out - COALESCE(c.bytes_out, 0))::bigint
                FROM isp_radacct a LEFT JOIN isp_radacct_counted c ON c.acct_id = a.id
                WHERE a.service_id = ANY(%s) AND a.updated_at > %s
                GROUP BY a.service_id
                """,
                services.ids,
                fields.Datetime.now() - timedelta(days=UNCOUNTED_DAYS),
            )
        )
        return {row[0]: row[1:] for row in self.env.cr.fetchall()}

    @api.model
    def _count_online(self, routers):
        """Return {router id: open sessions}. Those without accounting count too: when
        FreeRADIUS is down all are silent, and nobody has left."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT router_id, count(*) FROM isp_radacct
                WHERE stopped_at IS NULL AND router_id = ANY(%s) AND updated_at > %s
                GROUP BY router_id
                """,
                routers.ids,
                fields.Datetime.now() - timedelta(hours=FORGOTTEN_HOURS),
            )
        )
        return dict(rows)

    @api.model
    def _get_rejections(self, services):
        """Return the last log-ins of services that were turned away, the last first.

        :return: {service: list of dict: reason, tries (within that hour), last_at, mac}
        """
        names = services.filtered("username_key").grouped("username_key")
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT n.username, l.*
                FROM unnest(%s::text[]) AS n (username)
                CROSS JOIN LATERAL (
                    SELECT reason, tries, last_at, mac FROM isp_radpostauth
                    WHERE username = n.username AND hour >= %s AND reason != ''
                    ORDER BY last_at DESC LIMIT %s) l
                ORDER BY l.last_at DESC
                """,
                list(names),
                fields.Datetime.now() - timedelta(days=REJECTION_DAYS),
                LAST_REJECTIONS,
            )
        )
        rejections = {service: [] for service in services}
        for row in rows:
            rejections[names[row.pop("username")]].append(row)
        return rejections

    @api.model
    def _get_stale(self, services=None, routers=None, silent_since=None, limit=None):
        """Return the open sessions whose speed or isolation differs from what their
        service is to have.

        What it is to have are the attributes that FreeRADIUS would answer a router of
        this vendor now. What a session has follows from the Class that it was let in
        with, or from the last change that its router has acknowledged. A router that
        sends no Class back is judged by the time at which the session began. A session
        that its router denies, and that has sent nothing since, is over.

        :param silent_since: only those about which no command was sent since
        :return: list of dict: unique_id, session_id, service_id, router_id, username,
            address, started_at, class, wanted (None: no access), wanted_items
        """
        self.env["isp.radius.command"].flush_model()
        self.env["isp.service"].flush_model(["radius_changed_at"])
        return self.env.execute_query_dict(
            SQL(
                """
                WITH suspect AS MATERIALIZED (
                    SELECT a.id, a.unique_id, a.session_id, a.service_id, a.router_id,
                           coalesce(a.sent_name, a.username) AS username,
                           host(a.address) AS address, a.started_at,
                           a.updated_at, a.class, w.class AS wanted,
                           w.items AS wanted_items
                    FROM isp_radacct a
                    LEFT JOIN isp_radius_user u ON u.service_id = a.service_id
                    LEFT JOIN isp_radius_client n ON n.router_id = a.router_id
                    LEFT JOIN LATERAL (
                        SELECT coalesce(u.replies -> n.vendor ->> 'class', item ->> 2)
                                AS class,
                            coalesce(u.replies -> n.vendor -> 'items', u.reply_items)
                                AS items
                        FROM jsonb_array_elements(u.check_items) item
                        WHERE item ->> 0 = %(class_item)s) w ON TRUE
                    WHERE a.stopped_at IS NULL AND %(chosen)s
                        AND (a.class IS NULL OR a.class != w.class OR w.class IS NULL
                            OR EXISTS (
                            SELECT FROM isp_radius_command
                            WHERE unique_id = a.unique_id AND kind = 'change')))
                SELECT a.*
                FROM suspect a
                JOIN isp_service s ON s.id = a.service_id
                LEFT JOIN LATERAL (
                    SELECT answer, wanted_class FROM isp_radius_command
                    WHERE unique_id = a.unique_id AND kind = 'change'
                        AND answer != 'refused'
                    ORDER BY id DESC LIMIT 1) c ON TRUE
                WHERE CASE WHEN a.class IS NULL
                           THEN a.started_at < s.radius_changed_at
                           ELSE a.wanted IS DISTINCT FROM (
                               CASE WHEN c.answer IS NULL THEN a.class
                                    WHEN c.answer = 'done' THEN c.wanted_class
                                    ELSE '' END) END
                    AND NOT EXISTS (
                        SELECT FROM isp_radius_command
                        WHERE unique_id = a.unique_id AND kind = 'disconnect'
                            AND cause = %(gone)s AND date >= a.updated_at)
                ORDER BY a.id LIMIT %(limit)s
                """,
                class_item=session_class.CLASS_ITEM,
                chosen=self._get_chosen(services, routers, silent_since),
                gone=SESSION_NOT_FOUND,
                limit=limit,
            )
        )

    @api.model
    def _get_chosen(self, services, routers, silent_since):
        conditions = [SQL("TRUE")]
        if services is not None:
            conditions.append(SQL("a.service_id = ANY(%s)", services.ids))
        if routers is not None:
            conditions.append(SQL("a.router_id = ANY(%s)", routers.ids))
        if silent_since is not None:
            conditions.append(
                SQL(
                    """NOT EXISTS (SELECT FROM isp_radius_command
                    WHERE unique_id = a.unique_id AND date > %s)""",
                    silent_since,
                )
            )
        return SQL(" AND ").join(conditions)
