"""The stage in which every mutant of the pure cores must fail their tests."""

import json

from .. import mutation, process
from ..layout import PYTHON, ROOT, TEST_LOG, shown
from .report import Report


def stage():
    """Yield the report: a check for each mutant."""
    report = Report("mutants of the pure cores")
    log, result = TEST_LOG / "mutation.log", TEST_LOG / "mutation.json"
    for file in (log, result):
        file.unlink(missing_ok=True)
    command = [PYTHON, "-m", f"{mutation.__name__}.runner", result]
    if process.run_to_log(command, log, cwd=ROOT):
        end = log.read_text()[-3000:]
        report.fail(f"the tests fail without a mutant ({shown(log)}):\n{end}")
    else:
        read(report, json.loads(result.read_text()))
    yield report.close()


def read(report, found):
    """Enter what the runner found."""
    for target in found:
        report.passed += target["killed"]
        for mutant in target["survived"]:
            report.fail(f"no test fails with this change: {mutant}")
        for name in target["needless"]:
            report.fail(f"not equivalent, or gone: take it off the list: {name}")
