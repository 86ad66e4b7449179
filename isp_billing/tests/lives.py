"""How many random lives a property test goes through, and which.

The same ones each time, so that what is to be merged does not depend on the day.
``ISP_LIVES_OF=2027-01-31`` (any date) gives other ones, ``ISP_LIVES=10`` ten times as
many: who looks for more finds more.
"""

import os
from datetime import date

from hypothesis import HealthCheck, Phase, seed, settings

DAY = "2026-11-27"


def try_lives(count):
    """Decorate a test that hypothesis gives lives to: it gets so many of them."""
    day = date.fromisoformat(os.environ.get("ISP_LIVES_OF") or DAY)
    chosen = settings(
        max_examples=count * int(os.environ.get("ISP_LIVES", 1)),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    return lambda test: seed(day.toordinal())(chosen(test))
