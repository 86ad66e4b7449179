"""Reading and writing isp_radius_user and isp_radius_client, many rows at once."""

import json

from odoo.tools import SQL


def read_users(cr, service_ids):
    """Return {service id: dict of username, access, check_items, reply_items}."""
    cr.execute(
        SQL(
            """SELECT service_id, username, access, check_items, reply_items
            FROM isp_radius_user WHERE service_id = ANY(%s)""",
            list(service_ids),
        )
    )
    return {row.pop("service_id"): row for row in cr.dictfetchall()}


def write_users(cr, rows):
    """Write ``{service id: dict as above}``.

    Rows that are as they should be are written too: of two transactions that change
    one service from different sides, the later one fails here and is run again.
    """
    cr.execute(
        SQL(
            """
            INSERT INTO isp_radius_user
                (service_id, username, access, check_items, reply_items)
            SELECT service_id, username, access, check_items, reply_items
            FROM jsonb_to_recordset(%s) AS row (service_id integer, username text,
                access text, check_items jsonb, reply_items jsonb)
            ON CONFLICT (service_id) DO UPDATE SET username = excluded.username,
                access = excluded.access, check_items = excluded.check_items,
                reply_items = excluded.reply_items
            """,
            json.dumps([{"service_id": key, **row} for key, row in rows.items()]),
        )
    )


def delete_users(cr, service_ids):
    cr.execute(
        SQL("DELETE FROM isp_radius_user WHERE service_id = ANY(%s)", list(service_ids))
    )


def replace_clients(cr, router_ids, rows):
    """Make ``rows`` (dicts of router_id, address, secret, require_message_auth) the
    clients of these routers."""
    cr.execute(
        SQL("DELETE FROM isp_radius_client WHERE router_id = ANY(%s)", list(router_ids))
    )
    cr.execute(
        SQL(
            """
            INSERT INTO isp_radius_client
                (router_id, address, secret, require_message_auth)
            SELECT router_id, address, secret, require_message_auth
            FROM jsonb_to_recordset(%s) AS row (router_id integer, address inet,
                secret text, require_message_auth boolean)
            """,
            json.dumps(rows),
        )
    )
