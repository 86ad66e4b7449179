"""What is refused is told under a title that somebody understands."""

import pytest

PRESS_START = """visit => {
    const {orm} = odoo.__WOWL_DEBUG__.root.env.services;
    orm.call("isp.work.order", "action_start", [[visit]]);
}"""


@pytest.fixture(scope="module")
def server(only_looked_at):
    return only_looked_at


@pytest.mark.parametrize(
    ("language", "title"),
    [("en_US", "That is not possible"), ("id_ID", "Tidak dapat dilakukan")],
)
def test_the_title_calls_nothing_invalid(server, browser, language, title):
    """P29: a technician starts a visit that is over, as from a page left open."""
    over = [("state", "=", "done")]
    (visit,) = server.client("admin").call("isp.work.order", "search", over, limit=1)
    page = browser.desktop("administrator", language=language)
    page.goto("/odoo/action-isp_base.isp_today_action")
    page.locator(".isp_today_card").first.wait_for()
    page.evaluate(PRESS_START, visit)
    dialog = page.locator(".modal")
    dialog.wait_for()
    assert dialog.locator(".modal-title").inner_text() == title
    assert "Invalid" not in dialog.inner_text()
    dialog.locator("footer button").first.click()
    dialog.wait_for(state="detached")
