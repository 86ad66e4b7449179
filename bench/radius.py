"""How many log-ins and accounting packets a second FreeRADIUS takes, on the downloaded
configuration with 100,000 services.

The yardsticks are the same FreeRADIUS with the schema and queries that it comes with,
and with its fastest source, a `users` file in memory, asked by the same client in the
same run: what is missing to the last is what the database costs.
"""

import re
import tempfile
import time
from pathlib import Path

from odoo.tools import SQL

from tools import freeradius, postgres, process
from tools.layout import FREERADIUS
from tools.measure import get_size, report

SERVICES = get_size(100_000)
PACKETS = min(10_000, 10 * SERVICES)
AT_ONCE = 32
SECRET = "bench0bench0bench0"
NAS = "127.0.3.1"
PORTS = {"auth_port": 28320, "acct_port": 28330}
REPLY = """[["Mikrotik-Rate-Limit", ":=", "10M/20M"], ["Framed-Pool", ":=", "home"],
    ["Acct-Interim-Interval", ":=", "300"]]"""
# In the place of the database: the same values from memory.
USER = """{name} Cleartext-Password := "rahasia-123"
\tMikrotik-Rate-Limit := "10M/20M",
\tFramed-Pool := "home",
\tAcct-Interim-Interval := 300
"""
MODULE = """files {
	filename = ${confdir}/users
}
"""
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
		%(source)s
		pap
	}
	authenticate {
		pap
	}
	%(more)s
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
    """Print name, value and unit of each measure; `env` is that of an Odoo shell."""
    postgres.environment()
    _make_services(env)
    _make_stock_tables(env)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        server = freeradius.Server(folder / "radius", folder / "radius.log")
        server.configure(get_archive(env), env.cr.dbname)
        for source in (_read_ours, _read_stock, _read_from_memory):
            source(env, server.configuration)
            for kind in ("auth", "acct"):
                if (source, kind) != (_read_from_memory, "acct"):
                    found[source, kind] = _measure(server, folder, kind)
    for kind, name, yardsticks in (
        ("auth", "log-ins", (_read_stock, _read_from_memory)),
        ("acct", "interim updates", (_read_stock,)),
    ):
        for source in yardsticks:
            report(
                f"radius, {name}",
                SERVICES,
                "a second",
                found[_read_ours, kind],
                source.__doc__,
                found[source, kind],
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
    """As it was downloaded."""


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
    _replace_source(configuration, "$INCLUDE stock.conf", "sql", STOCK_SECTIONS)


def _read_from_memory(env, configuration):
    """its users file, in memory"""
    users = (USER.format(name=f"bench{n}") for n in range(1, SERVICES + 1))
    Path(configuration, "users").write_text("".join(users))
    _replace_source(configuration, MODULE, "files", "")


def _replace_source(configuration, module, source, sections):
    main = Path(configuration, "radiusd.conf")
    kept = configuration / "radiusd.conf.ours"
    if not kept.exists():
        kept.write_text(main.read_text())
    main.write_text(kept.read_text().replace("$INCLUDE sql.conf", module))
    values = {**PORTS, "nas": NAS, "secret": SECRET, "source": source, "more": sections}
    Path(configuration, "site.conf").write_text(SITE % values)
    Path(configuration, "clients.conf").write_text("")


def _measure(server, folder, kind):
    """Return how many packets a second are answered, after a round that warms up."""
    packets = folder / f"{kind}.txt"
    packets.write_text("\n".join(_packets(kind)))
    server.start()
    try:
        send(packets, kind)
        started = time.perf_counter()
        send(packets, kind)
        return PACKETS / (time.perf_counter() - started)
    finally:
        server.stop()


def _packets(kind):
    for number in range(PACKETS):
        # Spread over all services, so that no page of the database stays alone in use.
        name = f"bench{number * 7919 % SERVICES + 1}"
        packet = [f"Packet-Src-IP-Address = {NAS}", f'User-Name = "{name}"']
        if kind == "auth":
            packet.append('User-Password = "rahasia-123"')
        else:
            packet += [
                f'Acct-Session-Id = "{number}"',
                f"NAS-IP-Address = {NAS}",
                "Acct-Status-Type = Interim-Update",
                "Acct-Session-Time = 300",
            ]
        yield "\n".join(packet) + "\n"


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
