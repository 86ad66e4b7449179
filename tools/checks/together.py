"""The tests of all addons in one database that has all of them and their demo data:
the product as it is sold. They take the longest of all stages, so they are several,
each on a copy of its own with the tests of some of the addons.
"""

import re

from .. import addons, databases, odoo, process, templates
from ..layout import TEST_LOG, shown
from . import odoo_log
from .report import Report

LABEL = "all addons together"
TRIED = "isp_try_together"
PARTS = 3
TEST = re.compile(r"^ +def test_", re.M)


def stages():
    """`[(name, generator of reports)]` of every addon's tests, the longest first."""
    return [
        (f"{LABEL}: {', '.join(names)}", _stage(number, names))
        for number, names in enumerate(parts(_count_tests()), 1)
    ]


def only_tests(tags):
    """Yield a report of the tests that `tags` selects; the copy is left for a look."""
    databases.copy(templates.together(), TRIED)
    yield run_tests(TRIED, tags or _tags(_count_tests()), "together", LABEL)


def parts(weights, count=PARTS):
    """Share what weighs so much (dict) among so many lists of about the same weight."""
    shared = [[] for _part in range(count)]
    for name in sorted(weights, key=weights.get, reverse=True):
        min(shared, key=lambda part: sum(map(weights.get, part))).append(name)
    return [part for part in shared if part]


def _count_tests():
    """How many tests each addon has: about as long they take."""
    return {
        addon.name: sum(
            len(TEST.findall(file.read_text()))
            for file in (addon.folder / "tests").glob("test_*.py")
        )
        for addon in addons.every()
    }


def _tags(names):
    return ",".join(f"/{name}" for name in names)


def _stage(number, names):
    database = f"isp_test_together_{number}"
    databases.copy(templates.together(), database)
    label = f"{LABEL}: {', '.join(names)}"
    yield run_tests(database, _tags(names), f"together-{number}", label)
    databases.drop(database)


def run_tests(database, tags, name, label):
    """Run tests of our addons in a real Odoo process on its own port.

    :param tags: as of Odoo's --test-tags
    :param name: of the log file
    """
    report = Report(label)
    log = TEST_LOG / f"{name}.log"
    log.unlink(missing_ok=True)
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
