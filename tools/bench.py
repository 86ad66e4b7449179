"""The benchmarks of bench/, each in an Odoo shell on a copy of the demo database."""

from . import databases, freeradius, odoo, process, templates
from .console import Failure, say
from .layout import ROOT

DATABASE = "isp_bench"
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from bench import {name}
{name}.run(env)
"""


def run(only=()):
    """Run every benchmark, or those named; print what it measured.

    :raises Failure: when there is none of that name
    """
    there = sorted(path.stem for path in (ROOT / "bench").glob("*.py"))
    for name in only:
        if name not in there:
            names = ", ".join(there)
            raise Failure(f"there is no benchmark {name!r}; BENCH may be: {names}")
    for name in only or there:
        databases.copy(templates.with_demo(), DATABASE)
        try:
            output = process.run(
                odoo.command("shell", "-d", DATABASE, "--no-http", "--log-level=warn"),
                f"benchmark {name}",
                input=SCRIPT.format(root=str(ROOT), name=name),
                env=odoo.environment(),
            )
        finally:
            databases.drop(DATABASE)
            freeradius.drop_role(DATABASE)
        for line in output.splitlines():
            if line.startswith("bench "):
                say(line.removeprefix("bench "))
