"""What persons do on pages of Odoo's web client."""

import re
from datetime import datetime, timedelta

from harness.browser import draw_signature, wait_until_quiet

ACTIONS = {
    "subscribers": "isp_base.isp_service_action",
    "registrations": "isp_onboarding.isp_onboarding_action",
    "my_work": "isp_base.isp_work_order_action_mine",
    "transfers": "stock.action_picking_tree_all",
}


class Screen:
    """What a person does on a page of Odoo, in words of this story."""

    def __init__(self, page):
        self.page = page

    def open(self, action):
        self.page.goto(f"/odoo/action-{ACTIONS[action]}")
        self.page.wait_for_selector(".o_list_view, .o_kanban_view")
        wait_until_quiet(self.page)

    def choose_record(self, *texts):
        record = self.page.locator(".o_kanban_record, .o_data_row")
        for text in texts:
            record = record.filter(has_text=text)
        record.get_by_text(texts[0]).first.click()
        self.page.wait_for_selector(".o_form_view")
        wait_until_quiet(self.page)

    def field(self, name, tag="input"):
        return self.page.locator(f"div[name={name}] {tag} >> visible=true").first

    def fill(self, **values):
        for name, value in values.items():
            self.field(name).fill(value)
            self.field(name).press("Tab")

    def fill_numbers(self, **values):
        self.fill(**{name: str(v).replace(".", ",") for name, v in values.items()})

    def write(self, **values):
        for name, value in values.items():
            self.field(name, "textarea").fill(value)

    def pick(self, name, text):
        self.field(name).fill(text)
        option = f".o-autocomplete--dropdown-item:has-text('{text}')"
        self.page.locator(option).first.click()

    def press(self, name):
        button = self.page.locator(f".o_form_view button[name={name}] >> visible=true")
        wait_until_quiet(self.page)
        with self.page.expect_response(re.compile("/call_button/")):
            button.first.click()

    def save(self):
        with self.page.expect_response(re.compile("/web_save")):
            self.page.locator(".o_form_button_save").click()

    def expect_status(self, value):
        # A phone shows the bar as one button and keeps the others hidden.
        self.page.wait_for_selector(
            f".o_statusbar_status [data-value={value}].o_arrow_button_current",
            state="attached",
        )

    def close_message(self):
        """Read and close the message that says what is still missing."""
        text = self.page.locator(".modal-body").inner_text()
        self.page.locator(".modal footer button.btn-primary").click()
        self.page.wait_for_selector(".modal", state="detached")
        return text

    def schedule(self, days):
        start = datetime.now() + timedelta(days=days)
        self.fill(visit_planned_start=start.strftime("%d/%m/%Y 09:00:00"))
        self.pick("visit_technician_ids", "Budi")
        self.press("action_schedule_visit")

    def sign(self, name):
        self.page.locator(f"div[name={name}] .o_signature").click()
        canvas = self.page.locator(".modal canvas")
        canvas.wait_for()
        draw = self.page.locator(".modal .o_web_sign_draw_button")
        if draw.count():
            draw.click()
        draw_signature(self.page, canvas)
        self.page.locator(".modal-footer button.btn-primary:enabled").click()
        self.page.wait_for_selector(".modal", state="detached")
