"""What is written down of log-ins and sessions, and what it is good for later: several
sessions at a time, one that outlives its supposed end, who had an address."""

import csv
import io
from datetime import datetime, timedelta, timezone

import pytest

from harness.billing import make_subscribers
from harness.router import Router

MAC = "AA:BB:CC:44:55:66"
ADDRESS = "203.0.113.77"
PORTS = {"port_from": 40000, "port_to": 40511}


@pytest.fixture(scope="module")
def server(radius):
    return radius.server


@pytest.fixture(scope="module")
def router(radius):
    router = Router(radius.nas(0))
    router.create()
    yield router
    router.stop()


@pytest.fixture
def subscriber(server, request):
    """A running subscriber of this test alone."""
    label = request.node.name[:30]
    make_subscribers(server, label, 1)
    domain = [("contact_name", "=like", f"{label} %")]
    names = ("username", "password", "contact_name")
    return server.client("administrator").find("isp.service", domain, *names)[0]


def isolate(server, service):
    office = server.client("administrator")
    context = {"active_model": "isp.service", "active_ids": [service]}
    (wizard,) = office.call(
        "isp.service.suspend", "create", [{"reason": "manual"}], context=context
    )
    office.call("isp.service.suspend", "action_apply", [wizard])


def test_that_a_router_signs_is_written_down(server, router, subscriber, wait_until):
    """N11: that is what Odoo learns from."""
    login = (subscriber["username"], subscriber["password"])
    nas, engineer = router.nas, server.client("network")
    unsigned = {"require_message_auth": False}
    engineer.call("isp.router", "write", [router.id], unsigned)
    wait_until(
        lambda: nas.log_in(*login, signed=False, timeout=1)[0] == "accept",
        "an unsigned request is taken",
    )
    forget = f"DELETE FROM isp_radpostauth WHERE username = '{login[0]}'"
    seen = f"SELECT signed FROM isp_radpostauth WHERE username = '{login[0]}'"
    for signs, known in (([True], "t"), ([True, False, True], "f")):
        server.query(forget)
        for signed in signs:
            assert nas.log_in(*login, signed=signed)[0] == "accept"
        assert server.query(seen) == [known]


def test_so_many_sessions_as_the_plan_says(server, router, subscriber):
    """And the device that is online already is none more."""
    nas, name = router.nas, subscriber["username"]
    devices = [f"AA:BB:CC:00:10:0{number}" for number in range(3)]
    set_limit(server, subscriber, 2)
    for number, device in enumerate(devices[:2]):
        assert nas.log_in(name, subscriber["password"], mac=device)[0] == "accept"
        assert nas.account(
            "Start", f"several-{number}", name, Calling_Station_Id=device
        )
    turned_away = f"""SELECT sum(tries) FROM isp_radpostauth
        WHERE username = '{name}' AND reason = 'already_online'"""
    assert server.query(turned_away) == [""]
    assert nas.log_in(name, subscriber["password"], mac=devices[2])[0] == "reject"
    assert server.query(turned_away) == ["1"]
    assert nas.log_in(name, subscriber["password"], mac=devices[0])[0] == "accept"
    live = f"""SELECT count(*) FROM isp_radacct
        WHERE username = '{name}' AND stopped_at IS NULL"""
    assert server.query(live) == ["2"]
    set_limit(server, subscriber, 1)


def set_limit(server, subscriber, count):
    admin = server.client("admin")
    (service,) = admin.read("isp.service", [subscriber["id"]], "plan_id")
    values = {"isp_session_limit": count}
    admin.call("product.template", "write", [service["plan_id"][0]], values)


def test_a_port_is_written_down_as_its_router_calls_it(server, router, subscriber):
    """S4-21: quotes once, and its number where it has no name; what is no text costs
    no session."""
    for number, (port, stored) in enumerate(
        (
            ({"NAS_Port_Id": "ether1 'pop\"7\\"}, "ether1 'pop\"7\\"),
            ({"NAS_Port": 15728645}, "15728645"),
            ({"NAS_Port_Id": b"caf\xe9", "Called_Station_Id": b"\xff"}, ""),
        )
    ):
        session = f"port-{number}"
        assert router.nas.account("Start", session, subscriber["username"], **port)
        seen = f"SELECT nas_port FROM isp_radacct WHERE session_id = '{session}'"
        assert server.query(seen) == [stored]


