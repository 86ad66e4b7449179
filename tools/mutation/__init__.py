"""Would the tests notice a fault? Each small change to the pure cores must fail them.

A mutant is the source with one change (mutants.py). For each one the unit tests of
its module run in one process, without a database (runner.py); one that they all pass
has survived: a test is missing, or it is equivalent and listed here with its reason.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """:ivar file: the pure module
    :ivar tests: modules of unittest that need no database, the fastest first
    :ivar equivalent: `{mutant: why nobody can tell it from the original}`
    """

    file: str
    tests: tuple[str, ...]
    equivalent: dict[str, str] = field(default_factory=dict)


TARGETS = (
    Target(
        "isp_billing/rating.py",
        ("isp_billing/tests/test_rating_table.py",),
        dict.fromkeys(
            (
                "Calendar.monthly: 2000 → 2001",
                "Calendar.monthly: 2000 → 1999",
                "Calendar.monthly: 1 → 2",
            ),
            "any month with this day is as good an anchor",
        ),
    ),
    Target(
        "isp_network/radius/attributes.py",
        ("isp_mikrotik/tests/test_attributes.py",),
        {"as_read: 0 → -1": "the first and the last are compared anyhow"},
    ),
    Target(
        "isp_mikrotik/radius/attributes.py",
        ("isp_mikrotik/tests/test_attributes.py",),
    ),
    Target(
        "isp_mikrotik/routeros/reconcile.py",
        (
            "isp_mikrotik/tests/test_reconcile.py",
            "isp_mikrotik/tests/test_reconcile_apply.py",
            "isp_mikrotik/tests/test_router_desired.py",
        ),
        {
            "_has_wrong_address: return False → return None": "it is a condition only",
        },
    ),
)
