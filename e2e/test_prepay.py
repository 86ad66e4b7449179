"""Paid ahead: three months in the portal, and nobody is isolated in the next one; the
accountant replaces a tax from the first of next month, and has a month's e-Faktur."""

import re
from datetime import date

from lxml import etree
from pypdf import PdfReader

from harness.billing import run_cron, run_script
from harness.browser import wait_until_quiet
from tools.layout import TEST_LOG
from tools.setup.odoo_source import python_path

SAMPLE = "l10n_id_efaktur_coretax/tests/results/sample.xml"  # what Odoo's tests expect
MM = 72 / 25.4  # points

# Billed for a month from the 10th on, and paid; the connection of subscriber1.
PAID = """
from freezegun import freeze_time
from dateutil.relativedelta import relativedelta
company = env.ref("base.main_company")
begin = company._get_isp_today() - relativedelta(days=9)
schedule = env["isp.billing.schedule"].create({
    "name": "Di muka", "anniversary": True, "days_until_due": 7, "grace_days": 3})
service = env["isp.service"].create({
    "contact_name": "Dimuka",
    "phone": "+62 812 7000 7771",
    "partner_id": env.ref("isp_base.partner_subscriber1").id,
    "username": "dimuka",
    "password": "kata-sandi-7",
    "plan_id": env.ref("isp_base.isp_plan_home_20").id,
    "billing_schedule_id": schedule.id,
    "activation_date": begin,
})
service.write({"state": "active"})
with freeze_time(f"{begin} 03:00:00"):
    service._begin_billing()
service._refresh_access()
invoice = service.first_invoice_id
env["account.payment.register"].with_context(
    active_model="account.move", active_ids=invoice.ids).create({})._create_payments()
"""

# A month and 20 days later: what the hourly actions do then.
LATER = """
from freezegun import freeze_time
from dateutil.relativedelta import relativedelta
day = env.ref("base.main_company")._get_isp_today() + relativedelta(days=50)
with freeze_time(f"{day} 03:00:00"):
    env["isp.billing.run"].with_context(queue_job__no_delay=True)._cron_bill()
    dunning = env["isp.dunning"].with_context(queue_job__no_delay=True)
    dunning._cron_remind()
    dunning._cron_isolate()
"""


# The billing of the day, and the monthly check of all that the demo data is about.
CHECKED = """
env["isp.billing.run"].with_context(queue_job__no_delay=True)._cron_bill()
from dateutil.relativedelta import relativedelta
company = env.ref("base.main_company")
for months in range(4):
    day = company._get_isp_today() - relativedelta(months=months)
    env["isp.billing.check"]._check_month(company, day)
"""


def get_service(server):
    (service,) = server.client("administrator").find(
        "isp.service", [("username", "=", "dimuka")], "name", "paid_until"
    )
    return service


def test_the_monthly_check_finds_nothing_in_the_demo(server):
    run_script(server, CHECKED, "checked")
    (months, services) = server.query(
        "SELECT count(*) || '|' || max(service_count) FROM isp_billing_check"
    )[0].split("|")
    assert int(months) >= 4 and int(services)
    assert not server.query("SELECT kind, service_id FROM isp_billing_check_line")


def test_a_month_of_efaktur_is_downloaded_by_the_accountant(server, browser):
    page = browser.desktop("accountant")
    page.goto("/odoo/action-l10n_id_isp.isp_efaktur_month_action")
    wait_until_quiet(page)
    dialog = page.locator(".modal")
    if not dialog.get_by_role("button", name="Download").is_visible():
        choose_month(page, date.today())
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename.endswith(".xml")
    bulk = etree.parse(download.value.path()).getroot()
    sample = etree.parse(python_path() / "odoo/addons" / SAMPLE).getroot()
    assert get_names(bulk) == get_names(sample)
    for path in (".//TaxInvoice", ".//GoodService"):
        documents = bulk.findall(path)
        assert documents
        for element in documents:
            assert get_names(element) == get_names(sample.find(path))


def get_names(element):
    return [part.tag for part in element]


def choose_month(page, day):
    """Another month than the last one; the picker is open: its field is the first."""
    picker = page.locator(".o_datetime_picker")
    if not picker.is_visible():
        page.locator(".modal .o_field_widget[name=month]").click()
    picker.get_by_text(day.strftime("%b"), exact=True).click()
    wait_until_quiet(page)


