"""The stories across addons: pytest and Playwright against a real Odoo process."""

from .. import templates
from . import pytest_stage


def stage(tests=()):
    """Yield the report of the stories (all, or the files and ids in `tests`)."""
    templates.with_demo()
    yield pytest_stage.run("e2e", "e2e: stories across addons", *(tests or ["e2e"]))
