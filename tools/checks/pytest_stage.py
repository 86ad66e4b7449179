"""A stage that runs pytest in a process of its own."""

from xml.etree import ElementTree

from .. import process
from ..layout import PYTHON, ROOT, TEST_LOG, shown
from .report import Report


def run(name, label, *arguments):
    """Run pytest with `arguments`; counts come from its own report file.

    :param name: of the log file
    :param label: of the stage
    """
    report = Report(label)
    log, results = TEST_LOG / f"{name}.log", TEST_LOG / f"{name}.xml"
    for file in (log, results):
        file.unlink(missing_ok=True)
    command = [PYTHON, "-m", "pytest", f"--junitxml={results}", *arguments]
    code = process.run_to_log(command, log, cwd=ROOT)
    if results.exists():
        suite = ElementTree.parse(results).getroot().find("testsuite")
        total, *not_passed = (
            int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")
        )
        report.passed = total - sum(not_passed)
        report.failed = sum(not_passed)
        report.durations = [
            (float(case.get("time")), f"{case.get('classname')}.{case.get('name')}")
            for case in suite.iter("testcase")
        ]
    if code and not report.failed:
        report.failed = 1
    if report.failed:
        report.problems.append(_failures(log.read_text()) + f"\n(log: {shown(log)})")
    return report.close()


def _failures(output):
    """From pytest's list of failures on; all of it when it got nowhere."""
    start = max(output.find("= FAILURES ="), output.find("= ERRORS ="), 0)
    return output[start:][-12000:]
