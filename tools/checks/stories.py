"""The stories across addons: pytest and Playwright against a real Odoo process.

They take the longest of all stages, so they are two: those that need FreeRADIUS, which
share one, and the others. Each runs in a process of its own, and so both cores are busy
to the end.
"""

import re

from .. import templates
from ..layout import ROOT
from . import pytest_stage

# The fixture of the FreeRADIUS that its stories share (e2e/conftest.py).
RADIUS = re.compile(r"\bradius\b")


def stages(tests=()):
    """`[(name, generator of reports)]` of all stories, or of one with the files and ids
    in `tests`."""
    if tests:
        return [_stage("stories across addons", "e2e", tests)]
    radius, others = [], []
    for file in sorted((ROOT / "e2e").glob("test_*.py")):
        group = radius if RADIUS.search(file.read_text()) else others
        group.append(str(file.relative_to(ROOT)))
    return [
        _stage("stories of the office", "stories-office", others),
        _stage("stories of the network", "stories-network", radius),
    ]


def _stage(label, log, tests):
    label = f"e2e: {label}"
    return label, _run(label, log, tests)


def _run(label, log, tests):
    templates.with_demo()
    yield pytest_stage.run(log, label, *tests)
