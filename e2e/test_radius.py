"""Subscribers log in at a real FreeRADIUS that runs on the downloaded archive."""

import io
import json
import re
import tarfile
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from harness import Nas
from tools import databases

pytestmark = pytest.mark.usefixtures("nobody_online")

GIGABYTE = 2**30
PASSWORD = "rahasia-123"
ODD_NAMES = (
    "o'neil+x=%@isp",
    'say "hello" \\ world',
    "two words and  more",
    "warung😀kopi",
    "x'; DROP TABLE isp_radacct; --",
    "%{sql:SELECT 1} ${confdir} $(id)",
    "a" * 253,
)
# As a person writes it, and as it is then not learnt again.
NOT_SIGNING = {"require_message_auth": False}
_sessions = count(1)


@pytest.fixture(scope="module")
def nas(radius):
    return radius.nas()


@pytest.fixture(scope="module")
def subscriber(radius):
    """A running subscriber of the demo, as the administrator sees him."""
    return radius.server.client("administrator").find(
        "isp.service",
        [["access", "=", "open"]],
        "username",
        "password",
        "download_mbps",
        "upload_mbps",
        limit=1,
        order="id",
    )[0]


@pytest.fixture(scope="module")
def oddly_named(radius):
    """Rows of FreeRADIUS' table under names that Odoo itself refuses."""
    sales = radius.server.client("sales")
    for number, name in enumerate(ODD_NAMES):
        service = sales.create(
            "isp.service", contact_name=f"Odd {number}", phone=f"0812 9000 {number:04}"
        )
        check = json.dumps([["Cleartext-Password", ":=", PASSWORD]])
        values = ", ".join(
            _literal(text) for text in (name.lower(), "open", check, "[]")
        )
        radius.server.query(
            "INSERT INTO isp_radius_user (service_id, username, access, check_items, "
            f"reply_items) VALUES ({service}, {values})"
        )
    return ODD_NAMES


def _literal(text):
    return "'{}'".format(text.replace("'", "''"))


def _session(radius, session_id):
    """The row of a session as {column: value}."""
    columns = (
        "username router_id service_id mac address seconds bytes_in bytes_out "
        "terminate_cause started_at stopped_at class"
    ).split()
    rows = radius.server.query(
        f"SELECT {', '.join(columns)} FROM isp_radacct "
        f"WHERE session_id = '{session_id}'"
    )
    assert len(rows) <= 1, rows
    return dict(zip(columns, rows[0].split("|"), strict=True)) if rows else None


def _new_session():
    return f"8100{next(_sessions):04}"


def _reasons(radius, username):
    """{reason: tries} of the log-ins under a name; an accept has no reason."""
    rows = radius.server.query(
        "SELECT reason, sum(tries) FROM isp_radpostauth "
        f"WHERE username = {_literal(username)} GROUP BY reason"
    )
    return {row.split("|")[0]: int(row.split("|")[1]) for row in rows}


@pytest.mark.parametrize("method", ["pap", "chap", "mschapv2"])
def test_every_way_to_prove_a_password(nas, subscriber, method):
    name, password = subscriber["username"], subscriber["password"]
    kind, given = nas.log_in(name, password, method)
    assert kind == "accept"
    upload, download = subscriber["upload_mbps"], subscriber["download_mbps"]
    assert given["Mikrotik-Rate-Limit"].startswith(f"{upload:g}M/{download:g}M")
    assert given["Framed-Pool"] and given["Acct-Interim-Interval"] == 300
    assert given["Class"].startswith(b"isp:")
    assert "Message-Authenticator" in given
    assert nas.log_in(name, password + "x", method)[0] == "reject"
    assert nas.log_in(name.upper(), password, "pap")[0] == "accept"


def test_a_rejection_carries_no_session_and_is_told_apart(radius, nas, subscriber):
    name = subscriber["username"]
    kind, given = nas.log_in(name, "wrong-password")
    assert kind == "reject"
    assert set(given) == {"Message-Authenticator"}
    assert nas.log_in("nobody-at-all", "wrong-password")[0] == "reject"
    assert "wrong_password" in _reasons(radius, name)
    assert _reasons(radius, "nobody-at-all") == {"unknown_user": 1}
    nas.log_in("nobody-at-all", "wrong-password")
    assert _reasons(radius, "nobody-at-all") == {"unknown_user": 2}
    text = "".join(radius.server.query("SELECT to_jsonb(p) FROM isp_radpostauth p"))
    assert "wrong-password" not in text


