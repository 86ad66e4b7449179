"""How many random lives a property test goes through, and which.

Each day has others. ``ISP_LIVES_OF=2026-11-27`` gives again those of a day on which one
failed, ``ISP_LIVES=10`` ten times as many.
"""

import os
from datetime import date

from hypothesis import HealthCheck, Phase, seed, settings


def try_lives(count):
    """Decorate a test that hypothesis gives lives to: it gets so many of them."""
    day = date.fromisoformat(os.environ.get("ISP_LIVES_OF") or str(date.today()))
    chosen = settings(
        max_examples=count * int(os.environ.get("ISP_LIVES", 1)),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    return lambda test: seed(day.toordinal())(chosen(test))
