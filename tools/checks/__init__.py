"""The stages of `make test`, run two at a time."""

import time
import traceback
from concurrent.futures import ThreadPoolExecutor

from .. import addons, templates
from ..console import Failure, say
from ..layout import TEST_LOG
from . import addon as addon_stages
from . import (
    benches,
    life_cycle,
    lint,
    mutation_stage,
    pytest_stage,
    stories,
    together,
    updates,
)
from .report import Report, summarise

AT_ONCE = 2  # each stage keeps about one core busy: three at once were not faster


def run_everything():
    """What the merge gate asks for; return the exit code."""
    templates.drop_unused()
    office, network = stories.stages()
    stages = [
        # It makes the database that others copy. Those beside it need none.
        ("all addons with demo data", life_cycle.with_demo()),
        ("lint", lint.stage()),
        ("tools: own tests", tools_tests()),
        ("mutants of the pure cores", mutation_stage.stage()),
        ("simulator: own tests", simulator_tests()),
        # The longest ones first, so that at the end both lanes are busy.
        office,
        *together.stages(),
        network,
        ("benchmarks", benches.stage()),
        ("updates from former releases", updates.stages()),
        *((addon.name, addon_stages.stages(addon)) for addon in addons.every()),
    ]
    return run_stages(stages)


def run_addon_tests(addon, tags):
    return run_stages([(addon.name, addon_stages.only_tests(addon, tags))])


def run_tests_together(tags):
    return run_stages([(together.LABEL, together.only_tests(tags))])


def run_stories(tests):
    return run_stages(stories.stages(tests))


def run_update(release):
    label = f"update from release {release.version}"
    return run_stages([(label, updates.stages([release]))])


def run_lint(only=()):
    return run_stages([("lint", lint.stage(only))])


def run_mutants():
    return run_stages([("mutants of the pure cores", mutation_stage.stage())])


def tools_tests():
    yield pytest_stage.run("tools", "tools: own tests", "tools/tests")


def simulator_tests():
    yield pytest_stage.run("simulator", "simulator: own tests", "simulator/tests")


def run_stages(stages):
    """Run `[(name, generator of reports)]`, two at a time; return the exit code."""
    TEST_LOG.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda stage: _run_stage(*stage), stages)
        reports = [report for some in found for report in some]
    return summarise(reports, time.monotonic() - started)


def _run_stage(name, stage):
    """The reports of one stage; what breaks it off is a failed report itself."""
    reports = []
    try:
        for report in stage:
            say(f"[{report.mark}] {report.name} ({report.seconds:.0f} s)")
            reports.append(report)
    except Exception as error:  # the other stages still have something to tell
        broken = Report(f"{name}: broken off")
        known = isinstance(error, Failure)
        broken.fail(str(error) if known else traceback.format_exc())
        say(f"[FAILED] {broken.name}")
        reports.append(broken.close())
    return reports
