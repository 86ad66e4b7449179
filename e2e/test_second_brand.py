"""H3: a Cisco, which an addon of the tests adds, beside the demo's MikroTiks: it logs
its subscribers in and is told of changes by the same FreeRADIUS, in its own words."""

import pytest

from harness import DemoServer, Nas, Radius
from harness.router import Router
from tools import databases, odoo, process, templates
from tools.checks import odoo_log
from tools.layout import ROOT, TEST_LOG

ADDON = "isp_test_cisco"
ADDRESS = "127.0.1.50"


class Server(DemoServer):
    """Odoo with the addon of the second brand, which is none of the product's."""

    options = (f"--addons-path={odoo.addons_path(ROOT / 'isp_network/tests')}",)

    def create(self):
        databases.copy(templates.with_demo(), self.database)
        log = TEST_LOG / f"e2e-{ADDON}.log"
        log.unlink(missing_ok=True)
        command = odoo.command(
            *("-d", self.database, "-i", ADDON, "--stop-after-init", "--no-http"),
            *self.options,
        )
        code = process.run_to_log(command, log, env=odoo.environment())
        assert (code, odoo_log.warnings(log.read_text())) == (0, [])
        self.start()


@pytest.fixture(scope="module")
def radius():
    odoo.write_config()
    demo = Server("second_brand")
    freeradius = Radius(demo)
    try:
        demo.create()
        freeradius.create()
        yield freeradius
    finally:
        freeradius.stop()
        demo.remove()
        freeradius.remove()


@pytest.fixture(scope="module")
def nas(radius):
    """A Cisco that the network engineer adds."""
    engineer = radius.server.client("network")
    values = {"name": "ASR-1", "address": ADDRESS, "vendor": "cisco"}
    router = engineer.create("isp.router", **values)
    (read,) = engineer.read("isp.router", [router], "radius_secret")
    return Nas(radius, ADDRESS, read["radius_secret"])


@pytest.fixture(scope="module")
def router(nas):
    router = Router(nas)
    router.create()
    yield router
    router.stop()


@pytest.fixture(scope="module")
def service(radius):
    fields = ("username", "password", "upload_mbps", "download_mbps")
    domain = [["access", "=", "open"], ["static_address", "=", False]]
    return radius.server.client("network").find(
        "isp.service", domain, *fields, limit=1, order="id"
    )[0]


def _log_in(nas, service):
    kind, given = nas.log_in(service["username"], service["password"])
    assert kind == "accept"
    return given


def test_each_router_is_answered_in_its_own_words(radius, nas, service):
    given = _log_in(nas, service)
    upload = f"ip:sub-qos-policy-in=isp-{1000 * service['upload_mbps']:.0f}k"
    assert given["Cisco-AVPair"] == upload
    assert given["Framed-Pool"] and given["Acct-Interim-Interval"] == 300
    assert not [name for name in given if str(name).startswith("Mikrotik")]

    of_a_mikrotik = _log_in(radius.nas(), service)
    assert of_a_mikrotik["Mikrotik-Rate-Limit"]
    assert "Cisco-AVPair" not in of_a_mikrotik
    assert of_a_mikrotik["Class"].split(b":")[2] != given["Class"].split(b":")[2]


def test_a_change_and_a_disconnect_reach_it(radius, nas, router, service, wait_until):
    given = _log_in(nas, service)
    name, session = service["username"], "cisco-1"
    line = {"Class": given["Class"], "Framed_IP_Address": "10.10.1.7"}
    assert nas.account("Start", session, name, **line)

    engineer = radius.server.client("network")
    speed = {"speed_override": True, "upload_mbps": 3, "download_mbps": 7}
    engineer.call("isp.service", "write", [service["id"]], speed)
    wait_until(lambda: router.commands, "the new speed")
    (command,) = router.commands
    assert (command.kind, command.session) == ("CoA-Request", session)
    assert command.username == name
    assert command.avpairs == (
        "ip:sub-qos-policy-in=isp-3000k,ip:sub-qos-policy-out=isp-7000k"
    )
    assert not command.rate_limit

    office = radius.server.client("administrator")
    context = {"active_model": "isp.service", "active_ids": [service["id"]]}
    (wizard,) = office.call(
        "isp.service.suspend", "create", [{"reason": "manual"}], context=context
    )
    office.call("isp.service.suspend", "action_apply", [wizard])
    wait_until(lambda: len(router.commands) > 1, "the session is closed")
    assert router.commands[1].kind == "Disconnect-Request"
    assert nas.account("Stop", session, name, **line)
    assert _log_in(nas, service)["Framed-Pool"] == "isolated"
