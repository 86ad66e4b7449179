"""Every benchmark on few records: so that it does not rot between two measurements."""

import json

from .. import bench
from .report import Report


def stage():
    """Yield the report of a rehearsal: each benchmark prints what it measured."""
    report = Report("benchmarks, on few records")
    measured = [json.loads(line)["name"] for line in bench.rehearse()]
    for name in bench.names():
        found = [title for title in measured if title.partition(",")[0] == name]
        report.expect(name, [] if found else ["It measured nothing."])
    yield report.close()
