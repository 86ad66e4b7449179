"""Whether an updated database is built as one that was installed today."""

import re
from collections import defaultdict

from .. import databases

SCHEMA = {
    "columns": """
        SELECT relname || '.' || attname || ' ' || format_type(atttypid, atttypmod)
            || CASE WHEN attnotnull THEN ' NOT NULL ' ELSE ' ' END
            || coalesce(pg_get_expr(adbin, adrelid), '')
        FROM pg_class c JOIN pg_attribute a
            ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace""",
    "constraints": """
        SELECT conrelid::regclass || ': ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            AND conrelid != 0""",
    "indexes": """
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'""",
    # Those of numberings are as many as there are numberings.
    "sequences": """
        SELECT sequencename FROM pg_sequences
        WHERE schemaname = 'public' AND sequencename !~ '^ir_sequence_'""",
    "installed modules": """
        SELECT name || ' ' || latest_version FROM ir_module_module
        WHERE state = 'installed'""",
    "modules in another state": """
        SELECT name || ' ' || state FROM ir_module_module
        WHERE state NOT IN ('installed', 'uninstalled', 'uninstallable')""",
    "models": "SELECT model FROM ir_model",
    "fields": """
        SELECT model || '.' || name || ' ' || ttype FROM ir_model_fields""",
    "selections": """
        SELECT f.model || '.' || f.name || ' ' || s.value
        FROM ir_model_fields_selection s JOIN ir_model_fields f ON f.id = s.field_id""",
    "m2m tables": "SELECT name FROM ir_model_relation",
    "constraints that Odoo knows": "SELECT name FROM ir_model_constraint",
}
# The external ids of our addons, but those of business records, which people keep.
NAMES = """
SELECT module || '.' || name || ' ' || model FROM ir_model_data
WHERE module = ANY(ARRAY[{ours}])
    AND (model ~ '^(ir[.]|res[.]groups|mail[.](template|activity|message))')
"""
TABLES = {
    "ir_actions_act_url": "ir_act_url",
    "ir_actions_act_window": "ir_act_window",
    "ir_actions_client": "ir_act_client",
    "ir_actions_report": "ir_act_report_xml",
    "ir_actions_server": "ir_act_server",
}
# What Odoo's data files keep as a person has it, so that only a migration changes it.
KEPT_RECORDS = {
    "ir.rule": "domain_force || ' ' || active || perm_read || perm_write",
    "ir.cron": "interval_number || ' ' || interval_type || ' ' || "
    "(SELECT code FROM ir_act_server a WHERE a.id = r.ir_actions_server_id)",
    "mail.template": "concat(subject, body_html, email_from, partner_to, lang)",
    "ir.sequence": "concat(prefix, suffix, padding, implementation)",
}
RELATED = {
    "groups of rules": (
        "rule_group_rel",
        ("rule_group_id", "ir.rule"),
        ("group_id", "res.groups"),
    ),
    "groups of groups": (
        "res_groups_implied_rel",
        ("gid", "res.groups"),
        ("hid", "res.groups"),
    ),
    "groups of menus": (
        "ir_ui_menu_group_rel",
        ("menu_id", "ir.ui.menu"),
        ("gid", "res.groups"),
    ),
}


def table_of(model):
    """The table of a model: Odoo's actions have shorter ones."""
    table = model.replace(".", "_")
    return TABLES.get(table, table)


def compare(updated, fresh, ours, customised):
    """Yield `(what, problems)`: what only one of the two databases has.

    :param ours: names of our addons
    :param customised: external ids (whole) of the records that a person changed
    """
    for what, sql in _queries(ours).items():
        there, wanted = (_read(sql, name, customised) for name in (updated, fresh))
        missing = [f"missing: {row[:300]}" for row in sorted(wanted - there)]
        left = [f"left over: {row[:300]}" for row in sorted(there - wanted)]
        yield what, missing + left


def _read(sql, database, customised):
    rows = databases.query(
        f"SELECT translate(x, E'\\n', ' ') FROM ({sql}) q(x)", database
    )
    return {plain(row) for row in rows if row.partition(" ")[0] not in customised}


def plain(definition):
    """A definition without casts and parentheses: PostgreSQL sets others when it reads
    one of its own again."""
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", definition)


def _queries(ours):
    names = ", ".join(f"'{name}'" for name in ours)
    queries = dict(SCHEMA)
    queries["external ids"] = NAMES.format(ours=names)
    for model, columns in KEPT_RECORDS.items():
        table = model.replace(".", "_")
        queries[f"content of {model}"] = f"""
            SELECT d.module || '.' || d.name || ' ' || ({columns})
            FROM {table} r JOIN ir_model_data d ON d.res_id = r.id
            WHERE d.model = '{model}' AND d.module IN ({names})"""
    for what, (table, *ends) in RELATED.items():
        queries[what] = _related(table, *ends, names)
    return queries


def _related(table, one, other, names):
    (column, model), (other_column, other_model) = one, other
    return f"""
        SELECT a.module || '.' || a.name || ' ' || b.module || '.' || b.name
        FROM {table} r
        JOIN ir_model_data a ON a.model = '{model}' AND a.res_id = r.{column}
        JOIN ir_model_data b ON b.model = '{other_model}'
            AND b.res_id = r.{other_column}
        WHERE a.module IN ({names})"""


def dangling(database, ours):
    """External ids of `ours` whose record is not there."""
    names = ", ".join(f"'{name}'" for name in ours)
    of_ours = f"FROM ir_model_data d WHERE d.module IN ({names})"
    selects = [
        f"SELECT module || '.' || name || ' ' || model {of_ours} AND model = '{model}' "
        f"AND NOT EXISTS (SELECT FROM {table_of(model)} t WHERE t.id = d.res_id)"
        for model in databases.query(f"SELECT DISTINCT d.model {of_ours}", database)
    ]
    return databases.query(" UNION ALL ".join(selects), database)


def orphans(before, after):
    """Records of the code that had an external id before, and are there without one."""
    named = "SELECT model || '|' || res_id FROM ir_model_data WHERE model LIKE 'ir.%'"
    numbers = defaultdict(list)
    for row in set(databases.query(named, before)) - set(databases.query(named, after)):
        model, number = row.split("|")
        numbers[table_of(model)].append(number)
    selects = [
        f"SELECT '{table} ' || id FROM {table} WHERE id IN ({', '.join(some)})"
        for table, some in numbers.items()
    ]
    return databases.query(" UNION ALL ".join(selects), after) if selects else []
