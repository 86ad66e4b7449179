"""The tests of all addons in one database that has all of them and their demo data:
the product as it is sold."""

from .. import addons, databases, odoo, process, templates
from ..layout import TEST_LOG, shown
from . import odoo_log
from .report import Report

LABEL = "all addons together"
DATABASE = "isp_test_together"
TRIED = "isp_try_together"


def stage():
    """Yield the report of every addon's tests."""
    databases.copy(templates.together(), DATABASE)
    yield run_tests(DATABASE, None)
    databases.drop(DATABASE)


def only_tests(tags):
    """Yield a report of the tests that `tags` selects; the copy is left for a look."""
    databases.copy(templates.together(), TRIED)
    yield run_tests(TRIED, tags)


def run_tests(database, tags):
    """Run tests of our addons in a real Odoo process on its own port.

    :param tags: as of Odoo's --test-tags; None for all tests of our addons
    """
    report = Report(f"{LABEL}: tests on demo data")
    log = TEST_LOG / "together.log"
    log.unlink(missing_ok=True)
    tags = tags or ",".join(f"/{addon.name}" for addon in addons.every())
    command = odoo.command(
        "-d",
        database,
        f"--test-tags={tags}",
        "--stop-after-init",
        f"--http-port={process.free_port()}",
        "--max-cron-threads=0",
        f"--screenshots={TEST_LOG}",
    )
    code = process.run_to_log(command, log, env=odoo.environment())
    odoo_log.count_tests(report, log.read_text(), code, shown(log))
    return report.close()