def test_odd_names(radius, nas, oddly_named):
    for name in oddly_named:
        for method in ("pap", "chap", "mschapv2"):
            assert nas.log_in(name, PASSWORD, method)[0] == "accept", (name, method)
        session = _new_session()
        assert nas.account("Start", session, name), name
        assert _session(radius, session)["username"] == name.lower()
    unknown = [f"{name[:200]}?" for name in oddly_named] + ["'", "\\", "%", "\x01"]
    with ThreadPoolExecutor(len(unknown)) as pool:
        answers = pool.map(lambda name: nas.log_in(name, PASSWORD)[0], unknown)
    assert set(answers) == {"reject"}
    assert radius.server.query("SELECT count(*) FROM isp_radacct")[0] != "0"


def test_a_name_that_is_no_text_is_refused_and_not_left_without_an_answer(nas):
    """Its router would take the server for dead, for all its subscribers."""
    for name in (b"caf\xe9", b"\xff\xfe", b"\xd5\xc5\xc8\xfd"):
        for method in ("pap", "chap"):
            assert nas.log_in(name, PASSWORD, method)[0] == "reject", name
        assert nas.account("Start", _new_session(), name), name


def test_strangers_get_no_answer(radius, nas, subscriber):
    login = (subscriber["username"], subscriber["password"])
    wrong_secret = Nas(radius, nas.address, "not-the-secret-of-it")
    unknown = Nas(radius, "127.0.9.9", nas.secret)
    for stranger in (wrong_secret, unknown):
        assert stranger.log_in(*login, timeout=1)[0] != "accept"
        assert not stranger.account("Start", _new_session(), login[0], timeout=1)
    assert unknown.log_in(*login, timeout=1)[0] == "silence"


def test_unsigned_requests_are_the_routers_choice(radius, nas, subscriber, wait_until):
    login = (subscriber["username"], subscriber["password"])
    network = radius.server.client("network")
    router = network.call("isp.router", "search", [["address", "=", nas.address]])
    network.call("isp.router", "write", router, NOT_SIGNING)
    wait_until(
        lambda: nas.log_in(*login, signed=False, timeout=1)[0] == "accept",
        "an unsigned request is taken",
    )
    network.call("isp.router", "write", router, {"require_message_auth": True})
    wait_until(
        lambda: nas.log_in(*login, signed=False, timeout=1)[0] == "silence",
        "an unsigned request is ignored",
    )
    assert nas.log_in(*login)[0] == "accept"
    network.call("isp.router", "write", router, NOT_SIGNING)


def test_new_routers_and_secrets_need_no_restart(radius, subscriber, wait_until):
    login = (subscriber["username"], subscriber["password"])
    network = radius.server.client("network")
    router = network.create("isp.router", name="New", address="127.0.1.77")
    read = network.read("isp.router", [router], "radius_secret")
    fresh = Nas(radius, "127.0.1.77", read[0]["radius_secret"])
    assert fresh.log_in(*login)[0] == "accept"
    network.call("isp.router", "write", [router], {"radius_secret": "another0secret0x"})
    changed = Nas(radius, "127.0.1.77", "another0secret0x")
    wait_until(
        lambda: changed.log_in(*login, timeout=1)[0] == "accept", "the new secret"
    )
    network.call("isp.router", "unlink", [router])
    wait_until(
        lambda: changed.log_in(*login, timeout=1)[0] == "silence", "the router is gone"
    )


def test_isolation_shows_in_the_next_log_in(radius, nas):
    administrator = radius.server.client("administrator")
    service = administrator.find(
        "isp.service",
        [["access", "=", "open"]],
        "username",
        "password",
        limit=1,
        order="id desc",
    )[0]
    login = (service["username"], service["password"])
    context = {"active_model": "isp.service", "active_ids": [service["id"]]}
    wizard = administrator.call(
        "isp.service.suspend", "create", [{"reason": "manual"}], context=context
    )
    administrator.call("isp.service.suspend", "action_apply", wizard, context=context)
    kind, given = nas.log_in(*login)
    assert (kind, given["Mikrotik-Address-List"]) == ("accept", "isolated")
    assert (given["Framed-Pool"], given["Mikrotik-Rate-Limit"]) == (
        "isolated",
        "500k/500k",
    )
    administrator.call("isp.service", "action_restore", [service["id"]])
    assert "Mikrotik-Address-List" not in nas.log_in(*login)[1]


