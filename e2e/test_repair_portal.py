"""B1, B2: from a stranger to a customer who has ordered a repair, on a phone.

With the mails as a mail server gets them, and the jobs that send them.
"""

import re

from harness.onboarding import Registration
from harness.repair import (
    choose_password,
    open_repair,
    order_repair,
    photo,
    read_mails,
    say,
    sign_up,
    submit,
    withdraw,
)

PASSWORD = "kata-sandi-rahasia"
TICKETS = """SELECT t.isp_repair_status FROM helpdesk_ticket t
    JOIN isp_service s ON s.id = t.isp_service_id WHERE s.id = {id} ORDER BY t.id"""


def book(client, service, category):
    """A function that orders the same repair over HTTP."""
    page = client.get("/my/repairs/new").text
    form = page[page.index('id="isp_booking_form"') :]
    data = {
        "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', form).group(1),
        "service_id": service,
        "category_id": category,
        "complaint": "Mati total",
        "contact_phone": "0812 3456 7802",
    }
    path = f"{client.url}/my/repairs/new"
    return lambda: client.http.post(path, data=data, timeout=60)


def test_two_clicks_at_once_are_one_order(server, at_once):
    client = server.client("subscriber2")
    admin = server.client("admin")
    (service,) = admin.find(
        "isp.service",
        [("partner_id.user_ids.login", "=", "subscriber2"), ("state", "=", "active")],
        "name",
    )
    orders = TICKETS.format(id=service["id"])
    taken = server.query(orders.replace("isp_repair_status", "category_id"))
    categories = admin.call("helpdesk.ticket.category", "search", [], order="id")
    first, second = [c for c in categories if str(c) not in taken][:2]
    book(client, service["id"], first)()  # his orders are counted from now on
    before = server.query(orders)
    (row,) = server.query(
        "SELECT max(id) FROM isp_throttle WHERE scope = 'booking' AND count = 1"
    )
    calls = [
        book(server.client("subscriber2"), service["id"], second) for _twice in range(2)
    ]

    answers = at_once(int(row), *calls, table="isp_throttle")

    assert server.query(orders) == [*before, "new"]
    assert len({answer.url for answer in answers}) == 1
    assert all("booked=1" in answer.url for answer in answers)


def test_signs_up_finds_his_service_and_orders_a_repair(
    server, browser, mail_server, wait_until
):
    mail_server.start()
    registration = Registration(server)
    registration.to_active()
    known = registration.read("name", "email", "phone")
    number, on_file = known["name"], known["email"]
    address = "baru@pelanggan.example"

    def last_mail(to, about):
        found = []
        wait_until(lambda: find(to, about, found), f"a mail about {about}")
        return found[-1]

    def find(to, about, found):
        found += [mail for mail in read_mails(mail_server, to) if about in mail[0]]
        return found

    phone = browser.phone()
    phone.goto("/web/login")
    phone.click("a[href*='/web/signup']")
    sign_up(
        phone,
        name="Orang Baru",
        email=address,
        phone=known["phone"],
        service_number=number,
    )
    phone.locator("#isp_signup_sent").wait_for()
    choose_password(phone, last_mail(address, "Your account")[1], PASSWORD)

    phone.wait_for_selector("#isp_code_form")
    assert on_file not in phone.content(), "the address on file is not shown"
    subject, _body = last_mail(on_file, "is your code")
    phone.fill("#isp_code", re.search(r"\d{6}", subject).group())
    submit(phone, "isp_code_form")
    assert re.search(rf"/my/services/{registration.id}$", phone.url)

    ticket = order_repair(phone, "Lampu merah berkedip", photos=[photo()])
    assert phone.locator(".alert-success", has_text=ticket).is_visible()
    image = phone.wait_for_selector("#wrapwrap img[alt='lamp.jpg']")
    phone.wait_for_function("img => img.complete && img.naturalWidth", arg=image)
    last_mail(on_file, f"Your repair order {ticket}")

    assert order_repair(phone, "Sekarang mati") == "Order repair", "not a second one"
    with phone.expect_navigation():
        phone.click("#isp_twin button[form=isp_add_to_twin]")
    assert phone.locator("#conversation", has_text="Sekarang mati").is_visible()
    say(phone, "Sudah menyala lagi")
    open_repair(phone, ticket)
    withdraw(phone)
    assert server.query(TICKETS.format(id=registration.id)) == ["withdrawn"]
