"""The stages of `make test`, run two at a time."""

import time
import traceback
from concurrent.futures import ThreadPoolExecutor

from .. import addons, templates
from ..console import Failure, say
from ..layout import TEST_LOG
from . import addon as addon_stages
from . import life_cycle, lint, pytest_stage, stories
from .report import Report, summarise

AT_ONCE = 2  # each stage keeps about one core busy


def run_everything():
    """What the merge gate asks for; return the exit code."""
    stages = [life_cycle.with_demo()]
    stages += [addon_stages.stages(addon) for addon in addons.every()]
    stages += [lint.stage(), tools_tests(), stories.stage()]
    code = run_stages(stages)
    templates.drop_unused()
    return code


def run_addon_tests(addon, tags):
    return run_stages([addon_stages.only_tests(addon, tags)])


def tools_tests():
    yield pytest_stage.run("tools", "tools: own tests", "tools/tests")


def run_stages(stages):
    """Run generators of reports, two at a time; sum up; return the exit code."""
    TEST_LOG.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        reports = [report for found in pool.map(_run_stage, stages) for report in found]
    return summarise(reports, time.monotonic() - started)


def _run_stage(stage):
    """The reports of one stage; what goes wrong in it is a failed report itself."""
    reports = []
    try:
        for report in stage:
            say(f"[{report.mark}] {report.name} ({report.seconds:.0f} s)")
            reports.append(report)
    except Exception as error:  # the other stages still have something to tell
        known = isinstance(error, Failure)
        broken = Report(
            "a stage broke off" if not reports else f"after {reports[-1].name}"
        )
        broken.fail(str(error) if known else traceback.format_exc())
        say(f"[FAILED] {broken.name}")
        reports.append(broken.close())
    return reports
