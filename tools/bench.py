"""The benchmarks of bench/, each in an Odoo shell on a copy of the demo database."""

from . import databases, freeradius, odoo, process, templates
from .console import say
from .layout import ROOT

DATABASE = "isp_bench"
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from bench import {name}
{name}.run(env)
"""


def run(only=()):
    """Run every benchmark, or those named; print what it measured."""
    for path in sorted((ROOT / "bench").glob("*.py")):
        if only and path.stem not in only:
            continue
        databases.copy(templates.with_demo(), DATABASE)
        try:
            output = process.run(
                odoo.command("shell", "-d", DATABASE, "--no-http", "--log-level=warn"),
                f"benchmark {path.stem}",
                input=SCRIPT.format(root=str(ROOT), name=path.stem),
                env=odoo.environment(),
            )
        finally:
            databases.drop(DATABASE)
            freeradius.drop_role(DATABASE)
        for line in output.splitlines():
            if line.startswith("bench "):
                say(line.removeprefix("bench "))
