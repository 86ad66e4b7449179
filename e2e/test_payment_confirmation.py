"""B10: a subscriber says "I have paid", an accountant looks, and the line opens.

The subscriber on a phone, the accountant at a desk, in English and in Indonesian;
then two of them at the same moment.
"""

import io
import re

import pytest
from PIL import Image, ImageDraw

from harness.browser import wait_until_quiet
from harness.client import RemoteError
from harness.onboarding import Registration

AMOUNTS = {"en_US": r"\d{1,3}(,\d{3})+", "id_ID": r"\d{1,3}(\.\d{3})+"}
CONFIRMATIONS = "/odoo/action-isp_billing.isp_payment_confirmation_action"


def picture_of_transfer():
    image = Image.new("RGB", (400, 600), "white")
    ImageDraw.Draw(image).text((40, 60), "TRANSFER BERHASIL", "navy")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


class Debtor(Registration):
    """A subscriber with a login whose line opens with the first payment."""

    def __init__(self, server):
        super().__init__(server)
        self.server = server
        self.to_finalisation()
        self.sign()
        (schedule,) = self._first("isp.billing.schedule")
        today = server.query("SELECT (now() AT TIME ZONE 'Asia/Jakarta')::date")[0]
        self.office(
            "action_activate",
            activation_date=today,
            billing_schedule_id=schedule,
            restrict_before_payment=True,
        )
        (self.invoice,) = server.query(
            f"SELECT first_invoice_id FROM isp_service WHERE id = {self.id}"
        )
        self.login = f"debtor{self.id}"
        manager = server.client("admin")
        _model, portal = manager.call(
            "ir.model.data", "check_object_reference", "base", "group_portal"
        )
        manager.create(
            "res.users",
            login=self.login,
            password=self.login,
            partner_id=self.read("partner_id")["partner_id"][0],
            group_ids=[[6, 0, [portal]]],
        )

    def query(self, columns):
        """Columns of his confirmations, the oldest first."""
        return self.server.query(
            f"SELECT {columns} FROM isp_payment_confirmation "
            f"WHERE move_id = {self.invoice} ORDER BY id"
        )


@pytest.mark.parametrize("language", ["en_US", "id_ID"])
def test_confirmed_rejected_confirmed_again_and_accepted(server, browser, language):
    debtor = Debtor(server)
    assert debtor.read("access")["access"] == "isolated"
    phone = browser.phone(debtor.login, language)
    desk = browser.desktop("accountant", language)

    phone.goto(f"/my/services/{debtor.id}")
    phone.click("#isp_to_pay a.btn-primary")
    filled_in = phone.input_value("#isp_amount")
    assert re.fullmatch(AMOUNTS[language], filled_in), "as one writes there"
    phone.click("#isp_confirmation_form button[type=submit]")
    phone.wait_for_selector("form[action*='/withdraw']")
    assert debtor.read("access")["access"] == "isolated", "nobody has looked yet"

    open_confirmation(desk, debtor)
    desk.click("button[name=action_reject]")
    desk.fill(".modal [name=reason] input", "Belum masuk")
    desk.click(".modal button[name=action_apply]:visible")
    desk.wait_for_selector(".modal", state="detached")

    phone.reload()
    phone.locator(".alert-danger").get_by_text("Belum masuk").wait_for()
    phone.set_input_files(
        "#isp_proof",
        {"name": "b.png", "mimeType": "image/png", "buffer": picture_of_transfer()},
    )
    phone.click("#isp_confirmation_form button[type=submit]")
    phone.wait_for_selector("form[action*='/withdraw']")

    open_confirmation(desk, debtor)
    width = "img => img.complete && img.naturalWidth"
    picture = desk.wait_for_selector("[name=proof] img")
    desk.wait_for_function(width, arg=picture)
    desk.click("button[name=action_accept]")
    desk.wait_for_selector("button[name=action_view_payment]:visible")

    assert debtor.query("state") == ["rejected", "accepted"]
    assert debtor.read("access")["access"] == "open", "paying restores"
    phone.goto(f"/my/services/{debtor.id}")
    assert phone.locator("#isp_to_pay").count() == 0
    assert server.log_problems() == []


def open_confirmation(desk, debtor):
    name = debtor.read("contact_name")["contact_name"]
    desk.goto(CONFIRMATIONS)
    desk.wait_for_selector(".o_list_view")
    wait_until_quiet(desk)
    row = desk.locator(".o_data_row").filter(has_text=re.compile(rf"{name}(?!\d)"))
    row.locator("td[name=partner_id]").click()
    desk.wait_for_selector(".o_form_view")
    wait_until_quiet(desk)


def confirm(client, debtor):
    """A function that sends the form of the invoice's page as it is filled in."""
    page = client.get(f"/my/invoices/{debtor.invoice}").text
    form = page[page.index('id="isp_confirmation_form"') :]
    action = re.search(r'action="([^"]+)"', page[: page.index(form) + 400]).group(1)
    fields = {
        "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', form).group(1),
        "amount": re.search(r'name="amount"[^>]*value="([^"]+)"', form).group(1),
        "date": re.search(r'name="date"[^>]*value="([^"]+)"', form).group(1),
        "journal_id": re.search(r'<option value="(\d+)"', form).group(1),
    }
    return lambda: client.http.post(client.url + action, data=fields, timeout=60)


def test_two_clicks_at_once_are_one_confirmation(server, at_once):
    debtor = Debtor(server)
    calls = [
        confirm(server.client(debtor.login), debtor),
        confirm(server.client(debtor.login), debtor),
    ]

    answers = at_once(debtor.invoice, *calls, table="account_move", strength="UPDATE")

    assert debtor.query("state") == ["submitted"]
    for answer in answers:
        assert answer.status_code == 200
        assert "/withdraw" in answer.text, "both see that it waits for our check"


def test_two_accept_at_once_and_one_payment_is_made(server, at_once):
    debtor = Debtor(server)
    confirm(server.client(debtor.login), debtor)()
    (number,) = debtor.query("id")

    def accept(login):
        client = server.client(login)

        def call():
            try:
                return client.call(
                    "isp.payment.confirmation", "action_accept", [int(number)]
                )
            except RemoteError as error:
                return str(error)

        return call

    answers = at_once(
        int(number),
        accept("accountant"),
        accept("administrator"),
        table="isp_payment_confirmation",
    )

    told = [answer for answer in answers if answer]
    assert len(told) == 1 and "Accepted" in told[0], told
    assert debtor.query("state") == ["accepted"]
    payments = server.query(
        "SELECT count(*) FROM account_payment p JOIN account_move m "
        f"ON m.id = {debtor.invoice} AND p.partner_id = m.partner_id"
    )
    assert payments == ["1"]
    assert debtor.read("access")["access"] == "open"
