"""Fixtures of the stories.

`server`   a running Odoo on a copy of the demo database, shared by the tests of
           one file: `server.client("sales")`, `server.kill()`, `server.start()`,
           `server.query(sql)`, `server.log_problems()`
`only_looked_at`  the same for all files whose stories change nothing: such a file
           gives it as its `server`
`browser`  windows and phones for the persons of one test: `browser.desktop("sales")`,
           `browser.phone("technician1", language="id_ID")` give a Playwright page.
           An error in a console fails the test; when a test fails, pictures of
           its pages are in var/log/test.
`radius`   a running FreeRADIUS on the archive downloaded from an Odoo of its own
           (`radius.server`), shared by all tests: `radius.nas().log_in(…)`
`mail_server`  the mail server of `server`, down until the test calls `start()`
`at_once`  `at_once(record_id, call, …)` runs calls that meet at one row;
           `while_held(sql, call, …)` lets them meet a change.

Nothing waits for a time: Playwright waits for what a step needs, `wait_until`
for a condition of ours.
"""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg2
import pytest
from playwright.sync_api import sync_playwright

from harness import Browser, DemoServer, Radius
from harness.browser import CHROMIUM, FLAGS
from harness.mail import MailServer
from tools import odoo, postgres

FAILED = pytest.StashKey[bool]()
WAITING = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(request):
    with _running(request.module.__name__.rpartition(".")[2]) as demo:
        yield demo


@pytest.fixture
def one_sender(server):
    """Mails leave when they are written alone: that Odoo's queue takes the same one at
    the same moment is a story of its own."""
    server.query(
        "UPDATE ir_cron SET nextcall = nextcall + interval '1 day' WHERE id = ("
        "SELECT res_id FROM ir_model_data WHERE module = 'mail' "
        "AND name = 'ir_cron_mail_scheduler_action')"
    )


@pytest.fixture(scope="session")
def only_looked_at():
    with _running("only_looked_at") as demo:
        yield demo


@contextmanager
def _running(name):
    odoo.write_config()
    demo = DemoServer(name)
    try:
        demo.create()
        yield demo
    finally:
        demo.remove()


@pytest.fixture(scope="session")
def radius():
    odoo.write_config()
    demo = DemoServer("network")
    freeradius = Radius(demo)
    try:
        demo.create()
        freeradius.create()
        yield freeradius
    finally:
        freeradius.stop()
        demo.remove()
        freeradius.remove()


@pytest.fixture
def mail_server(server):
    """The mail server of this Odoo; it is down until the test starts it."""
    postbox = MailServer()
    server.client("admin").create(
        "ir.mail_server",
        name="Mail",
        smtp_host="127.0.0.1",
        smtp_port=postbox.port,
        smtp_encryption="none",
    )
    yield postbox
    postbox.stop()


@pytest.fixture(scope="module")
def nobody_online(radius):
    """End the sessions that other stories left: who has one is let in nowhere else."""
    radius.server.query(
        "UPDATE isp_radacct SET stopped_at = updated_at WHERE stopped_at IS NULL"
    )


@pytest.fixture
def browser(chromium, server, request):
    name = re.sub(r"\W+", "-", request.node.name)
    persons = Browser(chromium, server, name)
    yield persons
    persons.close(failed=request.node.stash.get(FAILED, False) or bool(persons.errors))
    assert not persons.errors, "errors in a browser's console"


@pytest.fixture
def wait_until():
    """`wait_until(condition, "what is waited for")`: polls until it is true."""

    def wait(condition, what, timeout=90):
        deadline = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < deadline, f"not within {timeout} s: {what}"
            time.sleep(0.05)

    return wait


@pytest.fixture
def while_held(server, wait_until):
    """`while_held(sql, call, …)`: run the calls overlapping; their results.

    What `sql` locks or changes is committed when all of them wait for it.
    """

    def run(sql, *calls):
        settings = postgres.environment()
        connect = {
            "host": settings.get("PGHOST"),
            "port": settings.get("PGPORT"),
            "user": settings.get("PGUSER"),
            "password": settings.get("PGPASSWORD"),
            "dbname": server.database,
        }
        with closing(psycopg2.connect(**connect)) as holder, holder.cursor() as cursor:
            cursor.execute(sql)
            with ThreadPoolExecutor(len(calls)) as pool:
                futures = [pool.submit(call) for call in calls]
                try:
                    wait_until(
                        lambda: int(server.query(WAITING)[0]) >= len(calls),
                        "all requests wait for the row",
                    )
                finally:
                    holder.commit()
                return [future.result() for future in futures]

    return run


@pytest.fixture
def at_once(while_held):
    """`at_once(record_id, call, …)`: run the calls overlapping; their results.

    The row (of `isp_service`, or of `table`) is held until all of them wait for it.
    `strength="UPDATE"` stops those too that only refer to it.
    """

    def run(record_id, *calls, table="isp_service", strength="NO KEY UPDATE"):
        return while_held(
            f"SELECT id FROM {table} WHERE id = {int(record_id)} FOR {strength}",
            *calls,
        )

    return run
