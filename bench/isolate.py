"""How fast who has not paid is isolated: in the table of FreeRADIUS, and on routers.

As the product does it: the daily action, then the jobs of an Odoo with two workers for
billing and one that is kept for the network, and a router that answers each Disconnect
after 10 ms and accounts for its end.
The yardsticks are the same judgement without jobs, and the Disconnects alone, one after
the other.
"""

import asyncio
import time
from contextlib import closing, contextmanager
from datetime import timedelta
from threading import Condition, Thread

from pyrad import packet

from odoo.sql_db import db_connect

from odoo.addons.isp_billing.const import BATCH
from odoo.addons.isp_network.radius.transport import RadiusClient, get_dictionary

from tools import odoo, process
from tools.layout import LOG, ODOO
from tools.measure import get_size, report

from .billing_run import make_services

ADDRESS, SECRET = "127.0.3.9", "bench0bench0bench0"
LATENCY = 0.01  # seconds
WORKERS = odoo.BILLED_AT_ONCE + 1
PATIENCE = 300  # seconds
BARE = 100  # sessions closed without jobs
DUE = 200_000
SESSIONS = """INSERT INTO isp_radacct (unique_id, session_id, username, service_id,
        router_id, address, started_at, updated_at, class)
    SELECT 'bench' || u.service_id, 'bench' || u.service_id, u.username, u.service_id,
        %s, '100.64.0.0'::inet + u.service_id, now() AT TIME ZONE 'UTC',
        now() AT TIME ZONE 'UTC', item ->> 2
    FROM isp_radius_user u, jsonb_array_elements(u.check_items) item
    WHERE u.service_id = ANY(%s) AND item ->> 0 = 'Tmp-String-1'"""

STOPPED = """UPDATE isp_radacct SET stopped_at = now() AT TIME ZONE 'UTC',
        updated_at = now() AT TIME ZONE 'UTC', terminate_cause = 'Admin-Reset'
    WHERE unique_id = %s AND stopped_at IS NULL"""


def run(env):
    """Report subscribers a second; `env` is that of an Odoo shell."""
    count = max(BATCH, get_size(1000))
    debtors = make_debtors(env, count + BATCH)
    bare, debtors = debtors[:BATCH], debtors[BATCH:]
    judging = BATCH / _judge(env, bare)
    with answering(env) as router, working(env):
        go_online(env, router, debtors)
        wait_until(lambda: not count_jobs(env), "what was to be done before")
        alone = _close_bare(router)
        start = time.perf_counter()
        env["isp.dunning"]._cron_isolate()
        env.cr.commit()
        wait_until(lambda: _count_open(env, debtors) == 0, "all isolated")
        written = count / (time.perf_counter() - start)
        router.wait_for(f"bench{debtor.id}" for debtor in debtors)
        closed = count / (time.perf_counter() - start)
    for name, rate, yardstick, bare_rate in (
        ("in the table", written, "judged without jobs", judging),
        ("sessions closed", closed, "Disconnects alone", alone),
    ):
        title = f"isolate, {name}"
        report(title, count, "a second", rate, yardstick, bare_rate)


def make_debtors(env, count):
    """Return so many open services that became overdue past their days of grace."""
    company = env.ref("base.main_company")
    day = company._get_isp_today() + timedelta(days=1)
    services = make_services(env, count, balance=DUE, balance_due=day)
    # Time passes. The demo's own debtors owe for longer, and no more is billed.
    env.cr.execute(
        """UPDATE account_move SET invoice_date_due = invoice_date_due - 60,
            isp_isolation_date = isp_isolation_date - 60
        WHERE id IN (SELECT move_id FROM account_move_line
            WHERE isp_service_id = ANY(%s))""",
        [services.ids],
    )
    env["isp.service"].search([]).next_invoice_date = False
    env.invalidate_all()
    env.cr.commit()
    assert set(services.mapped("access")) == {"open"}
    return services


def _judge(env, services):
    """Return the seconds that their isolation takes in this process."""
    start = time.perf_counter()
    env["isp.dunning"]._judge_or_ask(services, use_money=True)
    env.cr.commit()
    seconds = time.perf_counter() - start
    assert set(services.mapped("access")) == {"isolated"}
    return seconds


