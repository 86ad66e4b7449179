"""The benchmarks of bench/, each in an Odoo shell on a copy of the demo database."""

import os
from tempfile import NamedTemporaryFile

from . import databases, freeradius, odoo, process, templates
from .console import Failure, say
from .layout import LOG, ROOT

DATABASE = "isp_bench"
MARK = "bench "
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from bench import {names}
for bench in ({names},):
    bench.run(env)
"""
FEW = 40  # records of a rehearsal; a benchmark that needs more takes more


def names():
    return sorted(path.stem for path in (ROOT / "bench").glob("*.py"))


def run(only=()):
    """Run every benchmark, or those named; print what it measured.

    :raises Failure: when there is none of that name
    """
    for name in only:
        if name not in names():
            there = ", ".join(names())
            raise Failure(f"there is no benchmark {name!r}; BENCH may be: {there}")
    for name in only or names():
        for line in _measure([name], DATABASE, os.environ.get("N", ""), limit=None):
            say(line)


def rehearse():
    """Run every benchmark on few records, one after the other in one database; return
    what they print, a JSON object a line.

    :raises Failure: when one of them fails
    """
    return _measure(names(), f"{DATABASE}_test", str(FEW))


def _measure(chosen, database, size, limit=process.LONGEST):
    databases.copy(templates.with_demo(), database)
    script = SCRIPT.format(root=str(ROOT), names=", ".join(chosen))
    log = LOG / f"{database}.log"
    log.unlink(missing_ok=True)
    try:
        with NamedTemporaryFile("w+") as source:
            source.write(script)
            source.seek(0)
            code = process.run_to_log(
                odoo.command("shell", "-d", database, "--no-http", "--log-level=warn"),
                log,
                limit,
                stdin=source,
                env={**odoo.environment(), "N": size},
            )
    finally:
        databases.drop(database)
        freeradius.drop_role(database)
    output = log.read_text()
    if code:
        raise process.failure(f"benchmark {', '.join(chosen)}", output)
    lines = [line for line in output.splitlines() if line.startswith(MARK)]
    return [line.removeprefix(MARK) for line in lines]
