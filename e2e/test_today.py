"""The first page of each role says what waits for him, and opens it."""

import pytest

from harness.browser import wait_until_quiet

CARD = ".isp_today_card"


@pytest.fixture(scope="module")
def server(only_looked_at):
    return only_looked_at


@pytest.mark.parametrize(
    ("login", "section"),
    [
        ("administrator", "Kunjungan"),
        ("sales", "Pelanggan"),
        ("network", "Jaringan"),
        ("accountant", "Keuangan"),
    ],
)
def test_a_card_opens_as_many_as_it_counts(browser, login, section):
    page = browser.phone(login, language="id_ID")
    page.goto("/odoo/action-isp_base.isp_today_action")
    page.locator("h2", has_text=section).wait_for()
    counted = [
        (index, int(card.locator("span").first.inner_text()))
        for index, card in enumerate(page.locator(CARD).all())
    ]
    index, count = max(counted, key=lambda pair: pair[1])
    page.locator(CARD).nth(index).click()
    page.wait_for_selector(".o_searchview, .o_control_panel")
    wait_until_quiet(page)
    records = page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")
    assert records.count() == count, counted
    page.go_back()
    page.locator("h2", has_text=section).wait_for()
