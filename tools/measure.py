"""What a benchmark measures, in one form: `make bench` prints a JSON object a line."""

import json
import os
import resource
import time
from contextlib import contextmanager


def get_size(default):
    """How many records a benchmark works on: `N=…` of the command line."""
    return int(float(os.environ.get("N") or default))


class Cost:
    """What a piece of work took: `seconds`, of them `cpu` here and in the programs
    that were called, and `queries`."""

    seconds = cpu = queries = 0


@contextmanager
def measured(cr):
    """Measure what is done within, beside what it asks of the database."""
    cost, queries = Cost(), cr.sql_log_count
    cpu, start = _read_cpu(), time.perf_counter()
    yield cost
    cost.seconds = time.perf_counter() - start
    cost.cpu = _read_cpu() - cpu
    cost.queries = cr.sql_log_count - queries


def _read_cpu():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def report(name, n, unit, value, yardstick="", yardstick_value=None, cost=None):
    """Print one measure.

    :param n: on how many records
    :param value: number, in `unit`
    :param yardstick: what it is compared with, and `yardstick_value` what that took
    :param cost: the Cost of the piece that `value` is of
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measure = {
        "name": name,
        "n": n,
        "value": round(value, 3),
        "unit": unit,
        "yardstick": yardstick,
        "yardstick_value": yardstick_value and round(yardstick_value, 3),
        "ratio": yardstick_value and round(value / yardstick_value, 2),
        "cpu_seconds": cost and round(cost.cpu, 3),
        "peak_rss_mb": round(peak),
        "queries": cost and cost.queries,
    }
    print(f"bench {json.dumps(measure)}", flush=True)
