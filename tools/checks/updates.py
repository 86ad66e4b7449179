"""Whether the database of a former release comes to the present code with its data."""

from .. import addons, databases, odoo, process, releases, templates
from ..console import Failure
from ..layout import ROOT, TEST_LOG
from ..releases import changes
from . import odoo_log, stored_data, stored_schema
from .report import Report

# What the administrator's guide says: all of ours stand on this one. An addon that
# is new, and no part of one that was there, is installed by who wants it; so is Odoo's
# own gateway that the demo has.
NEW_ADDONS = "isp_notice,isp_counter,payment_midtrans,payment_tripay,payment_xendit"
NEW = ("-i", NEW_ADDONS)
QUIET = ("--stop-after-init", "--no-http", "--max-cron-threads=0")
UPDATE = ("-u", "isp_base", *NEW, *QUIET)
# One that stands on modules of OCA that the release did not have. With demo data Odoo
# would install theirs too, which are about companies that are not there.
LATER = "isp_bank"
WAITING_JOBS = (
    "SELECT count(*) FROM queue_job WHERE state NOT IN ('done', 'cancelled', 'failed')"
)
PROBES = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tools.releases import probes
probes.main(env)
"""


def stages(former=releases.RELEASES):
    """Yield a report for each of these releases."""
    for release in former:
        yield check(release)


def check(release):
    """Return the report: a copy of the release's database is updated and compared
    with what it was, and with a database of today."""
    report = Report(f"update from release {release.version}")
    before = f"isp_test_release_{release.version.replace('.', '_')}"
    after = f"{before}_updated"
    releases.restore(release, before)
    databases.copy(before, after)
    problems = _update(after)
    report.expect("update", problems)
    if not problems:
        _check_data(report, before, after)
        _check_code(report, before, after)
        report.expect("in use", _probe(after))
    if not report.failed:
        databases.drop(before)
        databases.drop(after)
    return report.close()


def _update(database):
    log = TEST_LOG / f"{database}.log"
    log.unlink(missing_ok=True)
    command = odoo.command("-d", database, *UPDATE)
    code = process.run_to_log(command, log, env=odoo.environment())
    problems = odoo_log.warnings(log.read_text())
    if code:
        problems.append(f"Odoo ended with code {code}:\n{log.read_text()[-3000:]}")
    return problems or _install_later(database)


def _install_later(database):
    """Install LATER and what it needs, without demo data: nothing is to be new."""
    log = TEST_LOG / f"{database}_later.log"
    demo = "UPDATE ir_module_module SET demo = {} WHERE state = 'installed'"
    databases.query(demo.format("false"), database)
    try:
        odoo.install(database, [LATER], log)
    except Failure as failure:
        return [str(failure)]
    databases.query(demo.format("true"), database)
    return odoo_log.warnings(log.read_text())


def _check_data(report, before, after):
    for table, problems in stored_data.compare(before, after, changes):
        report.expect(f"data of {table}", problems)
    waiting, now = (databases.query(WAITING_JOBS, name) for name in (before, after))
    problems = [] if waiting == now else [f"{waiting} waited before, {now} do now"]
    report.expect("waiting jobs", problems)


def _check_code(report, before, after):
    fresh = templates.with_demo()
    ours = [addon.name for addon in addons.every()]
    for what, problems in stored_schema.compare(after, fresh, ours, changes.OF_PEOPLE):
        report.expect(f"as installed today: {what}", problems)
    report.expect("external ids of nothing", stored_schema.dangling(after, ours))
    report.expect("records left behind", stored_schema.orphans(before, after))


def _probe(database):
    """What is wrong when the updated database is used."""
    log = TEST_LOG / f"{database}-probes.log"
    try:
        odoo.run_script(database, PROBES, log)
    except Failure as failure:
        return [str(failure)]
    lines = log.read_text().splitlines()
    return [line for line in lines if line.startswith("problem: ")]