def test_one_session_at_a_time(radius, nas, subscriber):
    name, password = subscriber["username"], subscriber["password"]
    here, elsewhere = "AA:BB:CC:00:00:01", "AA:BB:CC:00:00:02"
    session = _new_session()
    assert nas.account("Start", session, name, Calling_Station_Id=here.lower())
    kind, given = nas.log_in(name, password, mac=elsewhere)
    assert (kind, given["Reply-Message"]) == ("reject", "Already online")
    assert "already_online" in _reasons(radius, name)
    # The device itself after a power cut, and Odoo's trial of the log-in.
    assert nas.log_in(name, password, mac=here)[0] == "accept"
    trial = radius.odoo()
    assert trial.log_in(name, password)[0] == "accept"
    assert trial.log_in(name, password, signed=False, timeout=1)[0] == "silence"
    # Not heard of for a quarter of an hour: over, and closed by the next one's start.
    radius.server.query(
        "UPDATE isp_radacct SET updated_at = updated_at - interval '16 minutes', "
        "started_at = started_at - interval '1 hour' "
        f"WHERE session_id = '{session}'"
    )
    assert nas.log_in(name, password, mac=elsewhere)[0] == "accept"
    following = _new_session()
    assert nas.account("Start", following, name, Calling_Station_Id=elsewhere)
    assert _session(radius, session)["terminate_cause"] == "Superseded"
    assert not _session(radius, following)["stopped_at"]
    assert nas.account("Stop", following, name, Calling_Station_Id=elsewhere)


def test_accounting_lost_doubled_and_after_the_end(radius, nas, subscriber):
    name = subscriber["username"]
    _kind, given = nas.log_in(name, subscriber["password"])
    line = {"Class": given["Class"], "Framed_IP_Address": "10.10.0.9"}
    session = _new_session()
    # The start is lost; an update of more than 4 GiB comes first, and twice, from a
    # router whose clock is wrong by years.
    update = {
        **line,
        "Event_Timestamp": 1_000_000_000,
        "Acct_Session_Time": 600,
        "Acct_Input_Octets": 7,
        "Acct_Output_Octets": 100,
        "Acct_Output_Gigawords": 5,
    }
    for _twice in range(2):
        assert nas.account("Interim-Update", session, name, **update)
    row = _session(radius, session)
    assert (row["bytes_in"], row["bytes_out"]) == ("7", str(20 * GIGABYTE + 100))
    assert row["seconds"] == "600"
    assert row["service_id"] == str(subscriber["id"])
    assert row["address"] == "10.10.0.9"
    assert re.fullmatch(r"[0-9a-f]{12}-[0-9a-f]{12}", row["class"])
    age = radius.server.query(
        "SELECT extract(epoch FROM now() AT TIME ZONE 'UTC' - started_at) "
        f"FROM isp_radacct WHERE session_id = '{session}'"
    )
    assert 600 <= float(age[0]) < 700
    # The stop, then what was late: it stays closed.
    stop = {**update, "Acct_Session_Time": 900, "Acct_Terminate_Cause": 1}
    assert nas.account("Stop", session, name, **stop)
    ended = _session(radius, session)
    assert ended["stopped_at"] and ended["terminate_cause"] == "User-Request"
    assert nas.account("Start", session, name, Class=given["Class"])
    assert nas.account("Interim-Update", session, name, **update)
    again = {"Class": given["Class"], "Acct_Terminate_Cause": 5}
    assert nas.account("Stop", session, name, **again)
    assert _session(radius, session) == ended


def test_counters_never_go_back(radius, nas, subscriber):
    """An update that was under way while a later one arrived changes nothing."""
    name, session = subscriber["username"], _new_session()

    def account(minutes, delay=0):
        octets = {"Acct_Input_Octets": minutes, "Acct_Output_Octets": 10 * minutes}
        times = {"Acct_Session_Time": 60 * minutes, "Acct_Delay_Time": delay}
        assert nas.account("Interim-Update", session, name, **octets, **times)
        (row,) = radius.server.query(
            "SELECT seconds, bytes_in, bytes_out, updated_at FROM isp_radacct "
            f"WHERE session_id = '{session}'"
        )
        return row

    later = account(minutes=20)
    assert later.startswith("1200|20|200|")
    assert account(minutes=10, delay=600) == later
    assert account(minutes=25).startswith("1500|25|250|")


