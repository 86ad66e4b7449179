"""How many log-ins and accounting packets a second FreeRADIUS takes, on the downloaded
configuration with 100,000 services, and how long the slowest of a hundred waits.

The yardstick is the same FreeRADIUS with the schema and queries that it comes with,
asked by the same clients in the same run, the two by turns. Of CPU what it and the
database take is counted, not the clients.
"""

import asyncio
import re
import statistics
import tempfile
import time
from itertools import product
from pathlib import Path

import psutil
from pyrad import packet

from odoo.tools import SQL

from odoo.addons.isp_network.radius.transport import get_dictionary

from tools import freeradius, postgres, process
from tools.layout import FREERADIUS
from tools.measure import get_size, report

SERVICES = get_size(100_000)
PACKETS = min(10_000, 10 * SERVICES)
AT_ONCE = 32
ROUNDS = 3
TIMEOUT = 20  # seconds of a request; none is sent twice
SECRET = "bench0bench0bench0"
NAS = "127.0.3.1"
KINDS = {"auth": "log-ins", "acct": "interim updates"}
YES = {"auth": packet.AccessAccept, "acct": packet.AccountingResponse}
UNITS = ("a second", "a second of CPU", "ms, 99th percentile")
PORTS = {"auth_port": 28320, "acct_port": 28330}
REPLY = """[["Mikrotik-Rate-Limit", ":=", "10M/20M"], ["Framed-Pool", ":=", "home"],
    ["Acct-Interim-Interval", ":=", "300"]]"""
# What FreeRADIUS comes with, asked as its own configuration asks it.
STOCK = FREERADIUS / "etc/freeradius/3.0/mods-config/sql/main/postgresql"
STOCK_MODULE = """sql {{
	driver = "rlm_sql_postgresql"
	dialect = "postgresql"
	{connection}
	acct_table1 = "radacct"
	acct_table2 = "radacct"
	postauth_table = "radpostauth"
	authcheck_table = "radcheck"
	groupcheck_table = "radgroupcheck"
	authreply_table = "radreply"
	groupreply_table = "radgroupreply"
	usergroup_table = "radusergroup"
	group_attribute = "SQL-Group"
	client_table = "nas"
	delete_stale_sessions = yes
	$INCLUDE {queries}
}}
"""
STOCK_ROWS = (
    """INSERT INTO radcheck (username, attribute, op, value)
    SELECT 'bench' || n, attribute, ':=', value FROM generate_series(1, %(count)s) AS n,
        (VALUES ('Cleartext-Password', 'rahasia-123'), ('Simultaneous-Use', '1'))
            AS items (attribute, value)""",
    """INSERT INTO radreply (username, attribute, op, value)
    SELECT 'bench' || n, item ->> 0, item ->> 1, item ->> 2
    FROM generate_series(1, %(count)s) AS n, jsonb_array_elements(%(items)s) AS item""",
)
SITE = """server isp {
	listen {
		type = auth
		ipv4addr = *
		port = %(auth_port)s
	}
	listen {
		type = acct
		ipv4addr = *
		port = %(acct_port)s
	}
	authorize {
		sql
		pap
	}
	authenticate {
		pap
	}
	%(sections)s
}
client bench {
	ipaddr = %(nas)s
	secret = %(secret)s
}
"""
STOCK_SECTIONS = """
	session {
		sql
	}
	post-auth {
		sql
	}
	preacct {
		update request {
			&Acct-Unique-Session-Id := "%{md5:%{User-Name},%{Acct-Session-Id}}"
		}
	}
	accounting {
		sql
	}
"""


def run(env):
    """Report rates and waiting; `env` is that of an Odoo shell."""
    postgres.environment()
    _make_services(env)
    _make_stock_tables(env)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        archive, servers = get_archive(env), {}
        for name, source in (("ours", _read_ours), ("stock", _read_stock)):
            server = freeradius.Server(Path(folder, name), Path(folder, f"{name}.log"))
            server.configure(archive, env.cr.dbname)
            source(env, server.configuration)
            servers[name] = server
        # All log-ins first: who has a session has no second one.
        for kind, _round in product(KINDS, range(ROUNDS)):
            for name, server in servers.items():
                measure = _measure(env, server, kind)
                found.setdefault((name, kind), []).append(measure)
    for kind, what in KINDS.items():
        ours, stock = (
            [
                statistics.median(values)
                for values in zip(*found[name, kind], strict=True)
            ]
            for name in ("ours", "stock")
        )
        for unit, value, yardstick in zip(UNITS, ours, stock, strict=True):
            report(
                f"radius, {what}", SERVICES, unit, value, _read_stock.__doc__, yardstick
            )


def _make_services(env):
    """Rows as of so many services; the services themselves nobody asks for here."""
    env.cr.execute(
        "ALTER TABLE isp_radius_user DROP CONSTRAINT isp_radius_user_service_id_fkey"
    )
    env.cr.execute(
        SQL(
            """INSERT INTO isp_radius_user (username, service_id, access, check_items,
                reply_items, replies)
            SELECT 'bench' || n, 1000000 + n, 'open',
                '[["Cleartext-Password", ":=", "rahasia-123"],
                  ["Simultaneous-Use", ":=", "1"], ["Tmp-String-1", ":=", "a-b"]]',
                items, jsonb_build_object('mikrotik',
                    jsonb_build_object('items', items, 'class', 'a-b'))
            FROM generate_series(1, %s) AS n, CAST(%s AS jsonb) AS items""",
            SERVICES,
            REPLY,
        )
    )
    env["isp.router"].create(
        {
            "name": "Bench",
            "address": NAS,
            "radius_secret": SECRET,
            "vendor": "mikrotik",
        }
    )
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def get_archive(env):
    """Return the configuration of the demo's FreeRADIUS (bytes), on PORTS."""
    server = env["isp.radius.server"].search([], limit=1)
    server.write({**PORTS, **freeradius.database_values()})
    _name, content = server._get_archive()
    env.cr.commit()
    return content


