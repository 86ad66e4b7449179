"""How much faster more workers bill, and whether memory grows with the services.

The yardstick of the workers is one worker in the same run; that of the memory is what
the first chunks took.
"""

import multiprocessing
import resource
import time

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_all

from .billing_run import CHUNK, make_services

WORKERS = 2
CHUNKS = 4  # of each worker
MORE = 8  # times as many chunks, for the memory


def run(env):
    """Print name, value and unit of each measure; `env` is that of an Odoo shell."""
    count = CHUNK * CHUNKS * (1 + WORKERS + MORE)
    ids = make_services(env, count).ids
    chunks = [ids[n : n + CHUNK] for n in range(0, count, CHUNK)]
    parts = [chunks[n : n + CHUNKS] for n in range(0, len(chunks), CHUNKS)]
    alone = _measure(env, parts[:1])
    together = _measure(env, parts[1 : 1 + WORKERS])
    print(f"bench workers, 1: {CHUNK * CHUNKS / alone:.0f} services a second")
    rate = CHUNK * CHUNKS * WORKERS / together
    print(f"bench workers, {WORKERS}: {rate:.0f} services a second")
    print(
        f"bench workers, ratio: {WORKERS} of them do {WORKERS} times the work in "
        f"{together / alone:.2f} times the time of one"
    )
    _print_memory(env, parts[1 + WORKERS :])


def _measure(env, parts):
    """Return the seconds in which as many processes as parts bill them."""
    env.cr.commit()
    close_all()
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(target=_bill, args=(env.cr.dbname, part)) for part in parts
    ]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not any(worker.exitcode for worker in workers), "a worker failed"
    return time.perf_counter() - start


def _print_memory(env, parts):
    context = multiprocessing.get_context("fork")
    peaks = context.SimpleQueue()
    close_all()
    worker = context.Process(target=_watch, args=(env.cr.dbname, parts, peaks))
    worker.start()
    first, last = peaks.get(), peaks.get()
    worker.join()
    print(f"bench memory, {CHUNK * CHUNKS} services: {first:.0f} MiB at most")
    print(f"bench memory, {MORE} times as many: {last / first:.2f} times that")


def _watch(database, parts, peaks):
    for number, part in enumerate(parts):
        _bill(database, part)
        if number in (0, len(parts) - 1):
            peaks.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _bill(database, chunks):
    for chunk in chunks:
        with Registry(database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["isp.biller"]._bill(env["isp.service"].browse(chunk))
