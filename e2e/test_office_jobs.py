"""The ten jobs of an office, with the clicks that each takes.

A click is a press of the mouse or Enter; what is typed, and the keys that move, are
none. More than `LIMIT` is a failure: cash alone has a limit of its own.
"""

import re

import pytest

from harness.browser import wait_until_quiet

LIMIT = 4
CASH_LIMIT = 6
PHONE = "081234567802"  # as a caller says it
NAME = "Warung Kopi Nusantara"


class Desk:
    """A person at a desk, whose clicks are counted."""

    def __init__(self, page):
        self.page = page
        # What pops up for something else lies over the buttons for some seconds.
        page.add_style_tag(content=".o_notification_manager { pointer-events: none }")
        self.clicks = 0

    def click(self, selector, **options):
        target = self.page.locator(f"{selector} >> visible=true", **options).first
        target.wait_for()
        wait_until_quiet(self.page)
        target.click()
        self.clicks += 1

    def press(self, name):
        self.click(f"button[name={name}]")

    def press_in_dialog(self, selector):
        self.click(f".modal {selector}")
        self.page.wait_for_selector(".modal", state="detached")
        wait_until_quiet(self.page)

    def fill(self, selector, text):
        self.page.locator(f"{selector} >> visible=true").first.fill(text)

    def choose(self, field, text):
        """Type what a list then shows, and take its first with Enter."""
        box = self.page.locator(f"[name={field}] input >> visible=true").first
        box.focus()
        box.press_sequentially(text)
        self.page.locator(".o-autocomplete--dropdown-item", has_text=text).wait_for()
        wait_until_quiet(self.page)
        self.enter(box)

    def enter(self, box):
        box.press("Enter")
        self.clicks += 1

    def find(self, text):
        """Find by the lens on top of the page and open what comes first."""
        self.click(".isp_finder")
        box = self.page.locator(".o_command_palette input")
        box.press_sequentially(text)
        self.page.locator(".o_command_palette .o_command").first.wait_for()
        wait_until_quiet(self.page)
        self.enter(box)
        self.page.wait_for_selector(".o_command_palette", state="detached")
        self.page.wait_for_selector(".o_form_view")
        wait_until_quiet(self.page)

    def finish(self, job, limit=LIMIT):
        clicks, self.clicks = self.clicks, 0
        assert clicks <= limit, f"{job}: {clicks} clicks"
        return clicks


@pytest.fixture(scope="module")
def cafe(server):
    (found,) = server.query("SELECT id FROM isp_service WHERE phone LIKE '%3456-7802'")
    return int(found)


def read(server, cafe, column):
    return server.query(f"SELECT {column} FROM isp_service WHERE id = {cafe}")[0]


@pytest.mark.parametrize("language", ["en_US", "id_ID"])
def test_a_subscriber_on_the_phone(server, browser, cafe, language):
    desk = Desk(browser.desktop("administrator", language))
    page = desk.page

    desk.find(PHONE)
    assert NAME in page.locator(".o_form_view").inner_text()
    assert f"/{cafe}" in page.url
    desk.finish("find a subscriber by phone", 2)

    desk.press("action_suspend")
    desk.press_in_dialog("button[name=action_apply]")
    assert read(server, cafe, "access") == "isolated"
    desk.finish("isolate", 3)

    desk.press("action_restore")
    desk.press_in_dialog(".modal-footer .btn-primary")
    assert read(server, cafe, "access") == "open"
    desk.finish("restore", 3)

    plan = read(server, cafe, "plan_id")
    desk.press("action_change_plan")
    desk.click(".modal [name=plan_id] input[type=radio]")
    page.wait_for_selector(".modal [name=preview] table")
    desk.press_in_dialog("button[name=action_apply]")
    assert read(server, cafe, "plan_id") != plan
    desk.finish("change plan", 3)

    token = read(server, cafe, "credentials_token")
    desk.press("action_change_credentials")
    desk.press_in_dialog("button[name=action_apply]")
    assert read(server, cafe, "credentials_token") != token
    desk.finish("new password", 3)

    desk.press("action_plan_visit")
    desk.fill(".modal [name=reason] input", "Cable")
    desk.choose("technician_ids", "Budi")
    desk.press_in_dialog("button[name=action_apply]")
    visits = f"""SELECT count(*) FROM isp_work_order
        WHERE kind = 'visit' AND service_id = {cafe}"""
    assert int(server.query(visits)[0]) >= 1
    desk.finish("plan a visit")

    tickets = f"SELECT count(*) FROM helpdesk_ticket WHERE isp_service_id = {cafe}"
    before = int(server.query(tickets)[0])
    desk.press("action_order_repair")
    desk.fill(".modal [name=isp_complaint] textarea", f"No light ({language})")
    name = page.locator(".modal [name=category_id] input")
    name.focus()
    name.press("ArrowDown")
    page.locator(".o-autocomplete--dropdown-item").first.wait_for()
    wait_until_quiet(page)
    desk.enter(name)
    desk.press_in_dialog(".o_form_button_save")
    assert int(server.query(tickets)[0]) == before + 1
    desk.finish("book a repair")