def test_three_months_are_paid_in_the_portal(server, browser, wait_until):
    run_script(server, PAID, "paid")
    before = get_service(server)
    page = browser.phone("subscriber1", language="id_ID")
    page.goto(f"/my/services/{before['id']}")
    page.locator("#isp_prepay").click()
    page.screenshot(path=TEST_LOG / "prepay-choose.png", full_page=True)
    page.locator("button[name=offer_id]").first.click()
    page.wait_for_url(re.compile(r"/my/invoices/"))
    page.screenshot(path=TEST_LOG / "prepay-invoice.png", full_page=True)
    page.locator("[data-bs-target='#pay_with'] >> visible=true").first.click()
    page.locator("#pay_with .o_payment_option_label", has_text="Demo").click()
    wait_until_quiet(page)
    page.locator("button[name=o_payment_submit_button] >> visible=true").click()
    page.wait_for_url(re.compile(r"/my/invoices/"))
    wait_until(
        lambda: get_service(server)["paid_until"] > before["paid_until"],
        "paid until three months later",
    )
    page.goto(f"/my/services/{before['id']}")
    page.screenshot(path=TEST_LOG / "prepay-paid.png", full_page=True)
    assert not page.locator("#isp_prepaid").count()

    run_script(server, LATER, "later")
    rows = server.query(
        "SELECT access, (SELECT count(DISTINCT move_id) FROM account_move_line l "
        "WHERE l.isp_service_id = s.id) FROM isp_service s "
        f"WHERE s.id = {before['id']}"
    )
    assert rows == ["open|2"], "no further invoice, and not isolated"


def test_the_receipt_in_both_sizes(server, browser):
    page = browser.desktop("accountant", "id_ID")
    payments = server.client("accountant").find(
        "account.payment", [("payment_type", "=", "inbound"), ("state", "=", "paid")]
    )
    page.goto(f"/odoo/account.payment/{payments[0]['id']}")
    for button, size in (("print_receipt", (210, 148)), ("print_roll", (80, None))):
        with page.expect_download() as download:
            page.locator(f"button[name=action_isp_{button}]").click()
        (sheet,) = PdfReader(download.value.path()).pages
        width, height = (side / MM for side in sheet.mediabox[2:])
        assert abs(width - size[0]) < 1
        assert not size[1] or abs(height - size[1]) < 1
        assert "rupiah" in sheet.extract_text().lower(), "the amount in words"


def test_a_tax_is_replaced_from_the_first_of_next_month(server, browser):
    accountant = server.client("accountant")
    plan_tax = server.query(
        "SELECT min(r.tax_id) FROM product_taxes_rel r "
        "JOIN product_template p ON p.id = r.prod_id WHERE p.is_internet_plan"
    )[0]
    new = accountant.call(
        "account.tax", "copy", [int(plan_tax)], {"name": "PPN baru", "amount": 12}
    )
    (new_id,) = new if isinstance(new, list) else [new]
    page = browser.desktop("accountant")
    page.goto("/odoo/action-isp_billing.isp_tax_change_action/new")
    wait_until_quiet(page)
    old_name = accountant.call("account.tax", "read", [int(plan_tax)], ["name"])[0]
    choose(page, "tax_id", old_name["name"])
    choose(page, "new_tax_id", "PPN baru")
    page.screenshot(path=TEST_LOG / "tax-change.png", full_page=True)
    page.get_by_role("button", name="Replace", exact=True).click()
    page.locator(".modal").get_by_role("button", name="Ok").click()
    wait_until_quiet(page)
    (state,) = server.query("SELECT state FROM isp_tax_change ORDER BY id DESC LIMIT 1")
    assert state == "planned"
    run_cron(server, "isp_billing.isp_tax_change_cron")
    plans = "SELECT count(*) FROM product_taxes_rel WHERE tax_id = {}"
    assert server.query(plans.format(new_id)) == ["0"], "not before its day"
    run_script(server, LATER_TAX, "tax")
    assert server.query(plans.format(new_id)) != ["0"]
    assert server.query(plans.format(plan_tax)) == ["0"]


LATER_TAX = """
from freezegun import freeze_time
change = env["isp.tax.change"].search([], order="id desc", limit=1)
with freeze_time(f"{change.date} 03:00:00"):
    change._cron_apply()
"""


def choose(page, name, text):
    field = page.locator(f".o_field_widget[name={name}] input").first
    field.fill(text)
    page.locator(".o-autocomplete--dropdown-item", has_text=text).first.wait_for()
    wait_until_quiet(page)
    field.press("Enter")
    field.press("Tab")
    wait_until_quiet(page)