def _make_stock_tables(env):
    """As many subscribers in the tables that FreeRADIUS comes with."""
    env.cr.execute((STOCK / "schema.sql").read_text().replace("%", "%%"), [])
    for statement in STOCK_ROWS:
        env.cr.execute(statement, {"count": SERVICES, "items": REPLY})
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def _read_ours(env, configuration):
    """as it was downloaded"""


def _read_stock(env, configuration):
    """the schema and queries of FreeRADIUS"""
    ours = Path(configuration, "sql.conf").read_text()
    part = re.search(r"\tserver = .*?\tradius_db = .*?\n", ours, re.DOTALL)[0]
    pool = re.search(r"\tpool \{.*?\n\t\}\n", ours, re.DOTALL)[0]
    module = STOCK_MODULE.format(connection=part + pool, queries=STOCK / "queries.conf")
    role = SQL.identifier(re.search(r'login = "(.*?)"', part)[1])
    env.cr.execute(SQL("GRANT ALL ON ALL TABLES IN SCHEMA public TO %s", role))
    env.cr.execute(SQL("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO %s", role))
    env.cr.commit()
    Path(configuration, "stock.conf").write_text(module)
    main = Path(configuration, "radiusd.conf")
    main.write_text(
        main.read_text().replace("$INCLUDE sql.conf", "$INCLUDE stock.conf")
    )
    values = {**PORTS, "nas": NAS, "secret": SECRET, "sections": STOCK_SECTIONS}
    Path(configuration, "site.conf").write_text(SITE % values)
    Path(configuration, "clients.conf").write_text("")


def _measure(env, server, kind):
    """Return what UNITS says, of a round after one that warms up: its rows are there,
    and PostgreSQL has looked at them, as it does within a minute."""
    requests = list(_get_requests(kind))
    server.start()
    try:
        asyncio.run(_ask_all(requests, kind))
        env.cr.execute("ANALYZE")
        env.cr.commit()
        start, cpu = time.perf_counter(), _read_cpu(env, server)
        waits = asyncio.run(_ask_all(requests, kind))
        seconds, cpu = time.perf_counter() - start, _read_cpu(env, server) - cpu
    finally:
        server.stop()
    slowest = statistics.quantiles(waits, n=100)[-1]
    return len(waits) / seconds, len(waits) / cpu, 1000 * slowest


def _read_cpu(env, server):
    """Return the CPU seconds that FreeRADIUS and its database have taken."""
    env.cr.execute("SELECT pid FROM pg_stat_activity WHERE usename LIKE '%%radius'", [])
    pids = [server.process.pid, *(pid for (pid,) in env.cr.fetchall())]
    env.cr.rollback()
    times = [psutil.Process(pid).cpu_times() for pid in pids]
    return sum(spent.user + spent.system for spent in times)


def _get_requests(kind):
    """Yield the bytes of each request, spread over all services, so that no page of
    the database stays alone in use."""
    for number in range(PACKETS):
        name = f"bench{number * 7919 % SERVICES + 1}"
        values = {
            "id": number // AT_ONCE % 256,
            "secret": SECRET.encode(),
            "dict": get_dictionary(),
        }
        if kind == "auth":
            request = packet.AuthPacket(**values, message_authenticator=True)
            request["User-Password"] = request.PwCrypt("rahasia-123")
        else:
            request = packet.AcctPacket(**values)
            request["Acct-Session-Id"] = f"81{number:06}"
            request["NAS-IP-Address"] = NAS
            request["Acct-Status-Type"] = "Interim-Update"
            request["Acct-Session-Time"] = 300
            request["Class"] = f"isp:{number:032x}:a-b".encode()
        request["User-Name"] = name
        yield request.RequestPacket()


async def _ask_all(requests, kind):
    """Return the seconds that each of these requests waited for its yes, of so many
    clients at once."""
    waits = []
    shares = [requests[n::AT_ONCE] for n in range(AT_ONCE)]
    await asyncio.gather(*(_ask(share, kind, waits) for share in shares))
    return waits


async def _ask(requests, kind, waits):
    """Ask one after the other.

    :raises ConnectionError: when one is refused
    :raises TimeoutError: when one is not answered
    """
    client = _Client()
    loop = asyncio.get_running_loop()
    line, _protocol = await loop.create_datagram_endpoint(
        lambda: client, (NAS, 0), ("127.0.0.1", PORTS[f"{kind}_port"])
    )
    try:
        for request in requests:
            start = time.perf_counter()
            client.answer = loop.create_future()
            line.sendto(request)
            answer = await asyncio.wait_for(client.answer, TIMEOUT)
            waits.append(time.perf_counter() - start)
            if answer[0] != YES[kind]:
                raise ConnectionError(f"{kind}: answered by code {answer[0]}")
    finally:
        line.close()


class _Client(asyncio.DatagramProtocol):
    answer = None

    def datagram_received(self, data, _sender):
        self.answer.set_result(data)


def send(packets, kind):
    """Send the requests of a file, "auth" or "acct".

    :raises Failure: when one is refused, or not answered
    """
    port = PORTS[f"{kind}_port"]
    command = freeradius.program("radclient")
    command += ["-q", "-p", AT_ONCE, "-r", "3", "-f", packets]
    process.run(
        [*command, f"127.0.0.1:{port}", kind, SECRET],
        "radclient",
        env=freeradius.environment(),
    )
