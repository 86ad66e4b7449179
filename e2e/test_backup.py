"""The restore drill: a backup is taken while people pay and log in, restored beside,
compared, and used; no router hears of the copy."""

import json
import socket
import subprocess
import tarfile
from contextlib import closing

import pytest

from harness import DemoServer
from harness.billing import make_subscribers, run_cron
from harness.work import invoice_and_pay, working
from tools import backup, databases, odoo
from tools.layout import FILESTORE, ROOT, TEST_LOG

LOGIN = ("drill-0000", "kata-sandi-0000")
BUSY_TIMES = 2  # so often each of those who work has worked before and during it
SUMS = """SELECT count(*), coalesce(sum(amount_total_signed)
        FILTER (WHERE state = 'posted')::text, '') FROM account_move"""
CONTENT = """SELECT (SELECT count(*) FROM isp_service),
    (SELECT count(*) FROM isp_vault),
    (SELECT sum(amount_total_signed) FROM account_move),
    (SELECT count(*) FROM ir_model_fields), (SELECT count(*) FROM queue_job)"""
WAITING = """SELECT count(*) FROM queue_job
    WHERE state IN ('pending', 'enqueued', 'started', 'wait_dependencies')"""
SESSION = """INSERT INTO isp_radacct (unique_id, session_id, username, service_id,
        router_id, address, started_at, updated_at, class)
    SELECT 'drill', 'drill', u.username, u.service_id, {router}, '10.10.7.1',
        now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', item ->> 2
    FROM isp_radius_user u, jsonb_array_elements(u.check_items) item
    WHERE u.service_id = {service} AND item ->> 0 = 'Tmp-String-1'"""


class Copy(DemoServer):
    """The server of the restored database, which is there already."""

    def create(self):
        self.start()


@pytest.fixture(scope="module")
def server(radius):
    return radius.server


@pytest.fixture(scope="module")
def service(server):
    make_subscribers(server, "Drill", 1)
    office = server.client("administrator")
    (found,) = office.find("isp.service", [("contact_name", "=", "Drill 0000")])
    return found["id"]


