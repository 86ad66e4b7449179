"""The stages of one addon, on a copy of the template with its dependencies:
its own tests and its translations, without demo data.

All tests run with all addons together (together.py). What an addon alone adds to that
is what it lacks when others are not there: the walk through its pages as each role
finds it, and its tests. Not those marked `isp_together`, which try all that is
installed: together there is more of it. Of the addons whose tests take long,
`make test` runs alone the classes marked `isp_alone`, their main ways;
`make test ADDON=x` runs all.
"""

from .. import databases, odoo, process, templates
from ..layout import ROOT, TEST_LOG, shown
from . import i18n, odoo_log
from .report import Report

MARK = "isp_alone"
NOT_ALONE = "isp_together"
WALK = "/isp_base:TestWalk"
# None of those that run in each `make test` opens one.
NO_BROWSER = "tools.no_browser"


def stages(addon):
    """Yield a report for each stage of `addon`."""
    database = f"isp_test_{addon.name}"
    databases.copy(templates.dependencies(addon), database)
    yield run_tests(addon, database, chosen_tests(addon), NO_BROWSER)
    yield i18n.check(addon, database)
    databases.drop(database)


def chosen_tests(addon):
    """Odoo's --test-tags for the tests that run in each `make test`."""
    tests = (addon.folder / "tests").glob("test_*.py")
    if any(f'"{MARK}"' in file.read_text() for file in tests):
        return f"{MARK}/{addon.name},{WALK}"
    return f"/{addon.name},-{NOT_ALONE}/{addon.name},{WALK}"


def only_tests(addon, tags):
    """Yield a report of the tests that `tags` selects; the copy is left for a look."""
    database = f"isp_try_{addon.name}"
    databases.copy(templates.dependencies(addon), database)
    yield run_tests(addon, database, tags or f"/{addon.name}")


def run_tests(addon, database, tags, program="odoo"):
    """Install `addon` and run its tests in a real Odoo process on its own port.

    :param program: the Python module that is Odoo
    """
    report = Report(f"{addon.name}: install and tests")
    log = TEST_LOG / f"{addon.name}.log"
    log.unlink(missing_ok=True)
    arguments = [
        "-d",
        database,
        "-i",
        addon.name,
        f"--test-tags={tags}",
        "--stop-after-init",
    ]
    arguments += [f"--http-port={process.free_port()}", "--max-cron-threads=0"]
    arguments += [f"--screenshots={TEST_LOG}"]
    python, option, _odoo, *rest = odoo.command(*arguments)
    command = [python, option, program, *rest]
    code = process.run_to_log(command, log, cwd=ROOT, env=odoo.environment())
    text = log.read_text()
    report.expect(f"warnings while {addon.name} was installed", odoo_log.warnings(text))
    odoo_log.count_tests(report, text, code, shown(log))
    return report.close()
