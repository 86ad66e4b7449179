"""FreeRADIUS goes on while what is around it breaks."""

import pytest

from harness import Load
from tools import addons, odoo, process
from tools.checks import odoo_log
from tools.layout import TEST_LOG

pytestmark = pytest.mark.usefixtures("nobody_online")


@pytest.fixture(scope="module")
def nas(radius):
    return radius.nas()


@pytest.fixture(scope="module")
def logins(radius):
    """[(user name, password)] of everybody who may log in."""
    services = radius.server.client("administrator").find(
        "isp.service", [["access", "in", ["open", "isolated"]]], "username", "password"
    )
    return [(service["username"], service["password"]) for service in services]


def test_odoo_stopped(radius, nas, logins):
    radius.server.kill()
    try:
        for method in ("pap", "chap", "mschapv2"):
            assert nas.log_in(*logins[0], method)[0] == "accept"
        assert nas.account("Start", "8200001", logins[0][0])
        assert nas.account("Stop", "8200001", logins[0][0])
    finally:
        radius.server.start()


def test_database_stopped(radius, nas, logins, wait_until):
    """No rejection, which would tell subscribers that their passwords are wrong.

    A router that was not looked up of late is unknown then, so that nobody answers it
    anyway; Odoo itself is always known.
    """
    known = radius.odoo()
    assert nas.log_in(*logins[0])[0] == known.log_in(*logins[0])[0] == "accept"
    radius.stop_database()
    try:
        assert known.log_in(*logins[0], timeout=2)[0] == "silence"
        assert known.log_in("nobody", "wrong-password", timeout=2)[0] == "silence"
        assert not known.account("Start", "8200002", logins[0][0], timeout=2)
        assert nas.log_in(*logins[0], timeout=2)[0] == "silence"
    finally:
        radius.start_database()
    wait_until(
        lambda: nas.log_in(*logins[0], timeout=2)[0] == "accept",
        "it recovers by itself",
    )
    assert nas.account("Start", "8200002", logins[0][0])
    assert nas.account("Stop", "8200002", logins[0][0])


def test_freeradius_started_while_the_database_is_down(radius, nas, logins, wait_until):
    known = radius.odoo()
    radius.stop_database()
    try:
        radius.kill()
        radius.start()
        assert known.log_in(*logins[0], timeout=2)[0] == "silence"
    finally:
        radius.start_database()
    wait_until(
        lambda: nas.log_in(*logins[0], timeout=2)[0] == "accept",
        "it finds the database",
    )


def test_freeradius_restarted_under_a_burst_of_log_ins(nas, radius, logins, wait_until):
    with Load(nas, logins) as load:
        for stop in (radius.kill, radius.stop):
            done = len(load.answers)
            wait_until(lambda done=done: len(load.answers) > done + 50, "log-ins go on")
            stop()
            radius.start()
        done = len(load.answers)
        wait_until(lambda: len(load.answers) > done + 50, "log-ins go on")
    assert set(load.answers) == {"accept"}


def test_update_of_every_addon_refuses_nobody(radius, nas, logins):
    names = ",".join(addon.name for addon in addons.every())
    log = TEST_LOG / "e2e-radius-update.log"
    log.unlink(missing_ok=True)
    command = odoo.command(
        *("-d", radius.server.database, "-u", names, "--stop-after-init"),
        *("--no-http", "--max-cron-threads=0"),
    )
    with Load(nas, logins) as load:
        code = process.run_to_log(command, log, env=odoo.environment())
    assert (code, odoo_log.warnings(log.read_text())) == (0, [])
    assert set(load.answers) == {"accept"}
    assert len(load.answers) > 100
    assert radius.server.query("SELECT count(*) FROM isp_radius_user") != ["0"]
