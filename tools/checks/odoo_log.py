"""Reading Odoo's log: warnings, failed tests, how many tests there were."""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ "
    r"(?P<level>[A-Z]+) (?P<database>\S+) (?P<logger>[\w.]+): "
)
COUNTS = re.compile(
    r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database"
)
SKIPPED = re.compile(r": skipped |Chrome headless failed|Chrome executable not found")
TEST_STARTS = re.compile(
    r"^(\d{4}-\d\d-\d\d [\d:,]+) .* odoo\.addons\.(\w+)\.tests\.\w+: "
    r"Starting (\w+)\.(\w+) \.\.\. ",
    re.M,
)
MOMENT = "%Y-%m-%d %H:%M:%S,%f"
TESTS_START = "Starting post tests"
HOUR = 60 * 60

# Warnings that are not about our addons: (logger, text, why it is let through).
ALLOWED = (
    (
        "odoo.sql_db",
        "is still referenced from table",
        "uninstalling tries to delete each record of the demo data; Odoo keeps those "
        "that documents of other addons refer to, such as a product in a transfer",
    ),
    (
        "odoo.sql_db",
        "could not serialize access due to concurrent update",
        "of two requests that meet at a row Odoo runs the later one again",
    ),
    (
        "odoo.addons.queue_job.jobrunner.runner",
        "Re-queued dead job",
        "a busy machine takes longer than ten seconds to begin a job, which is then "
        "handed out again",
    ),
    (
        "odoo.addons.queue_job.controllers.main",
        "but it could not be locked",
        "and of the two that have it the second one leaves it",
    ),
)


@dataclass
class Record:
    level: str
    logger: str
    text: str


def records(log):
    """The log as records; a line that starts none belongs to the one before."""
    found = []
    for line in log.splitlines():
        if match := RECORD.match(line):
            found.append(Record(match["level"], match["logger"], line))
        elif found:
            found[-1].text += f"\n{line}"
    return found


def warnings(log):
    """The text of each WARNING or worse that is not in ALLOWED, before any test ran."""
    return [
        record.text
        for record in records(log.partition(TESTS_START)[0])
        if record.level in {"WARNING", "ERROR", "CRITICAL"}
        and not any(
            record.logger == logger and text in record.text
            for logger, text, _why in ALLOWED
        )
    ]


def test_counts(log):
    """`(passed, failed)` as Odoo counts its tests; `(0, 0)` when it ran none."""
    found = COUNTS.findall(log)
    if not found:
        return 0, 0
    failures, errors, total = map(int, found[-1])
    return total - failures - errors, failures + errors


def test_failures(log):
    """The text of each failed test with its traceback, and of skipped tests."""
    _install, _mark, tests = log.partition(TESTS_START)
    return [
        record.text
        for record in records(tests)
        if record.level in {"ERROR", "CRITICAL"} or SKIPPED.search(record.text)
    ]


def durations(log):
    """[(seconds, name)] of the tests, and of what classes prepare.

    The log says when a test starts, not when it ends: it is taken to end when the next
    one starts. Between two classes the time is of the first test and of what the next
    class prepares, so it is named after both. A test that sets the clock logs by it:
    of a jump to another hour nothing is known.
    """
    found = []
    for this, following in pairwise(TEST_STARTS.findall(log)):
        begin, end = (datetime.strptime(test[0], MOMENT) for test in (this, following))
        seconds = (end - begin).total_seconds()
        if not 0 <= seconds < HOUR:
            continue
        name = ".".join(this[1:])
        if this[2] != following[2]:
            name += f", then {following[2]} prepares"
        found.append((seconds, name))
    return found


def count_tests(report, log, code, name):
    """Put into `report` how the tests went that `log` tells of.

    :param code: exit code of Odoo
    :param name: of the log file, as people read it
    """
    passed, failed = test_counts(log)
    report.passed += passed
    report.durations = durations(log)
    failures = test_failures(log)
    if failed or failures:
        report.fail("\n\n".join(failures), failed or len(failures))
    if not passed + failed:
        report.fail(f"no test ran (log: {name})")
    elif code and not report.failed:
        report.fail(f"Odoo ended with code {code} (log: {name})")
