"""From sessions to usage by day, and what becomes of old sessions.

Nothing here writes a row that FreeRADIUS updates at the same time, but for closing a
session that was not heard of for long.
"""

from odoo.tools import SQL

from .schema import TABLES

# FreeRADIUS takes a stop that was under way for up to a day as of then.
LATE = "26 hours"
LONGEST_SPLIT = "40 days"  # a longer time between two reports counts for its end

CHANGED = """(c.acct_id IS NULL OR (a.seconds, a.bytes_in, a.bytes_out)
    IS DISTINCT FROM (c.seconds, c.bytes_in, c.bytes_out))"""


def find_changed(cr, since):
    """Return the ids of the sessions that moved since they were last counted.

    :param since: naive UTC; all that had stopped before was counted, None: nothing was
    """
    cr.execute(
        SQL(
            """
            SELECT a.id FROM isp_radacct a
            LEFT JOIN isp_radacct_counted c ON c.acct_id = a.id
            WHERE a.stopped_at IS NULL AND a.service_id IS NOT NULL AND %(changed)s
            UNION ALL
            SELECT a.id FROM isp_radacct a
            LEFT JOIN isp_radacct_counted c ON c.acct_id = a.id
            WHERE a.stopped_at >= coalesce(
                    %(since)s::timestamp - %(late)s::interval, '-infinity')
                AND a.service_id IS NOT NULL AND %(changed)s
            ORDER BY 1
            """,
            changed=SQL(CHANGED),
            since=since,
            late=LATE,
        )
    )
    return [session_id for (session_id,) in cr.fetchall()]


def find_companies(cr, session_ids):
    """Return the ids of the companies whose services had these sessions."""
    cr.execute(
        SQL(
            """SELECT DISTINCT s.company_id FROM isp_radacct a
            JOIN isp_service s ON s.id = a.service_id WHERE a.id = ANY(%s)""",
            list(session_ids),
        )
    )
    return [company_id for (company_id,) in cr.fetchall()]


def count(cr, session_ids, zones):
    """Add to isp.usage.day what these sessions moved since they were last counted.

    What moved between two reports is spread evenly over that time, so that midnight,
    and days on which nobody counted, get their share.

    :param zones: {company id: name of the time zone in which it counts its days}
    """
    cr.execute(
        SQL(
            """
            WITH zone AS (
                SELECT * FROM unnest(%(companies)s::integer[], %(zones)s::text[])
                    AS zone (company_id, name)
            ), moved AS (
                SELECT a.id, a.service_id, s.company_id, a.seconds AS all_seconds,
                    a.bytes_in AS all_in, a.bytes_out AS all_out, a.updated_at,
                    c.acct_id IS NULL AS fresh,
                    greatest(a.seconds - coalesce(c.seconds, 0), 0) AS seconds,
                    greatest(a.bytes_in - coalesce(c.bytes_in, 0), 0) AS bytes_in,
                    greatest(a.bytes_out - coalesce(c.bytes_out, 0), 0) AS bytes_out,
                    least(greatest(coalesce(c.until, a.started_at),
                            a.updated_at - %(longest)s::interval), a.updated_at)
                        AT TIME ZONE 'UTC' AT TIME ZONE zone.name AS begun,
                    a.updated_at AT TIME ZONE 'UTC' AT TIME ZONE zone.name AS until
                FROM isp_radacct a
                JOIN isp_service s ON s.id = a.service_id
                JOIN zone ON zone.company_id = s.company_id
                LEFT JOIN isp_radacct_counted c ON c.acct_id = a.id
                WHERE a.id = ANY(%(ids)s)
            ), noted AS (
                INSERT INTO isp_radacct_counted AS n
                    (acct_id, seconds, bytes_in, bytes_out, until)
                SELECT id, all_seconds, all_in, all_out, updated_at FROM moved
                ON CONFLICT (acct_id) DO UPDATE SET seconds = excluded.seconds,
                    bytes_in = excluded.bytes_in, bytes_out = excluded.bytes_out,
                    until = excluded.until
            ), share AS (
                SELECT moved.*, day::date AS date, day = date_trunc('day', begun)
                        AND fresh AS begins,
                    CASE WHEN until = begun THEN 0 ELSE greatest(0, extract(epoch FROM
                        day - begun) / extract(epoch FROM until - begun)) END AS low,
                    CASE WHEN until = begun THEN 1 ELSE least(1, extract(epoch FROM
                        day + interval '1 day' - begun)
                        / extract(epoch FROM until - begun)) END AS high
                FROM moved CROSS JOIN LATERAL generate_series(
                    date_trunc('day', begun), date_trunc('day', until), '1 day') AS day
            )
            INSERT INTO isp_usage_day AS d
                (service_id, company_id, date, bytes_in, bytes_out, seconds, sessions)
            SELECT service_id, company_id, date,
                sum(round(bytes_in * high) - round(bytes_in * low)),
                sum(round(bytes_out * high) - round(bytes_out * low)),
                sum(round(seconds * high) - round(seconds * low)),
                sum(begins::integer)
            FROM share GROUP BY service_id, company_id, date
            ON CONFLICT (service_id, date) DO UPDATE SET
                bytes_in = d.bytes_in + excluded.bytes_in,
                bytes_out = d.bytes_out + excluded.bytes_out,
                seconds = d.seconds + excluded.seconds,
                sessions = d.sessions + excluded.sessions
            """,
            companies=list(zones),
            zones=list(zones.values()),
            longest=LONGEST_SPLIT,
            ids=list(session_ids),
        )
    )


