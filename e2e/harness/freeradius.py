"""A real FreeRADIUS on the configuration that Odoo hands out, and routers that speak
to it from addresses of the loopback interface."""

import hashlib
import os
import secrets
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from passlib.crypto.des import des_encrypt_block
from passlib.hash import nthash
from pyrad import client, packet
from pyrad.dictionary import Dictionary

from tools import databases, freeradius
from tools.layout import TEST_LOG, VAR

DICTIONARY = Dictionary(str(Path(__file__).with_name("dictionary")))
TIMEOUT = 5  # seconds; a rejection is held back for one
STATUS = {
    "Start": 1,
    "Stop": 2,
    "Interim-Update": 3,
    "Accounting-On": 7,
    "Tunnel-Start": 9,
}


def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Radius(freeradius.Server):
    """FreeRADIUS for the database of a DemoServer.

    `start()`, `stop()` and `kill()` as those of the server.
    """

    def __init__(self, server):
        name = server.database
        super().__init__(VAR / "e2e" / name, TEST_LOG / f"{name}-freeradius.log")
        self.server = server
        self.auth_port, self.acct_port = free_udp_port(), free_udp_port()

    def create(self):
        """Download the archive as the network engineer does, and start with it."""
        self.archive = freeradius.download(
            self.server.url,
            self.server.database,
            auth_port=self.auth_port,
            acct_port=self.acct_port,
            client_lifetime=1,
            **freeradius.database_values(),
        )
        self.configure(self.archive, self.server.database)
        self.start()

    def remove(self):
        """End the process; to be called after the database has gone."""
        self.stop()
        freeradius.drop_role(self.server.database)

    def stop_database(self):
        """Let it lose its connections, and get no new one."""
        role = f"{self.server.database}_radius"
        databases.query(f'ALTER ROLE "{role}" NOLOGIN')
        databases.query(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE usename = '{role}'"
        )

    def start_database(self):
        databases.query(f'ALTER ROLE "{self.server.database}_radius" LOGIN')

    def nas(self, number=0):
        """The demo's router of that number, by its address."""
        domain = [["use_radius", "=", True]]
        rows = self.server.client("network").find(
            "isp.router", domain, "address", "radius_secret", order="address"
        )
        return Nas(self, rows[number]["address"], rows[number]["radius_secret"])

    def odoo(self):
        """Odoo itself, which FreeRADIUS knows without asking the database."""
        servers = self.server.client("network").find("isp.radius.server", [], "secret")
        return Nas(self, "127.0.0.1", servers[0]["secret"])


class Nas:
    """A router, by its address and the secret that it shares with FreeRADIUS."""

    def __init__(self, radius, address, secret):
        self.radius, self.address, self.secret = radius, address, secret

    def log_in(self, username, password, method="pap", mac=None, **options):
        """Send an Access-Request with the password proved by "pap", "chap" or
        "mschapv2"; return the answer.

        :return: "accept" or "reject" and {attribute: value}, ("silence", {}) when
            nothing comes
        """
        extra = {"Calling-Station-Id": mac} if mac else {}
        proof = getattr(self, f"_prove_{method}")
        return self._ask(
            packet.AccessRequest, username, proof(username, password), extra, **options
        )

    def account(self, status, session_id, username, timeout=TIMEOUT, **attributes):
        """Send an Accounting-Request; return whether it was answered.

        :param attributes: names with underscores for hyphens
        """
        values = {
            "Acct-Status-Type": STATUS[status],
            "Acct-Session-Id": session_id,
            **{name.replace("_", "-"): value for name, value in attributes.items()},
        }
        code = packet.AccountingRequest
        answer, _given = self._ask(code, username, {}, values, timeout=timeout)
        return answer == "response"

    def _ask(self, code, username, proof, extra, signed=True, timeout=TIMEOUT, sends=1):
        speaker = client.Client(
            "127.0.0.1",
            authport=self.radius.auth_port,
            acctport=self.radius.acct_port,
            secret=self.secret.encode(),
            dict=DICTIONARY,
            retries=sends,
            timeout=timeout / sends,
        )
        speaker.bind((self.address, 0))
        if code == packet.AccountingRequest:
            request = speaker.CreateAcctPacket()
        else:
            request = speaker.CreateAuthPacket(message_authenticator=signed)
        if username is not None:
            request["User-Name"] = username
        request["NAS-IP-Address"] = self.address
        for name, value in {**proof, **extra}.items():
            is_clear = name == "User-Password"
            request[name] = request.PwCrypt(value) if is_clear else value
        try:
            reply = speaker.SendPacket(request)
        except client.Timeout:
            return "silence", {}
        finally:
            speaker._CloseSocket()
        return ANSWERS[reply.code], {name: reply[name][0] for name in reply.keys()}

    def _prove_pap(self, _username, password):
        return {"User-Password": password}

    def _prove_chap(self, _username, password):
        challenge, number = secrets.token_bytes(16), b"\x07"
        digest = hashlib.md5(number + password.encode() + challenge).digest()
        return {"CHAP-Challenge": challenge, "CHAP-Password": number + digest}

    def _prove_mschapv2(self, username, password):
        """RFC 2759, section 8."""
        ours, theirs = os.urandom(16), os.urandom(16)
        challenge = hashlib.sha1(ours + theirs + username.encode()).digest()[:8]
        key = nthash.raw(password).ljust(21, b"\0")
        response = b"".join(
            des_encrypt_block(key[start : start + 7], challenge) for start in (0, 7, 14)
        )
        return {
            "MS-CHAP-Challenge": theirs,
            "MS-CHAP2-Response": b"\x01\0" + ours + bytes(8) + response,
        }


class Load:
    """Routers that let subscribers log in without a pause, until the end of `with`.

    `answers` counts them by kind; a silence is one after all repetitions.
    """

    WORKERS = 2

    def __init__(self, nas, logins):
        self.nas, self.logins, self.answers = nas, logins, []
        self._over = threading.Event()

    def _work(self):
        while not self._over.is_set():
            for login in self.logins:
                self.answers.append(self.nas.log_in(*login, timeout=9, sends=6)[0])

    def __enter__(self):
        self.pool = ThreadPoolExecutor(self.WORKERS)
        self.workers = [self.pool.submit(self._work) for _ in range(self.WORKERS)]
        return self

    def __exit__(self, *_error):
        self._over.set()
        for worker in self.workers:
            worker.result()
        self.pool.shutdown()


ANSWERS = {
    packet.AccessAccept: "accept",
    packet.AccessReject: "reject",
    packet.AccountingResponse: "response",
}