def test_one_that_was_taken_for_dead_and_speaks_is_open_again(radius, nas, subscriber):
    name, session = subscriber["username"], _new_session()
    assert nas.account("Start", session, name)
    radius.server.query(
        "UPDATE isp_radacct SET stopped_at = updated_at, terminate_cause = 'Stale' "
        f"WHERE session_id = '{session}'"
    )
    assert nas.account("Interim-Update", session, name, Acct_Session_Time=60)
    row = _session(radius, session)
    assert (row["stopped_at"], row["terminate_cause"]) == ("", "")
    assert nas.account("Stop", session, name)


def test_what_nobody_needs_is_answered_too(nas, subscriber):
    """Or the router would send it again for ever."""
    assert nas.account("Tunnel-Start", _new_session(), subscriber["username"])


def test_a_router_that_restarts_has_no_sessions(radius, nas, subscriber):
    name, other = subscriber["username"], radius.nas(1)
    first, second, foreign = _new_session(), _new_session(), _new_session()
    assert nas.account("Start", first, name, Calling_Station_Id="AA:00")
    assert other.account("Start", foreign, "elsewhere")
    assert nas.account("Accounting-On", "on", "")
    assert _session(radius, first)["terminate_cause"] == "NAS-Reboot"
    assert not _session(radius, foreign)["stopped_at"]
    assert nas.account("Start", second, name, Calling_Station_Id="AA:00")
    assert not _session(radius, second)["stopped_at"]
    assert nas.account("Stop", second, name)


def test_a_session_number_that_comes_again_is_another_session(radius, nas, subscriber):
    """Routers number their sessions anew; the Class keeps them apart."""
    name, password = subscriber["username"], subscriber["password"]
    session = _new_session()
    for seconds in (100, 200):
        given = nas.log_in(name, password)[1]
        line = {"Class": given["Class"], "Acct_Session_Time": seconds}
        assert nas.account("Start", session, name, Class=given["Class"])
        assert nas.account("Stop", session, name, **line)
    rows = radius.server.query(
        f"SELECT seconds FROM isp_radacct WHERE session_id = '{session}' ORDER BY id"
    )
    assert rows == ["100", "200"]


def _end_long_ago(radius, session, cause):
    radius.server.query(
        "UPDATE isp_radacct SET started_at = started_at - interval '1 hour', "
        "updated_at = updated_at - interval '30 minutes', "
        f"stopped_at = updated_at - interval '30 minutes', terminate_cause = '{cause}' "
        f"WHERE session_id = '{session}'"
    )


@pytest.mark.parametrize("with_class", [True, False])
def test_one_that_outlives_its_supposed_end_is_open_again(
    radius, nas, subscriber, with_class
):
    """N1: a second log-in of its device, or a start of its router, was no end."""
    name, password = subscriber["username"], subscriber["password"]
    device = {"Calling_Station_Id": "AA:BB:CC:00:01:01"}
    first, second = _new_session(), _new_session()
    lines = {}
    for session in (first, second):
        given = nas.log_in(name, password, mac=device["Calling_Station_Id"])[1]
        lines[session] = {**device, **({"Class": given["Class"]} if with_class else {})}
        assert nas.account("Start", session, name, **lines[session])
    assert _session(radius, first)["terminate_cause"] == "Superseded"
    for session in (first, second):
        line = lines[session]
        assert nas.account("Interim-Update", session, name, Acct_Session_Time=9, **line)
        row = _session(radius, session)
        assert (row["stopped_at"], row["terminate_cause"]) == ("", "")
    for cause in ("NAS-Reboot", "Freed"):
        _end_long_ago(radius, first, cause)
        line = {**lines[first], "Acct_Session_Time": 5400}
        assert nas.account("Interim-Update", first, name, **line, Acct_Delay_Time=3600)
        assert _session(radius, first)["stopped_at"], "what was under way says nothing"
        assert nas.account("Interim-Update", first, name, **line)
        row = _session(radius, first)
        assert (row["stopped_at"], row["terminate_cause"]) == ("", "")
    _end_long_ago(radius, first, "User-Request")
    assert nas.account("Interim-Update", first, name, **line)
    assert _session(radius, first)["stopped_at"], "its router has told its end"
    assert nas.account("Stop", second, name, **lines[second])


