"""How far more workers bring a billing run, and whether their memory stays flat.

Each worker is an Odoo process of its own, as the job runner has them. All load first,
say so, and begin when a lock in the database is let go, so that only work is measured.
The yardstick, bare Odoo, is measured with as many workers in the same run.
"""

import subprocess
import time

from bench import billing_run
from tools import odoo
from tools.measure import get_size, report

CHUNK = billing_run.CHUNK
WORKERS = (1, 2)
START_LOCK = 4_072_026
WORK = {"ours": billing_run.bill_chunk, "bare Odoo": billing_run._post_bare}
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from bench import billing_workers
billing_workers.work(env, {name!r}, {ids!r})
"""


def run(env):
    """Report invoices a second; `env` is that of an Odoo shell."""
    size = max(CHUNK * WORKERS[-1], get_size(6 * CHUNK))
    needed = {workers: size + CHUNK * workers for workers in WORKERS}
    services = billing_run.make_services(env, sum(needed.values()))
    billing_run.make_run(env, services)
    services = services.ids
    rates, grown = {}, {}
    for workers in WORKERS:
        ids, services = services[: needed[workers]], services[needed[workers] :]
        for name in WORK:
            case = name, workers
            seconds, grown[case] = _measure(env, name, ids, workers)
            rates[case] = size / seconds
    for name in WORK:
        one, two = rates[name, WORKERS[0]], rates[name, WORKERS[-1]]
        title = f"billing_workers, {name}"
        report(title, size, "a second, two workers", two, "one worker", one)
    two = WORKERS[-1]
    ours, bare = (rates[name, two] for name in WORK)
    report("billing_workers, two", size, "a second", ours, "bare Odoo, two", bare)
    report("billing_workers, memory", size, "MB grown", grown["ours", two])


def _measure(env, name, ids, workers):
    """Return the seconds that the workers took together, and the MB that the one
    that grew most had more after its last chunk than after its first."""
    lock = f"SELECT pg_advisory_{{}}({START_LOCK})"
    env.cr.execute(lock.format("lock"))
    share = len(ids) // workers
    children = [
        _start(env, name, ids[n * share : (n + 1) * share]) for n in range(workers)
    ]
    for child in children:
        _wait_for(child, "ready")
    start = time.perf_counter()
    env.cr.execute(lock.format("unlock"))
    grown = [float(_wait_for(child, "grown").split()[1]) for child in children]
    taken = time.perf_counter() - start
    for child in children:
        child.wait()
    env.cr.commit()
    return taken, max(grown)


def _start(env, name, ids):
    child = subprocess.Popen(
        odoo.command("shell", "-d", env.cr.dbname, "--no-http", "--log-level=warn"),
        env=odoo.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    child.stdin.write(SCRIPT.format(root=str(odoo.ROOT), name=name, ids=ids))
    child.stdin.close()
    return child


def _wait_for(child, word):
    for line in child.stdout:
        if line.startswith(word):
            return line
    raise RuntimeError(f"a worker ended before it said {word!r}")


def work(env, name, ids):
    """What one worker does: a first chunk, then the others when all are ready."""
    services = env["isp.service"].browse(ids)
    chunks = [services[n : n + CHUNK] for n in range(0, len(services), CHUNK)]
    _do(env, name, chunks[0])
    before = billing_run.read_memory()
    print("ready", flush=True)
    env.cr.execute(f"SELECT pg_advisory_lock_shared({START_LOCK})")
    for chunk in chunks[1:]:
        _do(env, name, chunk)
    print("grown", billing_run.read_memory() - before, flush=True)


def _do(env, name, chunk):
    """One job: what it read is forgotten afterwards, as the job runner does."""
    WORK[name](env, chunk)
    env.cr.commit()
    env.invalidate_all()
