"""What an update did to the rows of a database, by comparing a copy from before."""

from collections import Counter, defaultdict

from .. import databases

# Tables that describe the code: each update writes them anew.
OF_THE_CODE = (
    "ir_act_%",
    "ir_actions%",
    "ir_asset",
    "ir_cron_progress",
    "ir_demo%",
    "ir_embedded_%",
    "ir_logging",
    "ir_model%",
    "ir_module_%",
    "ir_profile",
    "ir_rule",
    "ir_ui_menu%",
    "ir_ui_view",
    "ir_ui_view_group_rel",
    "res_groups%",
    "rule_group_rel",
    "%_seq",
)
# Columns in which nothing of a person's is lost: when a row was written last.
STAMPS = {"write_date", "write_uid"}
ROWS_SHOWN = 5
AT_ONCE = 100  # tables in one query: a command line has a limit
LINE_ENDS = r"E'\n\r\x0b\x0c\x1c\x1d\x1e\u0085\u2028\u2029'"


def compare(before, after, changes):
    """Yield `(table, problems)` for each table of data in database `before`.

    Rows are the same when all columns that both have are.

    :param changes: module with RENAMED, EXPLAINED and MAY_GROW, see releases/changes
    """
    renamed, explained = changes.RENAMED, changes.EXPLAINED
    old, new = _columns(before), _columns(after)
    tables = [table for table in sorted(old) if table not in explained]
    kept = {table: renamed.get(table, table) for table in tables}
    kept = {table: there for table, there in kept.items() if there in new}
    pairs = {
        table: _pairs(table, old[table], new[there], renamed, explained)
        for table, there in kept.items()
    }
    gone = {
        table: old[table] - STAMPS - {name for name, _there in pairs.get(table, ())}
        for table in tables
    }
    lost = _read_filled(before, gone, explained)
    rows = _read(
        before, {table: [one for one, _other in pairs[table]] for table in kept}
    )
    rows_now = _read(
        after, {kept[table]: [other for _one, other in pairs[table]] for table in kept}
    )
    for table in tables:
        there = kept.get(table, table)
        grown = (
            Counter() if table in changes.MAY_GROW else rows_now[there] - rows[table]
        )
        yield table, lost[table] + _describe(rows[table] - rows_now[there], grown)


def _columns(database):
    """{table: set of columns} of the tables that hold data."""
    excluded = " OR ".join(f"relname LIKE '{name}'" for name in OF_THE_CODE)
    columns = {}
    for row in databases.query(
        "SELECT relname, attname FROM pg_class c JOIN pg_attribute a "
        "ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        f"AND NOT ({excluded})",
        database,
    ):
        table, column = row.split("|")
        columns.setdefault(table, set()).add(column)
    return columns


def _pairs(table, old, new, renamed, explained):
    """[(column before, column after)] of those to compare."""
    left_out = STAMPS | {name for name in old if f"{table}.{name}" in explained}
    pairs = []
    for name in sorted(old - left_out):
        there = renamed.get(f"{table}.{name}", name)
        if there in new:
            pairs.append((name, there))
        elif name in new:  # not renamed yet
            pairs.append((name, name))
    return pairs


def _read_filled(database, columns, explained):
    """{table: problems} of columns that are gone and have values in `database`."""
    filled = defaultdict(list)
    queries = [
        f"SELECT '{table}', '{name}' WHERE EXISTS (SELECT FROM \"{table}\" "
        f"WHERE \"{name}\" IS NOT NULL AND \"{name}\"::text NOT IN ('f', '0', ''))"
        for table, names in columns.items()
        for name in sorted(names)
        if f"{table}.{name}" not in explained
    ]
    for row in (
        databases.query(" UNION ALL ".join(queries), database) if queries else ()
    ):
        table, name = row.split("|")
        filled[table].append(f"column {name} is gone, and was filled")
    return filled


def _read(database, columns):
    """{table: Counter of rows as texts}.

    :param columns: {table: names of those to read}
    """
    selects = []
    for table, names in columns.items():
        listed = ", ".join(f'"{name}"' for name in names)
        if listed:
            selects.append(
                f"SELECT '{table}|' || translate(row::text, {LINE_ENDS}, ' ') "
                f'FROM (SELECT {listed} FROM "{table}") row'
            )
    rows = defaultdict(Counter)
    for first in range(0, len(selects), AT_ONCE):
        union = " UNION ALL ".join(selects[first : first + AT_ONCE])
        for line in databases.query(union, database):
            table, _mark, text = line.partition("|")
            rows[table][text] += 1
    return rows


def _describe(lost, grown):
    found = []
    for what, rows in (("lost or changed", lost), ("new or changed", grown)):
        if rows:
            shown = [f"  {row[:300]}" for row in sorted(rows)[:ROWS_SHOWN]]
            found += [f"{what}: {rows.total()} rows", *shown]
    return found