def test_a_number_that_comes_again_without_class(radius, nas, subscriber):
    """N2: a router that sends no Class has started, and counts from the beginning."""
    name, session = subscriber["username"], _new_session()
    update = {"Acct_Session_Time": 600, "Acct_Output_Octets": 900}
    assert nas.account("Start", session, name)
    assert nas.account("Interim-Update", session, name, **update)
    assert nas.account("Accounting-On", "on", "")
    for _twice in range(2):
        assert nas.account("Start", session, name)
    update = {"Acct_Session_Time": 60, "Acct_Output_Octets": 200}
    assert nas.account("Interim-Update", session, name, **update)
    rows = radius.server.query(
        "SELECT bytes_out, stopped_at IS NULL, terminate_cause FROM isp_radacct "
        f"WHERE session_id = '{session}' ORDER BY id"
    )
    assert rows == ["900|f|NAS-Reboot", "200|t|"]
    assert nas.account("Stop", session, name, **update)
    # A third one, whose start was lost.
    radius.server.query(
        "UPDATE isp_radacct SET started_at = started_at - interval '1 hour', "
        "updated_at = updated_at - interval '1 hour', "
        "stopped_at = stopped_at - interval '1 hour' "
        f"WHERE session_id = '{session}'"
    )
    assert nas.account("Interim-Update", session, name, **update)
    rows = radius.server.query(
        f"SELECT stopped_at IS NULL FROM isp_radacct WHERE session_id = '{session}' "
        "ORDER BY id"
    )
    assert rows == ["f", "f", "t"]
    assert nas.account("Stop", session, name, **update)


def test_a_start_that_its_end_has_overtaken_opens_nothing(radius, nas, subscriber):
    """N2: a packet was on its way for longer than the next one; there is no Class."""
    name, session = subscriber["username"], _new_session()
    assert nas.account("Stop", session, name, Acct_Session_Time=2)
    assert nas.account("Start", session, name)
    assert _session(radius, session)["stopped_at"]


def test_a_device_is_known_in_whatever_spelling(radius, nas, subscriber):
    """N3: the same device after a power cut is not online elsewhere."""
    name, password = subscriber["username"], subscriber["password"]
    mac, session = "AA:BB:CC:00:04:0F", _new_session()
    spellings = [
        *(mac.lower(), mac.replace(":", "-"), mac.replace(":", "")),
        *("aabb.cc00.040f", mac.replace(":", "."), "aa-bb:cc-00:04-0f", mac),
    ]
    for spelled in spellings:
        assert nas.account("Start", session, name, Calling_Station_Id=spelled)
        assert _session(radius, session)["mac"] == mac
        for again in spellings:
            assert nas.log_in(name, password, mac=again)[0] == "accept", again
        assert nas.log_in(name, password, mac="AA:BB:CC:00:04:10")[0] == "reject"
        assert nas.account("Stop", session, name, Calling_Station_Id=spelled)
        session = _new_session()


def test_a_session_is_named_as_its_device_named_itself(radius, nas, subscriber):
    """N15: who commands its router must use that name; we compare the small one."""
    name, session = subscriber["username"].upper(), _new_session()
    assert nas.account("Start", session, name)
    rows = radius.server.query(
        f"SELECT username, sent_name FROM isp_radacct WHERE session_id = '{session}'"
    )
    assert rows == [f"{name.lower()}|{name}"]
    assert nas.account("Stop", session, name)


def test_the_archive_and_its_role_open_nothing_else(radius):
    with tarfile.open(fileobj=io.BytesIO(radius.archive)) as archive:
        for member in archive:
            assert not member.mode & 0o007, member.name
            assert (member.uname, member.gname) == ("root", "freerad")
        names = {member.name for member in archive}
    assert {"isp/radiusd.conf", "isp/README.txt", "isp/database.sql"} <= names
    role = f"{radius.server.database}_radius"
    readable = databases.query(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = "
        "c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v') AND "
        f"has_table_privilege('{role}', c.oid, 'SELECT') ORDER BY 1",
        radius.server.database,
    )
    assert readable == [
        "isp_radacct",
        "isp_radius_client",
        "isp_radius_user",
        "isp_radpostauth",
    ]
    for login in ("administrator", "technician1", "sales", "subscriber1"):
        person = radius.server.client(login)
        answer = person.get("/isp_network/radius_server/1/archive")
        assert answer.headers["Content-Type"] != "application/gzip", login
