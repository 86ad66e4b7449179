"""What an update did to the rows of a database, by comparing a copy from before."""

from .. import databases

# Tables that describe the code: each update writes them anew.
OF_THE_CODE = (
    "ir_act_%",
    "ir_actions%",
    "ir_asset",
    "ir_config_parameter_%",
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


def compare(before, after, renamed, explained):
    """Yield `(table, problems)` for each table of data in database `before`.

    Rows are the same when all columns that both have are.

    :param renamed: {old name: new name} of tables ("isp_a") and columns ("isp_a.b")
    :param explained: {table or "table.column": why it may change}
    """
    old, new = _columns(before), _columns(after)
    for table in sorted(old):
        if table in explained:
            continue
        there = renamed.get(table, table)
        if there not in new:
            lost = databases.query(f'SELECT count(*) FROM "{table}"', before)[0]
            yield table, [] if lost == "0" else [f"the table is gone, rows: {lost}"]
            continue
        pairs = _pairs(table, old[table], new[there], renamed, explained)
        gone = [
            f"column {name} is gone, and was filled"
            for name in sorted(old[table] - {one for one, _other in pairs} - STAMPS)
            if f"{table}.{name}" not in explained
            and _is_filled(table, name, before)
        ]
        yield table, gone + _compare_rows(table, there, pairs, before, after)


def _columns(database):
    """{table: set of columns} of the tables that hold data."""
    excluded = " OR ".join(f"table_name LIKE '{name}'" for name in OF_THE_CODE)
    columns = {}
    for row in databases.query(
        "SELECT table_name, column_name FROM information_schema.columns "
        "JOIN information_schema.tables USING (table_schema, table_name) "
        f"WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND NOT ({excluded})",
        database,
    ):
        table, column = row.split("|")
        columns.setdefault(table, set()).add(column)
    return columns


def _pairs(table, old, new, renamed, explained):
    """[(column before, column after)] of those to compare."""
    pairs = [(name, renamed.get(f"{table}.{name}", name)) for name in sorted(old)]
    return [
        (name, there)
        for name, there in pairs
        if there in new and name not in STAMPS and f"{table}.{name}" not in explained
    ]


def _is_filled(table, column, database):
    (found,) = databases.query(
        f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}" IS NOT NULL '
        f"AND \"{column}\"::text NOT IN ('f', '0', ''))",
        database,
    )
    return found == "t"


def _compare_rows(table, there, pairs, before, after):
    old = _rows(table, [name for name, _there in pairs], before)
    new = _rows(there, [name for _name, name in pairs], after)
    lost, made = old - new, new - old
    if not lost | made:
        return []
    return _describe("lost or changed", lost) + _describe("new or changed", made)


def _rows(table, columns, database):
    """The rows as a set of texts; those that are there twice have their number."""
    if not columns:
        return set()
    names = ", ".join(f'"{name}"' for name in columns)
    return set(
        databases.query(
            f"SELECT replace(row::text, E'\\n', ' ') || "
            f"' #' || row_number() OVER (PARTITION BY row::text) "
            f'FROM (SELECT {names} FROM "{table}") row',
            database,
        )
    )


def _describe(what, rows):
    shown = [f"  {row[:300]}" for row in sorted(rows)[:ROWS_SHOWN]]
    return [f"{what}: {len(rows)} rows", *shown] if rows else []
