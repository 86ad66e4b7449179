"""Two write into one form at once: the second one is shown what the first one wrote."""

import re

from harness.browser import wait_until_quiet
from harness.onboarding import Registration


def test_notes_of_two_are_both_kept(server, browser):
    prospect = Registration(server)
    prospect.office("action_registration_done")
    prospect.plan_visit()
    survey = prospect.read("visit_id")["visit_id"][0]
    prospect.visit("action_start")

    page = browser.desktop("technician1")
    page.goto(f"/odoo/action-isp_base.isp_work_order_action_mine/{survey}")
    notes = page.locator("[name=report] textarea")
    notes.fill("Roof is high")
    prospect.administrator.call(
        "isp.work.order", "write", [survey], {"report": "Dog in the yard"}
    )
    page.locator(".o_form_button_save").click()
    dialog = page.locator(".modal-content")
    dialog.wait_for()
    assert re.search(r"Dog in the yard \(.+, .+\)", dialog.inner_text())
    assert notes.input_value() == "Roof is high"
    dialog.get_by_role("button", name="Keep both").click()
    page.locator(".o_form_button_save").click()
    wait_until_quiet(page)
    (visit,) = prospect.administrator.read("isp.work.order", [survey], "report")
    assert visit["report"] == "Dog in the yard\nRoof is high"
    assert not page.locator(".modal-content").count()