def test_isolated_from_the_list(server, browser, cafe):
    desk = Desk(browser.desktop("administrator"))
    desk.page.goto("/odoo/action-isp_base.isp_service_action")
    row = desk.page.locator(".o_data_row", has_text=NAME)
    row.first.wait_for()
    wait_until_quiet(desk.page)
    row.locator(".o_list_record_selector input").first.check()
    desk.clicks += 1
    desk.press("action_suspend_several")
    desk.press_in_dialog("button[name=action_apply]")
    assert read(server, cafe, "access") == "isolated"
    desk.finish("isolate from the list", 3)
    row.locator(".o_list_record_selector input").first.check()
    desk.clicks += 1
    desk.press("action_restore_several")
    wait_until_quiet(desk.page)
    assert read(server, cafe, "access") == "open"
    desk.finish("restore from the list", 3)


def test_who_is_offline_in_an_area(server, browser, cafe):
    area = server.query(
        f"""SELECT a.name FROM isp_area a JOIN isp_service s ON s.area_id = a.id
        WHERE s.id = {cafe}"""
    )[0]
    server.query(
        f"""INSERT INTO isp_radacct (unique_id, session_id, username, service_id,
            router_id, started_at, updated_at, stopped_at)
        SELECT 'office', 'office', username, id, 0, now() - interval '3 days',
            now() - interval '2 days', now() - interval '2 days'
        FROM isp_service WHERE id = {cafe} RETURNING 1"""
    )
    desk = Desk(browser.desktop("administrator"))
    desk.page.goto("/odoo/action-isp_base.isp_today_action")
    desk.click(".isp_today_card:has-text('Offline for more than a day')")
    box = desk.page.locator(".o_searchview_input")
    box.wait_for()
    wait_until_quiet(desk.page)
    box.press_sequentially(area)
    wait_until_quiet(desk.page)
    labels = desk.page.locator(".o_searchview_autocomplete > *").all_inner_texts()
    place = next(i for i, label in enumerate(labels) if "Area" in label)
    for _step in range(place):
        box.press("ArrowDown")
    desk.enter(box)
    desk.page.locator(".o_data_row", has_text=NAME).wait_for()
    desk.finish("who is offline in an area")


def test_money_at_the_counter(server, browser):
    (overdue,) = server.query(
        """SELECT id FROM isp_service WHERE access = 'isolated'
            AND contact_name = 'Siti Rahmawati'"""
    )
    subscriber = browser.phone("subscriber1")
    subscriber.goto(f"/my/services/{overdue}")
    subscriber.click("#isp_to_pay a.btn-primary")
    subscriber.click("#isp_confirmation_form button[type=submit]")
    subscriber.wait_for_url(re.compile(r"/my/(services|invoices)"))

    desk = Desk(browser.desktop("accountant"))
    desk.page.goto("/odoo/action-isp_base.isp_today_action")
    desk.click(".isp_today_card:has-text('Payment')")
    desk.click(".o_data_row .o_data_cell, .o_kanban_record")
    desk.press("action_accept")
    wait_until_quiet(desk.page)
    accepted = "SELECT count(*) FROM isp_payment_confirmation WHERE state = 'accepted'"
    assert int(server.query(accepted)[0]) >= 1
    desk.finish("check a payment confirmation")

    open_invoice = server.query(
        """SELECT name FROM account_move WHERE state = 'posted' AND amount_residual > 0
            AND move_type = 'out_invoice' ORDER BY id DESC LIMIT 1"""
    )[0]
    desk.find(open_invoice)
    desk.click("button[name=action_register_payment]")
    desk.choose("journal_id", "Cash")
    desk.press_in_dialog("button[name=action_create_payments]")
    desk.finish("register cash", CASH_LIMIT)