def test_a_session_that_outlives_its_end_is_isolated(
    server, router, subscriber, wait_until
):
    """The device logs in anew, and the session that was taken for its former one goes
    on: both are closed, and what moved in both is counted (N1)."""
    nas, name = router.nas, subscriber["username"]

    def account(status, session, given, **values):
        line = {
            "Calling_Station_Id": MAC,
            "Framed_IP_Address": f"10.10.6.{session[-1]}",
        }
        return nas.account(
            status, session, name, Class=given["Class"], **line, **values
        )

    given = {}
    for session in ("outlives-1", "outlives-2"):
        answer, given[session] = nas.log_in(name, subscriber["password"], mac=MAC)
        assert answer == "accept"
        assert account("Start", session, given[session])
    ended = "SELECT session_id FROM isp_radacct WHERE terminate_cause = 'Superseded'"
    assert "outlives-1" in server.query(ended)
    for session in given:
        moved = {"Acct_Session_Time": 60, "Acct_Output_Octets": 1_000_000}
        assert account("Interim-Update", session, given[session], **moved)
    assert "outlives-1" not in server.query(ended)

    isolate(server, subscriber["id"])

    def told():
        return {c.session for c in router.commands if c.kind == "Disconnect-Request"}

    wait_until(lambda: told() >= given.keys(), "both sessions are closed")
    for session in given:
        assert account("Stop", session, given[session], Acct_Session_Time=90)
    still = f"""SELECT count(*) FROM isp_radacct
        WHERE service_id = {subscriber["id"]} AND stopped_at IS NULL"""
    assert server.query(still) == ["0"]


def test_a_police_question_is_answered(server, router, subscriber):
    """Who had this address then, behind which ports: by who has that right, noted, as a
    page, a CSV and a PDF; before and after that it was somebody else, or nobody."""
    nas, name = router.nas, subscriber["username"]
    _answer, given = nas.log_in(name, subscriber["password"], mac=MAC)
    line = {
        "Class": given["Class"],
        "Framed_IP_Address": ADDRESS,
        "Calling_Station_Id": MAC,
    }
    # Its start was lost: it began ten minutes ago by what its end says.
    assert nas.account("Stop", "police-1", name, Acct_Session_Time=600, **line)
    then = datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(seconds=300)
    question = {
        "address": ADDRESS,
        "date_from": then.strftime("%Y-%m-%d %H:%M:%S"),
        "reason": "Polda Metro Jaya, B/123/XI/2026",
        **PORTS,
    }
    engineer = server.client("network")
    assert not may_ask(engineer, question), "an engineer has not this right by itself"
    admin = server.client("admin")
    groups = "isp_network.isp_network_group_enquiry"
    (group,) = server.query(
        f"SELECT res_id FROM ir_model_data WHERE module || '.' || name = '{groups}'"
    )
    admin.call("res.users", "write", [engineer.uid], {"group_ids": [[4, int(group)]]})
    engineer = server.client("network")

    search = may_ask(engineer, question)
    engineer.call("isp.address.search", "action_search", [search])
    (found,) = engineer.find(
        "isp.address.search.line",
        [("search_id", "=", search)],
        *("contact_name", "username", "mac", "session_id", "cause"),
    )
    assert found["contact_name"] == subscriber["contact_name"]
    assert (found["username"], found["mac"]) == (name, MAC)

    answer = engineer.call("isp.address.search", "action_csv", [search])
    page = engineer.get(answer["url"])
    heads, row = csv.reader(io.StringIO(page.content.decode("utf-8-sig")))
    told = dict(zip(heads, row, strict=True))
    assert subscriber["contact_name"] in told.values()
    assert any("UTC" in head for head in heads) and "police-1" in told.values()
    report = f"/report/pdf/isp_network.isp_address_answer/{search}"
    assert engineer.get(report).status_code == 200

    later = {**question, "date_from": "2020-01-01 00:00:00"}
    nobody = may_ask(engineer, later)
    engineer.call("isp.address.search", "action_search", [nobody])
    assert not engineer.find(
        "isp.address.search.line", [("search_id", "=", nobody)], "id"
    )
    noted = server.query(
        "SELECT way, ports, found_count FROM isp_address_enquiry "
        f"WHERE address = '{ADDRESS}' ORDER BY id"
    )
    assert noted[:2] == ["page|40000-40511|1", "csv|40000-40511|1"]
    assert noted[-1] == "page|40000-40511|0"


def may_ask(client, question):
    """Return the id of the question, None for who may not ask."""
    from harness.client import RemoteError

    try:
        (search,) = client.call("isp.address.search", "create", [question])
    except RemoteError as error:
        assert error.name.endswith("AccessError")
        return None
    return search
