"""How long "who had this address when" takes, and what its index costs.

Rows as of a busy network over a year: so many subscribers, each of whom gets another
address of the pools each time. Five million rows are made in minutes, fifty (`N=50e6`)
need some 15 GB. An address has as many sessions, whatever their number, as with fifty
million on 65,536 addresses: a question reads those.
"""

import ipaddress
import random
import statistics
import time

from odoo.fields import Datetime
from odoo.tools import SQL

from odoo.addons.isp_network.radius import schema

from tools.measure import get_size, report

MILLION = 1_000_000
SUBSCRIBERS = 20_000
FIRST = ipaddress.ip_address("100.64.0.0")
PER_ADDRESS = 50 * MILLION >> 16  # sessions
DAYS = 365
QUESTIONS = 200
AT_ONCE = MILLION // 2
# The live table keeps the last of them, as the daily job leaves it.
LIVE_SHARE = 60 / DAYS
INDEXES = {
    "isp_radacct": "isp_radacct_address_idx",
    "isp_radacct_archive": "isp_radacct_archive_address_idx",
}


def run(env):
    """Report milliseconds of a question, and megabytes; `env` is that of an Odoo
    shell."""
    count = max(PER_ADDRESS * 10, get_size(5 * MILLION))
    live = round(count * LIVE_SHARE)
    pool = count // PER_ADDRESS
    for (
        index
    ) in schema.INDEXES:  # made at once afterwards, it takes a fifth of the time
        env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(index)))
    _make_sessions(env, "isp_radacct_archive", count - live, pool, 60, DAYS)
    _make_sessions(env, "isp_radacct", live, pool, 0, 60)
    schema.create(env.cr)
    env.cr.commit()
    for table in INDEXES:
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    for table, index in INDEXES.items():
        env.cr.execute(
            "SELECT pg_relation_size(%s), pg_relation_size(%s)", [index, table]
        )
        part, whole = (size / 2**20 for size in env.cr.fetchone())
        report(f"address_search, {index}", count, "MB", part, "its rows", whole)
    times, found = _ask(env, pool)
    without = 1000 * _ask_without_index(env)
    for name, value in (
        ("median", statistics.median(times)),
        (f"slowest of {QUESTIONS}", max(times)),
    ):
        title = f"address_search, {name}"
        report(title, count, "ms", 1000 * value, "without the index", without)
    report("address_search, found", count, "sessions", found / QUESTIONS)


def _make_sessions(env, table, count, pool, newest, oldest):
    """Closed sessions of some hours on so many addresses, begun between so many days
    ago."""
    columns = "id, unique_id" if table == "isp_radacct_archive" else "unique_id"
    for first in range(0, count, AT_ONCE):
        number = "n, 'b' || n" if table == "isp_radacct_archive" else "'b' || n"
        env.cr.execute(
            SQL(
                """INSERT INTO %s (%s, session_id, username, service_id, router_id, mac,
                    address, started_at, updated_at, stopped_at, seconds, bytes_in,
                    bytes_out, terminate_cause)
                SELECT %s, '81' || n, 'bench' || who, 1000000 + who, router.id,
                    '02:00:00:00:00:01', '100.64.0.0'::inet + (n * 7919) %% %s, begun,
                    begun + long, begun + long, extract(epoch FROM long), 1, 1,
                    'Lost-Carrier'
                FROM generate_series(%s::bigint, %s) AS n,
                    LATERAL (SELECT n %% %s AS who,
                        now() AT TIME ZONE 'UTC' - make_interval(days => %s,
                            secs => (n * 104729) %% (86400 * %s)) AS begun,
                        make_interval(mins => (10 + (n * 31) %% 1400)::int) AS long
                    ) AS his,
                    LATERAL (SELECT id FROM isp_router LIMIT 1) AS router""",
                SQL.identifier(table),
                SQL(columns),
                SQL(number),
                pool,
                first + 1,
                min(first + AT_ONCE, count),
                SUBSCRIBERS,
                newest,
                oldest - newest,
            )
        )
        env.cr.commit()


def _ask(env, pool):
    """Return (seconds of each question, how many sessions were found)."""
    rng, times, found = random.Random(7), [], 0
    company = env["isp.router"].search([], limit=1).company_id
    for _number in range(QUESTIONS):
        address = str(FIRST + rng.randrange(pool))
        moment = Datetime.subtract(
            Datetime.now(), minutes=rng.randrange(DAYS * 24 * 60)
        )
        begin = time.monotonic()
        rows = env["isp.session"]._find_by_address(
            address, moment, moment, company, 1001
        )
        times.append(time.monotonic() - begin)
        found += len(rows)
    return times, found


def _ask_without_index(env):
    """Return the seconds of one question that reads all rows."""
    env.cr.execute("SET enable_indexscan = off; SET enable_bitmapscan = off")
    company = env["isp.router"].search([], limit=1).company_id
    moment = Datetime.subtract(Datetime.now(), days=100)
    begin = time.monotonic()
    env["isp.session"]._find_by_address("100.64.1.1", moment, moment, company, 1001)
    return time.monotonic() - begin
