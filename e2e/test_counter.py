"""Cash at the counter: four clicks from the box to the next customer, by the keyboard
alone too, and of two cashiers with one bill the second one is told."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from harness.browser import wait_until_quiet
from harness.client import RemoteError
from harness.field import FieldPhone

LIMIT = 4
SECONDS = 10
NAME = "Toko Maju Jaya"
OPEN = """SELECT id FROM account_move WHERE state = 'posted' AND amount_residual > 0
    AND move_type = 'out_invoice'
    AND partner_id IN (SELECT partner_id FROM isp_service WHERE contact_name = '{}')"""
TAKEN = "SELECT count(*) FROM isp_taking"


def open_invoices(server, name=NAME):
    return server.query(OPEN.format(name))


def open_counter(page):
    page.goto("/odoo/action-isp_counter.isp_counter_action")
    page.wait_for_selector(".isp_counter_box, #isp_count")
    if page.locator("#isp_count").count():
        page.fill("#isp_count", "100.000")
        page.keyboard.press("Enter")
    page.wait_for_selector(".isp_counter_box")
    wait_until_quiet(page)


def test_cash_in_four_clicks(server, browser):
    page = browser.phone("cashier", "id_ID")
    open_counter(page)
    assert open_invoices(server)
    begin, clicks = time.monotonic(), 0
    page.fill(".isp_counter_box", NAME)
    for selector in (".isp_counter_found", ".isp_counter_take", ".isp_counter_next"):
        page.locator(selector).first.click()
        clicks += 1
        if selector == ".isp_counter_take":
            page.wait_for_selector(".isp_counter_receipt")
            assert time.monotonic() - begin < SECONDS
            page.wait_for_function("window.prints === 1")
    assert clicks <= LIMIT
    page.wait_for_selector(".isp_counter_last")
    assert not open_invoices(server)
    assert NAME in page.locator(".isp_counter_last").first.inner_text()


def test_by_the_keyboard_alone(server, browser):
    page = browser.desktop("cashier")
    open_counter(page)
    name = "Siti Rahmawati"
    before = len(open_invoices(server, name))
    assert before
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_selector(".isp_counter_take")
    page.keyboard.press("F3")
    page.wait_for_selector("#isp_bank")
    page.keyboard.press("F2")
    page.wait_for_selector("#isp_given:focus")
    page.keyboard.type("5.000.000")
    page.keyboard.press("Enter")
    page.wait_for_selector(".isp_counter_receipt")
    page.keyboard.press("Enter")
    page.wait_for_selector(".isp_counter_box:focus")
    assert not open_invoices(server, name)
    (isolated,) = server.query(
        f"""SELECT count(*) FROM isp_service
            WHERE contact_name = '{name}' AND access = 'isolated'"""
    )
    assert isolated == "0"


def bill(server, payer):
    """Make an invoice of a payer; return its id."""
    admin = server.client("admin")
    vals = {
        "move_type": "out_invoice",
        "partner_id": int(payer),
        "invoice_line_ids": [(0, 0, {"name": "Cable", "price_unit": 100000})],
    }
    (move,) = admin.call("account.move", "create", [vals])
    admin.call("account.move", "action_post", [move])
    return move


def debtor(server):
    """Return an invoice, who is to pay it, and what he owes."""
    (payer,) = server.query(
        f"SELECT partner_id FROM isp_service WHERE contact_name = '{NAME}' LIMIT 1"
    )
    move = bill(server, payer)
    dues = server.client("cashier").call("isp.counter", "get_dues", int(payer))
    return move, int(payer), dues["owed"]


def take(server, login, key, payer, owed):
    def call():
        client = server.client(login)
        parts = [[False, owed]]
        try:
            client.call("isp.counter", "take", key, payer, owed, parts)
        except RemoteError as error:
            return str(error)
        return ""

    return call


def test_sent_twice_at_once_is_booked_once(server):
    client = server.client("cashier")
    if not client.call("isp.counter", "get_state")["session"]:
        (drawer,) = client.call("isp.counter", "get_state")["drawers"][:1]
        client.call("isp.counter", "open_session", drawer["id"], 0)
    _move, payer, owed = debtor(server)
    before = int(server.query(TAKEN)[0])
    call = take(server, "cashier", str(uuid.uuid4()), payer, owed)
    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in [pool.submit(call), pool.submit(call)]]
    assert answers == ["", ""]
    assert int(server.query(TAKEN)[0]) == before + 1


def test_two_cashiers_with_one_bill(server, at_once):
    admin = server.client("admin")
    journal = {"name": "Counter 2", "code": "KAS2", "type": "cash"}
    (drawer,) = admin.call(
        "account.journal", "create", [{**journal, "isp_is_drawer": 1}]
    )
    accountant = server.client("accountant")
    accountant.call("isp.counter", "open_session", drawer, 0)
    move, payer, owed = debtor(server)
    before = int(server.query(TAKEN)[0])
    answers = at_once(
        move,
        take(server, "cashier", str(uuid.uuid4()), payer, owed),
        take(server, "accountant", str(uuid.uuid4()), payer, owed),
        table="account_move",
    )
    told = [answer for answer in answers if answer]
    assert len(told) == 1
    assert "has just taken" in told[0]
    assert int(server.query(TAKEN)[0]) == before + 1


def test_a_collectors_day_in_airplane_mode(server, browser, chromium):
    """He opens the page once, collects without signal, is sent once, hands over."""
    payer = debtor_of_palmerah(server)
    device = FieldPhone(chromium, server, "collector", "id_ID")
    try:
        device.kept()
        device.off()
        device.visit(-payer)
        device.write(amount="1.000")
        device.press("pay")
        receipt = device.page.locator("[data-entry=pay]").inner_text()
        assert "KL" in receipt, "the receipt has its number without signal"
        device.kill()
        device.start()
        device.open_kept()
        assert device.waiting() == 1
        device.on()
        device.arrive()
    finally:
        device.remove(False)
    assert not device.errors
    (name,) = server.query(
        f"SELECT name FROM isp_taking WHERE partner_id = {payer} AND amount = 1000"
    )
    assert name in receipt

    page = browser.desktop("cashier")
    open_counter(page)
    page.click(".isp_counter_bag")
    page.fill("#isp_bag_count", "1.000")
    page.click(".isp_counter_take_bag")
    page.wait_for_selector(".isp_counter_box")
    assert server.query("SELECT amount FROM isp_handover") == ["1000"]


def debtor_of_palmerah(server):
    """Return a payer in the collector's area, who owes something."""
    (payer,) = server.query(
        """SELECT partner_id FROM isp_service s JOIN isp_area a ON a.id = s.area_id
            WHERE a.name = 'Palmerah' AND s.state = 'active' LIMIT 1"""
    )
    bill(server, payer)
    return int(payer)
