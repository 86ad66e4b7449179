"""What a stage found, and how the whole run is summed up."""

import time
from dataclasses import dataclass, field

from ..console import say

SLOWEST = 10  # tests named at the end of a run


@dataclass
class Report:
    """The outcome of one stage: counts of checks and the text of what failed.

    :ivar durations: [(seconds, name)] of its tests, as far as they are known
    """

    name: str
    passed: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)
    durations: list[tuple[float, str]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    def expect(self, what, problems):
        """Count one check; it failed when `problems` (lines of text) is not empty."""
        if problems:
            self.fail(f"{what}:\n" + "\n".join(problems))
        else:
            self.passed += 1

    def fail(self, text, count=1):
        self.failed += count
        self.problems.append(text)

    def close(self):
        """Take the time; a stage that checked nothing has failed."""
        if not self.passed + self.failed:
            self.fail("no check was run")
        self.seconds = time.monotonic() - self.started
        return self

    @property
    def mark(self):
        return "FAILED" if self.failed else "ok"


def summarise(reports, seconds):
    """Print what failed, a table of the stages, the slowest tests and the closing
    line; the exit code."""
    for report in reports:
        for problem in report.problems:
            say(f"\n=== {report.name} ===\n{problem}")
    width = max(len(report.name) for report in reports)
    say(f"\n{'Stage'.ljust(width)}  passed  failed  seconds")
    for report in reports:
        counts = f"{report.passed:6}  {report.failed:6}  {report.seconds:7.1f}"
        say(f"{report.name.ljust(width)}  {counts}  {report.mark}")
    _show_slowest([each for report in reports for each in report.durations])
    passed = sum(report.passed for report in reports)
    failed = sum(report.failed for report in reports)
    say(f"\nall stages in {seconds:.0f} s")
    say(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def _show_slowest(durations):
    slowest = sorted(durations, reverse=True)[:SLOWEST]
    if len(slowest) == SLOWEST:  # of a few everybody sees which one it is
        say("\nSeconds  the slowest tests")
        for seconds, name in slowest:
            say(f"{seconds:7.1f}  {name}")