def _close_bare(router):
    client = RadiusClient(ADDRESS, router.port, SECRET, 3)
    start = time.perf_counter()
    for number in range(BARE):
        client.disconnect({"Acct-Session-Id": f"bare{number}"})
    return BARE / (time.perf_counter() - start)


def _count_open(env, services):
    env.cr.execute(
        "SELECT count(*) FROM isp_radius_user "
        "WHERE service_id = ANY(%s) AND access = 'open'",
        [services.ids],
    )
    (count,) = env.cr.fetchone()
    env.cr.rollback()
    return count


def go_online(env, router, services):
    """Each of them has a session with what he has now, on this router."""
    routers = env["isp.router"]
    known = routers.search([("address", "=", ADDRESS)]) or routers.create(
        {
            "name": "Bench",
            "address": ADDRESS,
            "vendor": "mikrotik",
            "radius_secret": SECRET,
        }
    )
    known.coa_port = router.port  # another benchmark had another
    services._sync_radius_users()  # of many, jobs would do it
    env.cr.execute(SESSIONS, [known.id, services.ids])
    assert env.cr.rowcount == len(services)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def count_jobs(env):
    """Return how many jobs are to be done now."""
    env.cr.execute(
        "SELECT count(*) FROM queue_job WHERE state NOT IN ('done', 'failed') "
        "AND (eta IS NULL OR eta < now() AT TIME ZONE 'UTC')"
    )
    (count,) = env.cr.fetchone()
    env.cr.rollback()
    return count


def wait_until(condition, what):
    """Poll until it is true.

    :raises TimeoutError: when it never is
    """
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {PATIENCE} s: {what}")
        time.sleep(0.02)


@contextmanager
def working(env):
    """An Odoo that does the jobs of this database."""
    port = process.free_port()
    server = odoo.Server(env.cr.dbname, port, LOG / f"bench-jobs-{port}.log")
    server.program = (ODOO / "usr/bin/odoo",)
    server.options = (
        "--max-cron-threads=0",
        f"--workers={WORKERS}",
        f"--gevent-port={process.free_port()}",
    )
    env.cr.commit()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def answering(env):
    """A router that obeys each command about a session, after LATENCY."""
    with closing(db_connect(env.cr.dbname).cursor()) as cr:
        cr._cnx.autocommit = True
        router = Router(cr)
        thread = Thread(target=router.loop.run_forever, daemon=True)
        thread.start()
        try:
            yield router
        finally:
            router.loop.call_soon_threadsafe(router.loop.stop)
            thread.join()
            router.loop.close()


class Router(asyncio.DatagramProtocol):
    """:ivar closed: {session id: when its Disconnect was acknowledged}"""

    def __init__(self, table):
        self.table, self.closed, self.news = table, {}, Condition()
        self.loop = asyncio.new_event_loop()
        self.line, _protocol = self.loop.run_until_complete(
            self.loop.create_datagram_endpoint(lambda: self, (ADDRESS, 0))
        )
        self.port = self.line.get_extra_info("sockname")[1]

    def datagram_received(self, data, sender):
        self.loop.call_later(LATENCY, self._obey, data, sender)

    def _obey(self, data, sender):
        """End the session as its accounting does, and say so."""
        request = packet.CoAPacket(
            packet=data, secret=SECRET.encode(), dict=get_dictionary()
        )
        reply = request.CreateReply()
        reply.code = packet.DisconnectACK
        reply.add_message_authenticator()
        self.line.sendto(reply.ReplyPacket(), sender)
        name = request["Acct-Session-Id"][0]
        self.table.execute(STOPPED, [name])
        with self.news:
            self.closed.setdefault(name, time.perf_counter())
            self.news.notify_all()

    def wait_for(self, sessions):
        """Return when the last of these was closed.

        :raises TimeoutError: when one never is
        """
        sessions = list(sessions)
        with self.news:
            if not self.news.wait_for(
                lambda: all(name in self.closed for name in sessions), PATIENCE
            ):
                raise TimeoutError("sessions were not closed")
            return max(self.closed[name] for name in sessions)
