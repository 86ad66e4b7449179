"""Reading and writing isp_radius_user and isp_radius_client, many rows at once."""

import io
import json

from odoo.tools import SQL

from . import session_class


def _bring(cr, rows):
    """Put rows (dicts) with secrets into the temporary table isp_brought.

    COPY brings them beside its statement: no log has them, also when the statement
    that takes them from there fails, or is slow.
    """
    cr.execute(
        """
        CREATE TEMPORARY TABLE IF NOT EXISTS isp_brought (data jsonb)
        ON COMMIT DELETE ROWS;
        DELETE FROM isp_brought
        """
    )
    lines = "\n".join(map(_escape, map(json.dumps, rows)))
    cr.copy_expert("COPY isp_brought FROM STDIN", io.StringIO(lines))


def _escape(text):
    """JSON in ASCII has no tabs and line ends; COPY reads what follows a backslash."""
    return text.replace("\\", r"\\")


def read_users(cr, service_ids):
    """Return {service id: dict of username, access, check_items, reply_items,
    replies}."""
    cr.execute(
        SQL(
            """SELECT service_id, username, access, check_items, reply_items, replies
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
    _bring(cr, [{"service_id": key, **row} for key, row in rows.items()])
    cr.execute(
        """
        INSERT INTO isp_radius_user
            (service_id, username, access, check_items, reply_items, replies)
        SELECT service_id, username, access, check_items, reply_items, replies
        FROM isp_brought, jsonb_to_record(data) AS row (service_id integer,
            username text, access text, check_items jsonb, reply_items jsonb,
            replies jsonb)
        ON CONFLICT (service_id) DO UPDATE SET username = excluded.username,
            access = excluded.access, check_items = excluded.check_items,
            reply_items = excluded.reply_items, replies = excluded.replies
        """
    )


def delete_users(cr, service_ids):
    cr.execute(
        SQL("DELETE FROM isp_radius_user WHERE service_id = ANY(%s)", list(service_ids))
    )


def is_answered_otherwise(before, after):
    """Whether a log-in is now answered in another way than before.

    A vendor that is served beside the others changes nothing for theirs.

    :param before, after: dicts as of ``read_users``; None without a log-in
    """
    if not (before and after):
        return before is not after
    both = before["replies"].keys() & after["replies"].keys()
    return any(
        [
            before["username"] != after["username"],
            before["access"] != after["access"],
            _get_judging(before) != _get_judging(after),
            any(before["replies"][v] != after["replies"][v] for v in both),
        ]
    )


def is_lacking(before, after):
    """Whether a row was not what it is to be: it answers otherwise, or not all vendors.
    What it still answers for a vendor that has gone harms nobody.

    :param before, after: as of ``is_answered_otherwise``
    """
    if is_answered_otherwise(before, after):
        return True
    return bool(after) and (
        not before["replies"].items() >= after["replies"].items()
        or before["check_items"] != after["check_items"]
        or before["reply_items"] != after["reply_items"]
    )


def _get_judging(row):
    """Return the check items that judge a log-in; the Class only names it."""
    return [item for item in row["check_items"] if item[0] != session_class.CLASS_ITEM]


def read_vendors(cr):
    """Return the vendors (set of str, "" for none) of the routers that FreeRADIUS
    answers."""
    cr.execute("SELECT DISTINCT vendor FROM isp_radius_client")
    return {vendor for (vendor,) in cr.fetchall()}


def replace_clients(cr, router_ids, rows):
    """Make ``rows`` (dicts of router_id, address, secret, require_message_auth, vendor)
    the clients of these routers."""
    cr.execute(
        SQL("DELETE FROM isp_radius_client WHERE router_id = ANY(%s)", list(router_ids))
    )
    _bring(cr, rows)
    cr.execute(
        """
        INSERT INTO isp_radius_client
            (router_id, address, secret, require_message_auth, vendor)
        SELECT router_id, address, secret, require_message_auth, vendor
        FROM isp_brought, jsonb_to_record(data) AS row (router_id integer,
            address inet, secret text, require_message_auth boolean, vendor text)
        """
    )
