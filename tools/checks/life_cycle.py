"""Update and uninstall of addons: no warning in the logs, nothing left behind."""

from .. import addons, databases, odoo, process, templates
from ..layout import TEST_LOG
from . import odoo_log
from .report import Report

# What an addon alone owns in the database, by the records that Odoo keeps of it.
OWNED = """
SELECT 'table ' || replace(m.model, '.', '_') FROM ir_model m JOIN ir_model_data d
    ON d.model = 'ir.model' AND d.res_id = m.id WHERE {only}
UNION ALL
SELECT 'column ' || replace(f.model, '.', '_') || '.' || f.name
    FROM ir_model_fields f
    JOIN ir_model_data d ON d.model = 'ir.model.fields' AND d.res_id = f.id
    WHERE f.store AND f.ttype NOT IN ('one2many', 'many2many') AND {only}
UNION ALL
SELECT 'table ' || r.name FROM ir_model_relation r
    JOIN ir_module_module m ON m.id = r.module
    WHERE m.name = '{name}'
"""
ONLY = """d.module = '{name}' AND NOT EXISTS (
    SELECT FROM ir_model_data o WHERE o.model = d.model AND o.res_id = d.res_id
    AND o.module != d.module)"""
STORED = """
SELECT 'table ' || table_name FROM information_schema.tables
    WHERE table_schema = 'public'
UNION ALL
SELECT 'column ' || table_name || '.' || column_name
    FROM information_schema.columns WHERE table_schema = 'public'
"""


def check(installed, database, name):
    """Update `installed` (in order of dependency), then uninstall them, last first."""
    report = Report(name)
    names = [addon.name for addon in installed]
    arguments = ["-u", ",".join(names), "--stop-after-init", "--no-http"]
    report.expect("update", _run(database, name, *arguments))
    for addon in reversed(installed):
        owned = _owned(database, addon)
        problems = _run(database, name, "module", "uninstall", addon.name)
        report.expect(f"uninstalling {addon.name}", problems)
        report.expect(f"left behind by {addon.name}", _left(database, addon, owned))
    return report.close()


def with_demo():
    """Yield the report of installing, updating and uninstalling all with demo data."""
    every = addons.every()
    report = Report("all addons with demo data: install")
    template = templates.with_demo()
    for log in sorted(templates.demo_logs().glob("demo-install-*.log")):
        report.expect(f"warnings in {log.name}", odoo_log.warnings(log.read_text()))
    yield report.close()
    database = "isp_test_demo"
    databases.copy(template, database)
    yield check(every, database, "all addons with demo data: update, uninstall")
    databases.drop(database)


def _run(database, name, *arguments):
    """Run Odoo; return its warnings, and how it ended when not well."""
    log = (
        TEST_LOG / f"{name.replace(': ', '-').replace(', ', '-').replace(' ', '_')}.log"
    )
    log.unlink(missing_ok=True)
    subcommand = [] if arguments[0].startswith("-") else arguments[:2]
    rest = arguments[len(subcommand) :]
    command = odoo.command(*subcommand, "-d", database, *rest)
    code = process.run_to_log(command, log, env=odoo.environment())
    problems = odoo_log.warnings(log.read_text())
    if code:
        problems.append(f"Odoo ended with code {code}:\n{log.read_text()[-3000:]}")
    return problems


def _owned(database, addon):
    sql = OWNED.format(only=ONLY.format(name=addon.name), name=addon.name)
    return set(databases.query(sql, database))


def _left(database, addon, owned):
    """What is still stored of `owned`, and records that still name the addon."""
    left = sorted(owned.intersection(databases.query(STORED, database)))
    left += databases.query(
        "SELECT 'record ' || module || '.' || d.name FROM ir_model_data d "
        f"WHERE module = '{addon.name}' ORDER BY 1",
        database,
    )
    state = databases.query(
        f"SELECT state FROM ir_module_module WHERE name = '{addon.name}'", database
    )
    return left + [f"state {text}" for text in state if text != "uninstalled"]
