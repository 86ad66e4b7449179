"""The tables that FreeRADIUS reads and writes, and nothing else of the database.

They are plain tables, not models: Odoo's updates alter the tables of models, which
takes a lock that a log-in would wait for, and here no column may ever change under
FreeRADIUS' prepared statements. All times are UTC without zone, as Odoo keeps them.
All of it can be run again.
"""

from odoo.tools import SQL

TABLES = {
    # One row for each service that may log in, its values finished:
    # [[attribute, operator, value], …] as rlm_sql takes them.
    "isp_radius_user": """
        username text PRIMARY KEY,
        service_id integer NOT NULL UNIQUE
            REFERENCES isp_service (id) ON DELETE CASCADE,
        access text NOT NULL,
        check_items jsonb NOT NULL,
        reply_items jsonb NOT NULL
    """,
    # The NAS that FreeRADIUS answers, by the address that their packets come from.
    "isp_radius_client": """
        address inet PRIMARY KEY,
        router_id integer NOT NULL UNIQUE
            REFERENCES isp_router (id) ON DELETE CASCADE,
        secret text NOT NULL,
        require_message_auth boolean NOT NULL DEFAULT false
    """,
    # Sessions (radacct). in and out are the router's words: in is what it received
    # from the subscriber, his upload. class is the Class of the log-in as the router
    # gave it back (session_class.py), in plain text.
    "isp_radacct": """
        id bigserial PRIMARY KEY,
        unique_id text NOT NULL UNIQUE,
        session_id text NOT NULL,
        username text NOT NULL,
        service_id integer,
        router_id integer NOT NULL,
        nas_address inet,
        nas_port text,
        called_station text,
        mac text,
        address inet,
        started_at timestamp NOT NULL,
        updated_at timestamp NOT NULL,
        stopped_at timestamp,
        seconds bigint NOT NULL DEFAULT 0,
        bytes_in bigint NOT NULL DEFAULT 0,
        bytes_out bigint NOT NULL DEFAULT 0,
        terminate_cause text,
        class text
    """,
    # How much of each session isp.usage.day has counted. Written by Odoo alone, so
    # that it and FreeRADIUS never wait for, or fail over, each other's rows.
    "isp_radacct_counted": """
        acct_id bigint PRIMARY KEY REFERENCES isp_radacct (id) ON DELETE CASCADE,
        seconds bigint NOT NULL,
        bytes_in bigint NOT NULL,
        bytes_out bigint NOT NULL
    """,
    "isp_radacct_archive": """
        LIKE isp_radacct, PRIMARY KEY (id)
    """,
    # Log-ins (radpostauth), one row an hour for all tries of a kind: a device that
    # tries again every second makes 24 rows a day. reason is empty for an accept.
    "isp_radpostauth": """
        id bigserial PRIMARY KEY,
        hour timestamp NOT NULL,
        username text NOT NULL,
        router_id integer NOT NULL,
        reason text NOT NULL,
        tries integer NOT NULL DEFAULT 1,
        last_at timestamp NOT NULL,
        mac text,
        UNIQUE (username, hour, router_id, reason)
    """,
}
INDEXES = {
    "isp_radacct_open_idx": "isp_radacct (username) WHERE stopped_at IS NULL",
    "isp_radacct_open_router_idx": "isp_radacct (router_id) WHERE stopped_at IS NULL",
    "isp_radacct_stopped_idx": "isp_radacct (stopped_at) WHERE stopped_at IS NOT NULL",
    "isp_radacct_service_idx": "isp_radacct (service_id, started_at)",
    "isp_radacct_archive_service_idx": "isp_radacct_archive (service_id, started_at)",
    "isp_radacct_archive_stopped_idx": "isp_radacct_archive (stopped_at)",
    "isp_radpostauth_hour_idx": "isp_radpostauth (hour)",
}
# Interim updates touch no indexed column: with room on the page they stay on it.
SETTINGS = {"isp_radacct": "fillfactor = 70"}


def create(cr):
    """Make what is missing."""
    for name, columns in TABLES.items():
        cr.execute(
            SQL(
                "CREATE TABLE IF NOT EXISTS %s (%s) WITH (%s)",
                SQL.identifier(name),
                SQL(columns),
                SQL(SETTINGS.get(name, "fillfactor = 100")),
            )
        )
    for name, columns in INDEXES.items():
        cr.execute(
            SQL(
                "CREATE INDEX IF NOT EXISTS %s ON %s",
                SQL.identifier(name),
                SQL(columns),
            )
        )


def drop(cr):
    """Drop all of it."""
    for name in reversed(TABLES):
        cr.execute(SQL("DROP TABLE IF EXISTS %s CASCADE", SQL.identifier(name)))
