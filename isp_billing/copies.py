"""Rows of the books as they are in the database: read, compared, and inserted again
for another customer. What an invoice is by its kind is copied; what it is by its
customer, number and days is put in."""

import json
import re

from odoo.tools import SQL

MOVE, LINE = "account_move", "account_move_line"
PERIOD, PARTNER = "isp_billing_period", "res_partner"
OWN_KEYS = ("id", "move_id")  # differ in whatever is made twice


def read_rows(cr, table, domain):
    """Return rows of a table by an SQL condition, as dicts without what is empty."""
    cr.execute(
        SQL(
            "SELECT jsonb_strip_nulls(to_jsonb(t)) FROM %s t WHERE %s",
            SQL.identifier(table),
            domain,
        )
    )
    return [row for (row,) in cr.fetchall()]


def read_by_id(cr, table, ids):
    rows = read_rows(cr, table, SQL("id = ANY(%s)", list(ids)))
    return {row["id"]: row for row in rows}


def read_lines(cr, move_ids):
    """Return {move: its lines in their order}."""
    lines = {move: [] for move in move_ids}
    found = read_rows(cr, LINE, SQL("move_id = ANY(%s)", list(move_ids)))
    for row in sorted(found, key=lambda row: (row["sequence"], row["id"])):
        lines[row["move_id"]].append(row)
    return lines


def read_relation(cr, relation, ids):
    """Return {id: set of the ids on the other side} of a table of pairs.

    :param relation: (table, column of these ids, column of the others)
    """
    table, own, other = map(SQL.identifier, relation)
    cr.execute(
        SQL("SELECT %s, %s FROM %s WHERE %s = ANY(%s)", own, other, table, own, ids)
    )
    pairs = {}
    for one, two in cr.fetchall():
        pairs.setdefault(one, set()).add(two)
    return pairs


def insert_rows(cr, table, rows):
    """Insert dicts as rows; a column that is not in them is NULL, not its default."""
    if rows:
        cr.execute(
            SQL(
                "INSERT INTO %(table)s SELECT * FROM "
                "jsonb_populate_recordset(NULL::%(table)s, %(rows)s::jsonb)",
                table=SQL.identifier(table),
                rows=json.dumps(rows, default=str),
            )
        )


def insert_pairs(cr, relation, pairs):
    if pairs:
        table, own, other = map(SQL.identifier, relation)
        ones, twos = zip(*pairs, strict=True)
        cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT * FROM unnest(%s::int[], %s::int[])",
                *(table, own, other, list(ones), list(twos)),
            )
        )


def take_ids(cr, table, count):
    cr.execute(
        SQL(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) "
            "FROM generate_series(1, %s)",
            *(table, count),
        )
    )
    return [number for (number,) in cr.fetchall()]


def write_numbers(cr, rows):
    """Write numbers into invoices that were inserted without, and into their lines.

    :param rows: (id, number of the invoice that it was copied from, its own, its
        prefix, its last digits) of each
    """
    ids, formers, names, prefixes, numbers = map(list, zip(*rows, strict=True))
    cr.execute(
        SQL(
            """
            UPDATE account_move m
            SET name = v.name, payment_reference = v.name, sequence_prefix = v.prefix,
                sequence_number = v.number
            FROM unnest(%s::int[], %s::text[], %s::text[], %s::int[])
                 AS v (id, name, prefix, number)
            WHERE m.id = v.id
            """,
            *(ids, names, prefixes, numbers),
        )
    )
    cr.execute(
        SQL(
            """
            UPDATE account_move_line l
            SET move_name = v.name,
                name = CASE WHEN l.display_type = 'product' THEN l.name
                       ELSE replace(l.name, v.former, v.name) END
            FROM unnest(%s::int[], %s::text[], %s::text[]) AS v (id, former, name)
            WHERE l.move_id = v.id
            """,
            *(ids, formers, names),
        )
    )


def count_writes(cr):
    """Return {table: rows written so far in this transaction}, by triggers too."""
    cr.execute(
        "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del "
        "FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
    )
    return dict(cr.fetchall())


def written_since(cr, before):
    """Return the tables in which rows were written since `count_writes`."""
    return {
        table
        for table, count in count_writes(cr).items()
        if count != before.get(table, 0)
    }


def counts_writes(cr):
    """Whether this database notes which tables are written."""
    cr.execute("SELECT current_setting('track_counts')::bool")
    return cr.fetchone()[0]


def split_number(name, regex):
    """Return (prefix, number) of a name, by a regular expression of Odoo's sequences
    that has groups for its parts."""
    regex = re.sub(r"\?P<\w+>", "?:", regex.replace(r"?P<seq>", ""))
    match = re.match(regex, name)
    return name[: match.start(1)], int(match.group(1) or 0)


def find_difference(ours, theirs):
    """Return what differs first between two dicts of rows by table, as text; None:
    nothing does."""
    for table in sorted(ours.keys() | theirs.keys()):
        one, two = ours.get(table, []), theirs.get(table, [])
        if len(one) != len(two):
            return f"{table}: {len(one)} / {len(two)}"
        for row, other in zip(one, two, strict=True):
            for key in sorted(row.keys() | other.keys()):
                if key not in OWN_KEYS and row.get(key) != other.get(key):
                    return f"{table}.{key}: {row.get(key)!r} / {other.get(key)!r}"
    return None
