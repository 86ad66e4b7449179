"""A4b, A6c, C: a subscriber from his first log-in to being back after he has paid, with
a real FreeRADIUS and a router that takes commands."""

import pytest

from harness import Browser
from harness.billing import run_cron
from harness.onboarding import Registration
from harness.router import Router

MAC = "AA:BB:CC:10:20:30"
OVERDUE = """WITH reminded AS (
    INSERT INTO isp_billing_notice (move_id, reminder_id, company_id, date)
    SELECT m.id, r.id, m.company_id, current_date - 40
    FROM account_move m JOIN isp_billing_reminder r ON r.schedule_id = m.isp_schedule_id
    WHERE m.id = {id} ON CONFLICT DO NOTHING)
    UPDATE account_move SET invoice_date_due = current_date - 60,
    isp_isolation_date = current_date - 30 WHERE id = {id}"""


@pytest.fixture(scope="module")
def router(radius):
    """The router of the first POP, which takes commands."""
    router = Router(radius.nas(0))
    router.create()
    yield router
    router.stop()


class Line:
    """The subscriber's device behind the router."""

    def __init__(self, router, username, password):
        self.router, self.nas = router, router.nas
        self.username, self.password = username, password

    def connect(self, session, address):
        """Log in and begin to account; return what it was given."""
        answer, given = self.nas.log_in(self.username, self.password, mac=MAC)
        assert answer == "accept", given
        self.session = {
            "Framed-IP-Address": address,
            "Calling-Station-Id": MAC,
            "Class": given["Class"],
        }
        self.name = session
        assert self.account("Start")
        return given

    def account(self, status, **values):
        attributes = {name.replace("-", "_"): v for name, v in self.session.items()}
        return self.nas.account(
            status, self.name, self.username, **attributes, **values
        )

    def obey(self, wait_until, kind):
        """Wait for a command about the session; return it."""

        def told():
            mine = [c for c in self.router.commands if c.session == self.name]
            return [command for command in mine if command.kind == kind]

        wait_until(told, f"{kind} of {self.name}")
        assert told()[-1].username == self.username
        return told()[-1]


def test_from_the_first_log_in_to_being_back(radius, router, chromium, wait_until):
    server = radius.server
    registration = Registration(server)
    registration.to_installation()
    registration.plan_visit()
    username, password = (
        registration.read("username", "password")[name]
        for name in ("username", "password")
    )
    assert router.nas.log_in(username, password)[0] == "reject", "not yet"
    registration.visit("action_start")

    told = registration.office("action_test_login")["params"]
    assert told["type"] == "success", told
    registration.visit(
        "action_finish", speed_test_download=19.8, speed_test_upload=9.9, report="Done"
    )
    registration.sign()
    registration.office("action_activate")

    line = Line(router, username, password)
    plan = registration.read("download_mbps", "upload_mbps")
    given = line.connect("81a00001", "10.10.0.9")
    rate = "{upload_mbps:g}M/{download_mbps:g}M".format(**plan)
    assert given["Mikrotik-Rate-Limit"].split()[0] == rate
    assert given["Framed-Pool"]
    assert line.account("Interim-Update", Acct_Session_Time=60)
    sees_online(server, chromium, registration.id)

    faster = {"speed_override": True, "download_mbps": 33, "upload_mbps": 11}
    server.client("network").call("isp.service", "write", [registration.id], faster)
    assert line.obey(wait_until, "CoA-Request").rate_limit == "11M/33M"

    invoice = fall_overdue(server, registration.id)
    wait_until(lambda: registration.read("access")["access"] == "isolated", "isolation")
    assert line.obey(wait_until, "Disconnect-Request").address == "10.10.0.9"
    assert line.account("Stop", Acct_Session_Time=120)
    given = line.connect("81a00002", "10.99.0.2")
    assert given["Mikrotik-Address-List"] == "isolated"
    assert given["Mikrotik-Rate-Limit"] != "11M/33M"

    pay(server, invoice)
    line.obey(wait_until, "Disconnect-Request")
    assert line.account("Stop", Acct_Session_Time=30)
    given = line.connect("81a00003", "10.10.0.9")
    assert "Mikrotik-Address-List" not in given
    assert given["Mikrotik-Rate-Limit"] == "11M/33M"

    confirmed = [("service_id", "=", registration.id), ("date_confirmed", "!=", False)]
    wait_until(
        lambda: (
            registration.administrator.call(
                "isp.radius.command", "search_count", confirmed
            )
            == 3
        ),
        "the session table says that all three were obeyed",
    )
    assert len(router.commands) == 3, "nothing was sent twice"


def sees_online(server, chromium, service_id):
    """The network engineer sees on the form that the line is up."""
    window = Browser(chromium, server, "network-story")
    page = window.desktop("network")
    page.goto(f"/odoo/action-isp_base.isp_service_action/{service_id}")
    page.locator(".oe_title .badge", has_text="Online").wait_for()
    page.locator(".nav-link[name=network]").click()
    page.locator(".tab-pane.active", has_text="10.10.0.9").wait_for()
    page.locator(".tab-pane.active", has_text=MAC).wait_for()
    window.close(failed=bool(window.errors))
    assert not window.errors, "errors in a browser's console"


def fall_overdue(server, service_id):
    """Let the first invoice be overdue past its days of grace; return its id."""
    (invoice,) = server.client("accountant").find(
        "account.move", [("line_ids.isp_service_id", "=", service_id)], "name", limit=1
    )
    server.query(OVERDUE.format(id=invoice["id"]))
    run_cron(server, "isp_billing.isp_dunning_isolate_cron")
    return invoice["id"]


def pay(server, invoice):
    accountant = server.client("accountant")
    context = {"active_model": "account.move", "active_ids": [invoice]}
    (payment,) = accountant.call(
        "account.payment.register", "create", [{}], context=context
    )
    accountant.call("account.payment.register", "action_create_payments", [payment])
