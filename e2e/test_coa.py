"""C: commands to routers on bad days: one refuses, fifty are down at once, Odoo is
killed between a router's answer and its own commit."""

import signal
import socket
from contextlib import closing

import pytest
from pyrad import packet

from harness.billing import make_subscribers, run_cron
from harness.freeradius import DICTIONARY
from harness.router import STUBBORN, Router

SESSION = """INSERT INTO isp_radacct (unique_id, session_id, username, service_id,
        router_id, address, started_at, updated_at, class)
    SELECT '{name}', '{name}', u.username, u.service_id, {router}, '10.10.7.1',
        now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', item ->> 2
    FROM isp_radius_user u, jsonb_array_elements(u.check_items) item
    WHERE u.service_id = {service} AND item ->> 0 = 'Tmp-String-1'"""
ROUTERS_DOWN = 50


@pytest.fixture(scope="module")
def server(radius):
    return radius.server


@pytest.fixture(scope="module")
def router(radius):
    router = Router(radius.nas(1))
    router.create()
    yield router
    router.stop()


@pytest.fixture(scope="module")
def services(server):
    """Ids of running subscribers, one for each bad day, and one for each router."""
    make_subscribers(server, "Badday", ROUTERS_DOWN + 4)
    domain = [("contact_name", "=like", "Badday %")]
    return iter(server.client("administrator").call("isp.service", "search", domain))


def go_online(server, service, router, name):
    server.query(SESSION.format(name=name, router=router, service=service))


def isolate(server, services):
    office = server.client("administrator")
    context = {"active_model": "isp.service", "active_ids": services}
    (wizard,) = office.call(
        "isp.service.suspend", "create", [{"reason": "manual"}], context=context
    )
    office.call("isp.service.suspend", "action_apply", [wizard])


def commands(server, service):
    """What was sent about the service, the oldest first."""
    return server.client("network").find(
        "isp.radius.command",
        [("service_id", "=", service)],
        "answer",
        "cause",
        "detail",
        order="id",
    )


class BareRouter:
    """A router of which only the socket is there: what comes is in `requests`."""

    def __init__(self, server, address):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.socket.settimeout(60)
        engineer = server.client("network")
        values = {
            "name": address,
            "address": address,
            "coa_port": self.socket.getsockname()[1],
            "coa_timeout": 10,
        }
        self.id = engineer.create("isp.router", **values)
        (read,) = engineer.read("isp.router", [self.id], "radius_secret")
        self.secret = read["radius_secret"].encode()

    def receive(self, session):
        """Wait for a Disconnect of this session; return request and sender."""
        while True:
            data, sender = self.socket.recvfrom(4096)
            request = packet.CoAPacket(packet=data, dict=DICTIONARY, secret=self.secret)
            if request["Acct-Session-Id"] == [session]:
                return request, sender


def test_a_refusal_is_kept_with_its_cause(server, router, services, wait_until):
    service = next(services)
    name = f"{STUBBORN}-1"
    go_online(server, service, router.id, name)
    isolate(server, [service])

    wait_until(lambda: commands(server, service), "the router's answer")
    (command,) = commands(server, service)
    assert (command["answer"], command["cause"]) == ("refused", 501)
    assert "does not allow" in command["detail"]
    assert [c.session for c in router.commands] == [name]


def test_fifty_routers_down_and_the_others_are_told(
    server, router, services, wait_until
):
    engineer = server.client("network")
    silent = engineer.call(
        "isp.router",
        "create",
        [
            {"name": f"Dark {n}", "address": f"127.0.3.{n}", "coa_timeout": 5}
            for n in range(1, ROUTERS_DOWN + 1)
        ],
    )
    run_cron(server, "isp_network.isp_router_probe_cron")
    states = engineer.read("isp.router", silent, "state")
    assert {row["state"] for row in states} == {"down"}

    in_the_dark = [next(services) for _router in silent]
    for number, (service, dark) in enumerate(zip(in_the_dark, silent, strict=True)):
        go_online(server, service, dark, f"dark-{number}")
    lit = next(services)
    go_online(server, lit, router.id, "lit")
    isolate(server, [*in_the_dark, lit])

    wait_until(
        lambda: "lit" in [command.session for command in router.commands],
        "the router that answers is told",
        20,
    )
    (dark_commands,) = server.query(
        "SELECT count(*) FROM isp_radius_command c JOIN isp_router r ON "
        "r.id = c.router_id WHERE r.name LIKE 'Dark %'"
    )
    assert dark_commands == "0", "nobody talks to those that are down"


def test_odoo_killed_between_answer_and_commit_asks_again(server, services, wait_until):
    service = next(services)
    bare = BareRouter(server, "127.0.4.1")
    with closing(bare.socket):
        go_online(server, service, bare.id, "killed")
        isolate(server, [service])
        first, sender = bare.receive("killed")
        reply = first.CreateReply()
        server.process.send_signal(signal.SIGSTOP)  # the answer is there, unread
        bare.socket.sendto(reply.ReplyPacket(), sender)
        server.kill()
        assert not commands_in_database(server, service)
        server.start()

        request, sender = bare.receive("killed")
        assert request.VerifyCoARequest()
        bare.socket.sendto(request.CreateReply().ReplyPacket(), sender)
        wait_until(
            lambda: commands_in_database(server, service) == ["done"], "it is noted"
        )


def commands_in_database(server, service):
    return server.query(
        f"SELECT answer FROM isp_radius_command WHERE service_id = {service}"
    )
