"""The customer's half of a repair, as he does it in the portal."""

import io
import re
from email import message_from_string, policy

from PIL import Image, ImageDraw


def photo():
    """A photo as a phone sends it, for `set_input_files`."""
    image = Image.new("RGB", (1200, 900), "white")
    ImageDraw.Draw(image).ellipse((500, 350, 700, 550), fill="red")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def submit(page, form):
    """Press the button of the form with this id; wait for the page behind it."""
    with page.expect_navigation():
        page.locator(f"#{form} button[type=submit]").click()


def withdraw(page):
    """Withdraw the repair of this page, and say that one means it."""
    page.click("form[action$='/withdraw'] summary")
    with page.expect_navigation():
        page.click("form[action$='/withdraw'] button")


def read_mails(postbox, address):
    """The mails to this address so far: a list of (subject, HTML)."""
    mails = [
        message_from_string(text, policy=policy.default) for text in postbox.messages
    ]
    return [
        (mail["Subject"], mail.get_body(("html",)).get_content())
        for mail in mails
        if address in mail["To"]
    ]


def sign_up(page, **typed):
    """Fill in the sign-up form; what is typed is by the names of its fields."""
    page.goto("/web/signup")
    for name, text in typed.items():
        page.fill(f"#isp_{name}", text)
    submit(page, "isp_signup_form")


def choose_password(page, mail, password):
    """Follow the link of the mail (its HTML) and open the account."""
    page.goto(re.search(r"/web/signup/confirm\?token=[\w-]+", mail).group())
    page.fill("#password", password)
    page.fill("#confirm_password", password)
    submit(page, "isp_password_form")


def order_repair(page, complaint, category="No connection", photos=(), service=None):
    """Order a repair from the dashboard; return the number of the order.

    :param service: what one chooses where there are several, such as "SUB000001"
    """
    page.goto("/my")
    page.click("#isp_dashboard a.btn-primary")
    if service:
        option = page.locator("#isp_service option", has_text=service)
        page.select_option("#isp_service", option.get_attribute("value"))
    page.select_option("#isp_category", label=category)
    page.fill("#isp_complaint", complaint)
    if photos:
        page.set_input_files("#isp_photos", list(photos))
    submit(page, "isp_booking_form")
    return page.locator(".breadcrumb-item.active").inner_text()


def open_repair(page, number):
    """Open an order from the list of the repair reports."""
    page.goto("/my/repairs?filterby=all")
    page.locator("a.list-group-item", has_text=number).click()
    page.wait_for_selector("#isp_steps")


def say(page, text):
    """On the page of an order: add something; when it was repaired: it is back."""
    page.fill("#isp_addition", text)
    submit(page, "isp_addition_form")
