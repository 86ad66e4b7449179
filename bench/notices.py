"""How many messages a second two workers hand to a provider that answers in 50 ms, and
whether each arrives once.

A worker is an Odoo process that has one number, as the job runner gives it one. Both
load first, say so, and begin when a lock in the database is let go. The yardstick is
the gateway alone, without outbox and database, with as many messages on the wire, in
the same run: what is missing to it is what it costs that nothing is lost.
"""

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from odoo.tools import SQL

from odoo.addons.isp_notice.gateways import Outgoing

from simulator.whatsapp.control import Process
from simulator.whatsapp.providers import Meta
from tools import measure, odoo

WORKERS = 2
LATENCY = 0.05  # seconds
ON_THE_WIRE = 32  # messages of each number
START_LOCK = 4_072_027
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from bench import notices
notices.work(env, {number})
"""


def run(env):
    """Print the measures; `env` is that of an Odoo shell."""
    count = measure.get_size(4000)
    with Process("meta", latency=LATENCY) as peer:
        numbers = _make_numbers(env, peer.url)
        bare = _send_bare(numbers[0], count)
        peer.control.forget()
        _make_messages(env, numbers, count)
        cost = _send_all(env, numbers)
        counts = peer.control.counts()
    name = f"notices, {WORKERS} workers"
    rate = count / cost.seconds
    measure.report(name, count, "a second", rate, "gateway alone", bare, cost)
    env.cr.execute("SELECT state, count(*) FROM isp_notice_message GROUP BY state")
    states = dict(env.cr.fetchall())
    once = counts["messages"] == counts["keys"] == states.get("sent", 0) == count
    if not once:
        raise AssertionError(f"not each once: {counts}, {states}")


def _make_numbers(env, url):
    vals = {
        "provider": "meta",
        "url": url,
        "account": Meta.phone_number_id,
        "token": Meta.token,
        "secret": Meta.app_secret,
        "is_new_number": False,
        "day_limit": 0,
        "per_minute": 0,
        "parallel": ON_THE_WIRE,
    }
    numbers = env["isp.notice.gateway"].create(
        [{**vals, "name": f"Bench {number + 1}"} for number in range(WORKERS)]
    )
    numbers.write({"state": "active"})
    return numbers


def _send_bare(number, count):
    """Return how many messages a second leave without outbox."""
    messages = [Outgoing("6281234567890", f"Bare {n}") for n in range(count)]
    with number._get_gateway() as gateway:
        with ThreadPoolExecutor(ON_THE_WIRE * WORKERS) as pool:
            start = time.perf_counter()
            list(pool.map(gateway.send, messages))
            return count / (time.perf_counter() - start)


def _make_messages(env, numbers, count):
    """Rows as the outbox has them, shared by the numbers."""
    env.cr.execute("DELETE FROM isp_notice_message")
    env.cr.execute(
        SQL(
            """
            INSERT INTO isp_notice_message (event_id, channel, res_model, res_id,
                occasion, partner_id, company_id, phone, text, key, gateway_id, state,
                at_once, attempts)
            SELECT %s, 'whatsapp', 'res.partner', %s, 'bench' || n, %s, %s,
                CAST(6281200000000 + n AS text), 'Tagihan ' || n, 'bench' || n,
                (CAST(%s AS integer[]))[1 + n %% %s], 'waiting', true, 0
            FROM generate_series(1, %s) AS n
            """,
            env["isp.notice.event"].search([], limit=1).id,
            *(env.company.partner_id.id, env.company.partner_id.id, env.company.id),
            *(numbers.ids, len(numbers), count),
        )
    )
    env.cr.commit()
    env.cr.execute("ANALYZE isp_notice_message")
    env.cr.commit()


def _send_all(env, numbers):
    """Return the measure.Cost: of the workers the CPU and queries, together."""
    lock = f"SELECT pg_advisory_{{}}({START_LOCK})"
    env.cr.execute(lock.format("lock"))
    children = [_start(env, number) for number in numbers]
    for child in children:
        _wait_for(child, "ready")
    start = time.perf_counter()
    env.cr.execute(lock.format("unlock"))
    told = [_wait_for(child, "done") for child in children]
    cost = measure.Cost()
    cost.seconds = time.perf_counter() - start
    cost.cpu = sum(float(cpu) for cpu, _queries in told)
    cost.queries = sum(int(queries) for _cpu, queries in told)
    for child in children:
        child.wait()
    env.cr.commit()
    return cost


def _start(env, number):
    child = subprocess.Popen(
        odoo.command("shell", "-d", env.cr.dbname, "--no-http", "--log-level=warn"),
        env=odoo.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    child.stdin.write(SCRIPT.format(root=str(odoo.ROOT), number=number.id))
    child.stdin.close()
    return child


def _wait_for(child, word):
    """Return what it says beside that word."""
    for line in child.stdout:
        if line.startswith(word):
            return line.split()[1:]
    raise RuntimeError(f"a worker ended before it said {word!r}")


def work(env, number):
    """What one worker does: jobs of its number until nothing waits."""
    gateway = env["isp.notice.gateway"].browse(number)
    waiting = [("gateway_id", "=", number), ("state", "=", "waiting")]
    gateway._get_room()
    print("ready", flush=True)
    env.cr.execute(f"SELECT pg_advisory_lock_shared({START_LOCK})")
    env.cr.commit()
    left = env["isp.notice.message"].search_count(waiting)
    with measure.measured(env.cr) as cost:
        while left:
            gateway._send_waiting()
            env.cr.commit()
            env.invalidate_all()
            before, left = left, env["isp.notice.message"].search_count(waiting)
            if left == before:
                raise RuntimeError(f"{left} wait, and {gateway.state} sends none")
    print("done", cost.cpu, cost.queries, flush=True)
