"""The accounts that `make run` prints can log in and see their first page."""

import pytest

from tools.accounts import ACCOUNTS

FIRST = {"/odoo": ".o_main_navbar", "/my": "#wrapwrap", "/my-work": "#my_work > *"}


@pytest.fixture(scope="module")
def server(only_looked_at):
    return only_looked_at


@pytest.mark.parametrize(("login", "path"), [(row[0], row[2]) for row in ACCOUNTS])
def test_account_reaches_its_first_page(server, browser, login, path):
    page = browser.desktop(login, by_form=True)
    assert page.url.startswith(server.url + path)
    page.wait_for_selector(FIRST[path])


def test_subscriber_sees_the_portal_on_a_phone_in_indonesian(server, browser):
    page = browser.phone("subscriber1", language="id_ID", by_form=True)
    assert page.url == f"{server.url}/id/my"
    assert page.viewport_size["width"] == 390
