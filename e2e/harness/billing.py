"""Running subscribers in any number, and the books as another process sees them."""

import time

from harness.client import RemoteError
from tools import odoo
from tools.layout import TEST_LOG

CRON_TIMEOUT = 60  # seconds

# Each has been active since this day of the last month that has it, is billed until
# yesterday and due today. Without an e-mail address, so that nothing but the billing
# itself is worked on.
SUBSCRIBERS = """
from dateutil.relativedelta import relativedelta
company = env.ref("base.main_company")
today = company._get_isp_today()
months_ago = (today - relativedelta(months=n) for n in (1, 2))
begin = next(day for day in months_ago if day.day == today.day)
schedule = env["isp.billing.schedule"].create(
    {{"name": "{label}", "anniversary": True, "days_until_due": 7}})
services = env["isp.service"].create([
    {{
        "contact_name": f"{label} {{n:04d}}",
        "phone": f"+62 812 {{company.id:02d}}{{schedule.id:02d}} {{n:04d}}",
        "username": f"{label}-{{n:04d}}",
        "password": f"kata-sandi-{{n:04d}}",
        "plan_id": env.ref("isp_base.isp_plan_home_20").id,
        "billing_schedule_id": schedule.id,
        "activation_date": begin,
    }}
    for n in range({count})
])
env["isp.billing.period"].create([
    {{
        "service_id": service.id,
        "date_from": begin,
        "date_to": today - relativedelta(days=1),
        "kind": "taken_over",
    }}
    for service in services
])
services.write({{"state": "active"}})
services._refresh_access()
services._refresh_next_invoice_date()
"""

# Services with another number of invoices than one, or of invoiced days than those
# of the month from today.
WRONGLY_BILLED = """
    SELECT s.id FROM isp_service s
    JOIN isp_billing_period b ON b.service_id = s.id AND b.kind = 'taken_over'
    LEFT JOIN isp_billing_period p ON p.service_id = s.id AND p.kind = 'charge'
    LEFT JOIN account_move_line l ON l.id = p.move_line_id
    LEFT JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
    WHERE s.contact_name LIKE '{label} %'
    GROUP BY s.id, b.date_to
    HAVING count(DISTINCT m.id) != 1
        OR sum(p.date_to - p.date_from + 1)
           != (b.date_to + 1 + interval '1 month')::date - (b.date_to + 1)"""

# Without the hourly run, which at a busy machine comes before what one presses.
STOP_HOURLY = """UPDATE ir_cron SET active = false
    WHERE id = (SELECT res_id FROM ir_model_data WHERE name = 'isp_billing_run_cron')"""


def make_subscribers(server, label, count):
    """Make `count` services called "`label` 0000", … that are due today."""
    script = SUBSCRIBERS.format(label=label, count=count)
    _run_retried(server, script, TEST_LOG / f"{server.database}-make.log")


def _run_retried(server, script, log):
    """Run it as a request is: anew, where a job of the server was quicker."""
    retried = f"retrying(lambda: exec({script!r}, {{'env': env}}), env)"
    text = f"from odoo.service.model import retrying\n{retried}"
    odoo.run_script(server.database, text, log)


def run_script(server, script, name):
    """Run it on the server's database; its log is called by `name`."""
    _run_retried(server, script, TEST_LOG / f"{server.database}-{name}.log")


def wrongly_billed(server, label):
    """The ids of those that are not billed exactly once for each day to come."""
    return server.query(WRONGLY_BILLED.format(label=label))


def bill_now(server):
    """Press *Bill now* as the accountant; (his client, the id of the run)."""
    accountant = server.client("accountant")
    action = accountant.call("isp.billing.run", "action_run_now", [])
    return accountant, action["res_id"]


def run_lines(server, state):
    """How many services of billing runs are in this state."""
    (count,) = server.query(
        f"SELECT count(*) FROM isp_billing_run_line WHERE state = '{state}'"
    )
    return int(count)


# Active and billed since 30 days, to be paid within 7: overdue for 23.
DEBTOR = """
from datetime import timedelta
from freezegun import freeze_time
begin = env.ref("base.main_company")._get_isp_today() - timedelta(days=30)
schedule = env["isp.billing.schedule"].create({{
    "name": "{label}", "anniversary": True, "days_until_due": 7, "grace_days": 3,
    "reminder_ids": [(0, 0, {{"days": 23}})]}})
service = env["isp.service"].create({{
    "contact_name": "{label}",
    "phone": "+62 812 7000 {phone:04d}",
    "email": "{login}@pelanggan.example",
    "partner_id": env["res.users"].search([("login", "=", "{login}")]).partner_id.id,
    "username": "{label}".lower(),
    "password": "kata-sandi-7",
    "plan_id": env.ref("isp_base.isp_plan_home_20").id,
    "billing_schedule_id": schedule.id,
    "activation_date": begin,
}})
service.write({{"state": "active"}})
with freeze_time(f"{{begin}} 03:00:00"):
    service._begin_billing()
service._refresh_access()
"""


class Debtor:
    """A service with one invoice that is overdue past its days of grace, but not
    isolated yet. It is the subscriber's who logs in as `login`."""

    def __init__(self, server, label, login):
        self.server = server
        script = DEBTOR.format(label=label, login=login, phone=len(label))
        _run_retried(server, script, TEST_LOG / f"{label}.log")
        self.office = server.client("administrator")
        user_name = [("username", "=", label.lower())]
        (service,) = self.office.find("isp.service", user_name, "name")
        self.id = service["id"]
        accountant = server.client("accountant")
        (invoice,) = accountant.find(
            "account.move", [("line_ids.isp_service_id", "=", self.id)], "name"
        )
        self.invoice_id, self.invoice = invoice["id"], invoice["name"]

    def access(self):
        """ "open" or "isolated", as another process sees it."""
        (access,) = self.server.query(
            f"SELECT access FROM isp_service WHERE id = {self.id}"
        )
        return access


def run_cron(server, xml_id):
    """Run a scheduled action now, as the button on its form does; when the scheduler
    is at it, as soon as it is done."""
    module, name = xml_id.split(".")
    (cron,) = server.query(
        "SELECT res_id FROM ir_model_data "
        f"WHERE module = '{module}' AND name = '{name}'"
    )
    deadline = time.monotonic() + CRON_TIMEOUT
    while True:
        try:
            return server.client("admin").call(
                "ir.cron", "method_direct_trigger", [int(cron)]
            )
        except RemoteError as error:
            if "already executing" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.2)
