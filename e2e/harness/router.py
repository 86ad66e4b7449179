"""A router that takes commands about its sessions: a FreeRADIUS of its own, which
listens for CoA and Disconnect, beside the NAS that logs in and accounts."""

from typing import NamedTuple

from harness.freeradius import free_udp_port
from tools import freeradius
from tools.layout import TEST_LOG, VAR

# Sessions whose name begins with GONE are not known to it, those with STUBBORN are
# known and stay.
GONE, STUBBORN = "gone", "stubborn"
CONFIGURATION = """
name = router
prefix = /usr
logdir = {folder}
run_dir = {folder}
libdir = /usr/lib/freeradius
log {{
	destination = files
	file = {folder}/router.log
}}
security {{
	allow_core_dumps = no
}}
thread pool {{
	start_servers = 1
	max_servers = 4
}}
modules {{
	always ok {{
		rcode = ok
	}}
	always reject {{
		rcode = reject
	}}
	linelog {{
		filename = {folder}/commands
		format = "%{{Packet-Type}}|%{{Acct-Session-Id}}|%{{User-Name}}|\
%{{Framed-IP-Address}}|%{{Mikrotik-Rate-Limit}}|%{{Cisco-AVPair[*]}}"
	}}
}}
client odoo {{
	ipaddr = 127.0.0.1
	secret = "{secret}"
	require_message_authenticator = yes
}}
server router {{
	listen {{
		type = coa
		ipaddr = {address}
		port = {port}
	}}
	recv-coa {{
		if (!&Framed-IP-Address || &Acct-Session-Id =~ /^{gone}/) {{
			update reply {{
				&Error-Cause := Session-Context-Not-Found
			}}
			reject
		}}
		linelog
		if (&Acct-Session-Id =~ /^{stubborn}/) {{
			update reply {{
				&Error-Cause := Administratively-Prohibited
			}}
			reject
		}}
		ok
	}}
	send-coa {{
		ok
	}}
}}
"""


class Command(NamedTuple):
    """:ivar kind: "CoA-Request" or "Disconnect-Request" """

    kind: str
    session: str
    username: str
    address: str
    rate_limit: str
    avpairs: str


class Router(freeradius.Server):
    """The demo's router of a Nas, whose CoA port it opens on the loopback."""

    def __init__(self, nas):
        folder = VAR / "e2e" / f"router-{nas.address}"
        super().__init__(folder, TEST_LOG / f"e2e-router-{nas.address}.log")
        self.nas, self.port = nas, free_udp_port()

    def create(self):
        """Start it, and tell Odoo its port."""
        self.configuration.mkdir(parents=True, exist_ok=True)
        (self.folder / "commands").unlink(missing_ok=True)
        text = CONFIGURATION.format(
            folder=self.folder,
            address=self.nas.address,
            port=self.port,
            secret=self.nas.secret,
            gone=GONE,
            stubborn=STUBBORN,
        )
        (self.configuration / "radiusd.conf").write_text(text)
        self.start()
        engineer = self.nas.radius.server.client("network")
        domain = [("address", "=", self.nas.address)]
        self.id = engineer.call("isp.router", "search", domain)[0]
        engineer.call(
            "isp.router",
            "write",
            [self.id],
            {"coa_port": self.port, "coa_timeout": 2},
        )

    @property
    def commands(self):
        """What it was told so far (Command), the oldest first."""
        file = self.folder / "commands"
        lines = file.read_text().splitlines() if file.exists() else []
        return [Command(*line.split("|")) for line in lines]