@pytest.fixture(scope="module")
def router(server, service):
    """A socket where a router would hear commands about the session of the service."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as ear:
        ear.bind(("127.0.5.1", 0))
        ear.setblocking(False)
        number = server.client("network").create(
            "isp.router",
            name="Drill",
            address="127.0.5.1",
            coa_port=ear.getsockname()[1],
            coa_timeout=1,
        )
        server.query(SESSION.format(router=number, service=service))
        yield ear


def _upload(server):
    server.client("admin").create("ir.attachment", name="drill", raw="of the drill")


def isolate(server, service):
    office = server.client("administrator")
    context = {"active_model": "isp.service", "active_ids": [service]}
    (wizard,) = office.call(
        "isp.service.suspend", "create", [{"reason": "manual"}], context=context
    )
    office.call("isp.service.suspend", "action_apply", [wizard])


def hears(router):
    """Take a packet that came to the router; whether there was one."""
    try:
        return bool(router.recv(4096))
    except BlockingIOError:
        return False


def read_manifest(archive):
    with tarfile.open(archive) as tar:
        return json.load(tar.extractfile("manifest.json"))


def test_a_backup_under_load_is_restored_whole_and_disarmed(
    radius, server, service, router, wait_until, tmp_path
):
    nas = radius.nas()
    works = (
        lambda: invoice_and_pay(server),
        lambda: nas.log_in(*LOGIN),
        lambda: _upload(server),
    )
    with working(*works) as (done, errors):

        def each_worked(times):
            return errors or min(done) >= times

        wait_until(lambda: each_worked(BUSY_TIMES), "all work")
        before = list(done)
        assert backup.run("isp_backup", "-d", server.database, str(tmp_path)) == 0
        during = list(done)
        assert not errors, errors
    assert all(b > a for a, b in zip(before, during, strict=True)), "it stopped nobody"

    (archive,) = tmp_path.glob("*.tar")
    assert archive.stat().st_mode & 0o077 == 0, "for its owner alone"
    manifest = read_manifest(archive)
    copy = Copy("restored")
    databases.drop(copy.database)
    try:
        restore = ("isp_restore", "-d", copy.database, str(archive))
        assert backup.run(*restore) == 0
        rows, posted = copy.query(SUMS)[0].split("|")
        assert rows == manifest["counts"]["account_move"]
        assert posted == manifest["sums"]["posted invoices"]
        assert manifest["sums"]["debit"] == manifest["sums"]["credit"]
        assert not manifest["files_missing"]
        assert backup.run(*restore) != 0, "nothing that is there is overwritten"
        _use(copy, server, service, router, wait_until)
    finally:
        copy.remove()


def _use(copy, server, service, router, wait_until):
    """Work in the copy; then in the original, whose router does hear of it."""
    assert copy.query(WAITING) == ["0"], "what waited is done by the original"
    armed = "SELECT count(*) FROM isp_router WHERE use_api OR use_radius"
    assert copy.query(armed) == ["0"]
    for table in ("isp_vault", "isp_radius_user", "isp_radius_client"):
        assert copy.query(f"SELECT count(*) FROM {table}") == ["0"], table
    server.stop()  # it asks its routers every minute whether they are there
    while hears(router):
        pass
    copy.create()
    assert copy.client("administrator").uid
    isolate(copy, service)
    wait_until(lambda: copy.query(WAITING) == ["0"], "its jobs are done")
    run_cron(copy, "isp_network.isp_router_probe_cron")
    copy.stop()
    assert not hears(router), "a copy speaks to no router"
    server.start()
    isolate(server, service)
    wait_until(lambda: hears(router), "the router of the original hears of it")


def test_an_update_that_ended_in_the_middle_is_rolled_back(
    radius, server, service, router, wait_until, tmp_path
):
    """docs/update.md, step 6: the backup of step 3 in the place of what is there."""
    server.stop()
    assert backup.run("isp_backup", "-d", server.database, str(tmp_path)) == 0
    before = server.query(CONTENT)
    _begin_update(server, wait_until)
    databases.drop(server.database)
    (archive,) = tmp_path.glob("*.tar")
    restore = ("isp_restore", "-d", server.database, "--as-original", str(archive))
    assert backup.run(*restore) == 0
    assert server.query(CONTENT) == before
    radius.stop()
    radius.configure(radius.archive, server.database)
    radius.start()
    while hears(router):
        pass
    server.start()
    office = server.client("administrator")
    (found,) = office.read("isp.service", [service], "password")
    assert found["password"] == LOGIN[1], "its secrets are read"
    run_cron(server, "isp_network.isp_router_probe_cron")
    wait_until(lambda: hears(router), "it speaks to its routers")
    server.query("UPDATE isp_radacct SET stopped_at = updated_at")
    assert radius.nas().log_in(*LOGIN)[0] == "accept"


def _begin_update(server, wait_until):
    """End it as a power cut would when tables are being changed."""
    log = TEST_LOG / "e2e-rollback.log"
    log.unlink(missing_ok=True)
    command = odoo.command(
        *("-d", server.database, "-u", "isp_base", "--stop-after-init"),
        *("--no-http", "--max-cron-threads=0", f"--logfile={log}"),
    )
    update = subprocess.Popen(
        [str(part) for part in command], env=odoo.environment(), cwd=ROOT
    )
    try:
        wait_until(
            lambda: log.exists() and "Loading module isp_billing" in log.read_text(),
            "the update has changed something",
        )
    finally:
        update.kill()
        update.wait()


@pytest.mark.parametrize("damage", ["cut", "changed", "key"])
def test_what_is_damaged_or_of_another_key_is_not_restored(
    server, tmp_path, damage, capfd
):
    key = tmp_path / "key"
    key.write_text("a passphrase of the drill\n")
    keyed = [f"--passphrase-file={key}"] if damage == "key" else []
    assert backup.run("isp_backup", "-d", server.database, str(tmp_path), *keyed) == 0
    (archive,) = tmp_path.glob("*.tar*")
    content = bytearray(archive.read_bytes())
    if damage == "key":
        assert b"manifest.json" not in content
        key.write_text("another one\n")
    elif damage == "cut":
        archive.write_bytes(content[: len(content) * 2 // 3])
    else:
        content[len(content) // 2] ^= 1
        archive.write_bytes(content)
    name = f"{server.database}_damaged"
    try:
        assert backup.run("isp_restore", "-d", name, str(archive), *keyed) != 0
        assert "Nothing was restored" in capfd.readouterr().err
        assert not databases.exists(name)
        assert not (FILESTORE / name).exists()
    finally:
        databases.drop(name)