def close_silent(cr, before):
    """Close the sessions that were not heard of since then (naive UTC); one that
    speaks again is open again. Return how many."""
    cr.execute(
        SQL(
            """
            UPDATE isp_radacct SET stopped_at = updated_at, terminate_cause = 'Stale'
            WHERE id IN (SELECT id FROM isp_radacct
                WHERE stopped_at IS NULL AND updated_at < %s
                FOR UPDATE SKIP LOCKED)
            """,
            before,
        )
    )
    return cr.rowcount


def archive(cr, before, limit):
    """Move sessions that had stopped by then to the archive; return how many."""
    columns = SQL(", ").join(map(SQL.identifier, TABLES["isp_radacct"]))
    cr.execute(
        SQL(
            """
            WITH old AS (
                DELETE FROM isp_radacct WHERE id IN (
                    SELECT id FROM isp_radacct WHERE stopped_at < %(before)s
                    ORDER BY stopped_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
                RETURNING %(columns)s
            )
            INSERT INTO isp_radacct_archive (%(columns)s) SELECT %(columns)s FROM old
            """,
            before=before,
            limit=limit,
            columns=columns,
        )
    )
    return cr.rowcount


def prune_archive(cr, company_ids, before, limit):
    """Delete sessions of these companies (0: of none) that had stopped by then; return
    how many."""
    cr.execute(
        SQL(
            """
            DELETE FROM isp_radacct_archive WHERE id IN (
                SELECT a.id FROM isp_radacct_archive a
                LEFT JOIN isp_service s ON s.id = a.service_id
                LEFT JOIN isp_router r ON r.id = a.router_id
                WHERE a.stopped_at < %s
                    AND coalesce(s.company_id, r.company_id, 0) = ANY(%s) LIMIT %s)
            """,
            before,
            list(company_ids),
            limit,
        )
    )
    return cr.rowcount


def prune(cr, table, column, before, limit):
    """Delete the rows of a table that are older than that; return how many."""
    cr.execute(
        SQL(
            """DELETE FROM %(table)s WHERE id IN (
                SELECT id FROM %(table)s WHERE %(column)s < %(before)s LIMIT %(limit)s)
            """,
            table=SQL.identifier(table),
            column=SQL.identifier(column),
            before=before,
            limit=limit,
        )
    )
    return cr.rowcount
