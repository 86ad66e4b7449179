"""Update and uninstall of addons: no warning in the logs, nothing left behind."""

from .. import addons, databases, odoo, process, templates
from ..layout import TEST_LOG
from . import architecture, odoo_log
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
# Odoo locks this table NOWAIT to uninstall; an ANALYZE by autovacuum would refuse it.
UNDISTURBED = "ALTER TABLE ir_module_module SET (autovacuum_enabled = off)"
STORED = """
SELECT 'table ' || table_name FROM information_schema.tables
    WHERE table_schema = 'public'
UNION ALL
SELECT 'column ' || table_name || '.' || column_name
    FROM information_schema.columns WHERE table_schema = 'public'
"""


def check(installed, database):
    """Update `installed` (in order of dependency), then uninstall them, last first."""
    report = Report("all addons with demo data: update, uninstall")
    log = TEST_LOG / "life-cycle.log"
    log.unlink(missing_ok=True)
    names = ",".join(addon.name for addon in installed)
    update = odoo.command("-d", database, "-u", names, "--stop-after-init", "--no-http")
    report.expect("update", _run(update, log))
    databases.query(UNDISTURBED, database)
    for addon in reversed(installed):
        owned = _owned(database, addon)
        uninstall = odoo.command("module", "uninstall", "-d", database, addon.name)
        problems = _run(uninstall, log)
        report.expect(f"uninstalling {addon.name}", problems)
        if not problems:
            left = _left(database, addon, owned)
            report.expect(f"left behind by {addon.name}", left)
    return report.close()


def with_demo():
    """Yield the report of installing, updating and uninstalling all with demo data."""
    report = Report("all addons with demo data: install")
    log = templates.demo_logs() / "demo-3.log"  # of our addons alone
    if not log.exists():
        databases.drop(templates.name_of_demo())
    template = templates.with_demo()
    report.expect("install", odoo_log.warnings(log.read_text()))
    yield report.close()
    database = "isp_test_demo"
    databases.copy(template, database)
    yield architecture.check(database, [addon.name for addon in addons.every()])
    yield check(addons.every(), database)
    databases.drop(database)


def _run(command, log):
    """Run Odoo; return its warnings, and how it ended when not well."""
    before = len(log.read_text()) if log.exists() else 0
    code = process.run_to_log(command, log, env=odoo.environment())
    output = log.read_text()[before:]
    problems = odoo_log.warnings(output)
    if code:
        problems.append(f"Odoo ended with code {code}:\n{output[-3000:]}")
    return problems


def _owned(database, addon):
    sql = OWNED.format(only=ONLY.format(name=addon.name), name=addon.name)
    return set(databases.query(sql, database))


def _left(database, addon, owned):
    """What is still stored of `owned`, and views, menus, groups … of the addon.

    Its products, lots and the like are none of it: Odoo keeps those that documents
    of other addons refer to.
    """
    left = sorted(owned.intersection(databases.query(STORED, database)))
    records = databases.query(
        "SELECT 'record ' || name FROM ir_model_data "
        f"WHERE module = '{addon.name}' AND model ~ '^(ir|res.groups|mail.template)'",
        database,
    )
    state = databases.query(
        f"SELECT state FROM ir_module_module WHERE name = '{addon.name}'", database
    )
    return left + records + [f"state {text}" for text in state if text != "uninstalled"]
