"""How many log-ins and accounting packets a second FreeRADIUS takes, on the downloaded
configuration with 100,000 services.

The yardstick is the same FreeRADIUS with its fastest source, a `users` file in memory,
asked by the same client in the same run: what is missing to it is what the database
costs.
"""

import tempfile
import time
from pathlib import Path

from odoo.tools import SQL

from tools import freeradius, postgres, process

SERVICES = 100_000
PACKETS = 10_000
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
SITE = """server isp {
	listen {
		type = auth
		ipv4addr = *
		port = %(port)s
	}
	authorize {
		files
		pap
	}
	authenticate {
		pap
	}
}
client bench {
	ipaddr = %(nas)s
	secret = %(secret)s
}
"""


def run(env):
    """Print name, value and unit of each measure; `env` is that of an Odoo shell."""
    postgres.environment()
    _make_services(env)
    with tempfile.TemporaryDirectory() as folder:
        server = freeradius.Server(Path(folder, "radius"), Path(folder, "radius.log"))
        server.configure(_get_archive(env), env.cr.dbname)
        ours = _measure(server, Path(folder), "auth")
        accounting = _measure(server, Path(folder), "acct")
        _read_from_memory(server.configuration)
        memory = _measure(server, Path(folder), "auth")
    print(f"bench radius log-in: {ours:.0f} a second")
    print(f"bench yardstick, users file: {memory:.0f} a second")
    print(f"bench ratio: {ours / memory:.2f} of the users file")
    print(f"bench radius accounting: {accounting:.0f} packets a second")


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


def _get_archive(env):
    server = env["isp.radius.server"].search([], limit=1)
    server.write({**PORTS, **freeradius.database_values()})
    _name, content = server._get_archive()
    env.cr.commit()
    return content


def _read_from_memory(configuration):
    users = (USER.format(name=f"bench{n}") for n in range(1, SERVICES + 1))
    Path(configuration, "users").write_text("".join(users))
    main = Path(configuration, "radiusd.conf")
    main.write_text(main.read_text().replace("$INCLUDE sql.conf", MODULE))
    values = {"port": PORTS["auth_port"], "nas": NAS, "secret": SECRET}
    Path(configuration, "site.conf").write_text(SITE % values)
    Path(configuration, "clients.conf").write_text("")


def _measure(server, folder, kind):
    """Return how many packets a second are answered, after a round that warms up."""
    packets = folder / f"{kind}.txt"
    packets.write_text("\n".join(_packets(kind)))
    server.start()
    try:
        _send(packets, kind)
        started = time.perf_counter()
        _send(packets, kind)
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
                "Acct-Status-Type = Interim-Update",
                "Acct-Session-Time = 300",
            ]
        yield "\n".join(packet) + "\n"


def _send(packets, kind):
    port = PORTS[f"{kind}_port"]
    command = freeradius.program("radclient")
    command += ["-q", "-p", AT_ONCE, "-r", "3", "-f", packets]
    process.run(
        [*command, f"127.0.0.1:{port}", kind, SECRET],
        "radclient",
        env=freeradius.environment(),
    )
