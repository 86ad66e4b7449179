"""B1 to B11: from a complaint in the portal to a paid and closed repair order.

The customer and the technician on their phones, the administrator at a desk; paid by
transfer and confirmed, then online; free of charge; withdrawn. Two technicians who
press the same button.
"""

import re
from datetime import UTC, datetime

import pytest

from harness import repair
from harness.browser import wait_until_quiet
from harness.client import RemoteError

REPAIRS = "/odoo/repairs"


def order_repair(page, category, complaint, **options):
    """Book in the portal; return the id of the repair order."""
    repair.order_repair(page, complaint, category, **options)
    return int(re.search(r"/my/repairs/(\d+)", page.url)[1])


def status(server, ticket):
    (found,) = server.query(
        f"SELECT isp_repair_status FROM helpdesk_ticket WHERE id = {ticket}"
    )
    return found


def press(page, name):
    page.locator(f"button[name={name}] >> visible=true").first.click()


def choose(page, field, text):
    """Choose a record of a many2one, on the page that a phone opens for it."""
    dialogs = page.locator(".modal").count()
    page.locator(f"[name={field}] input >> visible=true").last.click()
    found = page.locator(".modal .o_data_row, .modal .o_kanban_record", has_text=text)
    found.first.wait_for()
    wait_until_quiet(page)
    found.first.click()
    page.wait_for_function(
        "count => document.querySelectorAll('.modal').length === count", arg=dialogs
    )


def take(page, complaint):
    """Open the order among the repairs, and begin."""
    page.goto(REPAIRS)
    order = page.locator(".o_kanban_record", has_text=complaint).first
    order.wait_for()
    wait_until_quiet(page)
    order.click()
    page.wait_for_selector(".o_form_view")
    call = page.locator("[name=isp_contact_phone] a[href^='tel:']")
    assert call.get_attribute("href").startswith("tel:+62")
    press(page, "action_isp_repair")
    page.wait_for_selector("button[name=action_isp_process] >> visible=true")


def report(page, cause, note, part=None):
    """Process the repair: the cause, what was done, a part of the van; done."""
    press(page, "action_isp_process")
    page.wait_for_selector("[name=cause_id] input")
    wait_until_quiet(page)
    choose(page, "cause_id", cause)
    page.fill("[name=report] textarea", note)
    if part:
        page.locator("[name=part_ids] .o-kanban-button-new").first.click()
        page.wait_for_selector(".modal .o_form_view")
        choose(page, "product_id", part)
        page.locator(".modal [name=quantity] input").fill("2")
        page.locator(".modal button.o_form_button_save").first.click()
        page.wait_for_selector(".modal", state="detached")
    press(page, "action_finish")
    page.wait_for_selector("button[name=action_finish]", state="detached")


def repair_by_rpc(technician, ticket):
    """The technician's part in a moment, where the story is another one's."""
    technician.call("helpdesk.ticket", "action_isp_repair", [ticket])
    (visit,) = technician.find("isp.work.order", [("ticket_id", "=", ticket)])
    (cause,) = technician.find("isp.repair.cause", [], "name", limit=1)
    vals = {"cause_id": cause["id"], "report": "Done"}
    technician.call("isp.work.order", "write", [visit["id"]], vals)
    technician.call("isp.work.order", "action_finish", [visit["id"]])


def invoice(page, ticket, note):
    """See the technician's notes, and make the invoice of what is proposed."""
    page.goto(f"{REPAIRS}/{ticket}")
    page.locator(".o_field_widget[name=isp_visit_ids]", has_text=note).wait_for()
    press(page, "action_isp_create_invoice")
    page.locator(".modal .o_data_row").first.wait_for()
    wait_until_quiet(page)
    page.locator(".modal button[name=action_create]").click()
    page.wait_for_selector(".modal", state="detached")
    page.locator(".o_arrow_button_current", has_text="Invoiced").wait_for()


def complete(page, ticket):
    page.goto(f"{REPAIRS}/{ticket}")
    press(page, "action_isp_complete")
    page.locator(".o_arrow_button_current", has_text="Completed").wait_for()


def open_invoice(page, ticket):
    page.goto(f"/my/repairs/{ticket}")
    page.locator("a[href*='/my/invoices/'] >> visible=true").first.click()
    page.wait_for_url(re.compile(r"/my/invoices/"))


@pytest.fixture
def delivery_messages(server):
    """Odoo tells customers of deliveries, by text message and e-mail."""
    admin = server.client("admin")
    company = admin.call("res.company", "search", [], limit=1, order="id")
    on = {"stock_text_confirmation": True, "stock_move_email_validation": True}
    admin.call("res.company", "write", company, on)


@pytest.fixture
def offer_qris(server):
    """`offer_qris(page)`: set up QRIS as an accountant does, with the code that its
    provider gave a moment ago for the invoice of this page: nobody is asked."""
    office = server.client("admin")
    (company,) = office.call("res.company", "search", [], limit=1, order="id")

    def offer(page):
        move = int(re.search(r"/my/invoices/(\d+)", page.url)[1])
        columns = ("partner_bank_id", "amount_residual")
        (invoice,) = office.read("account.move", [move], *columns)
        bank = invoice["partner_bank_id"][0]
        merchant = {"l10n_id_qris_api_key": "key", "l10n_id_qris_mid": "1"}
        office.call("res.partner.bank", "write", [bank], merchant)
        office.call("res.company", "write", [company], {"qr_code": True})
        given = {
            "model": "account.move",
            "model_id": str(move),
            "qris_amount": int(invoice["amount_residual"]),
            "qris_content": "00020101021226570011ID.CO.QRIS.WWW63042F",
            "qris_creation_datetime": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
            "bank_id": bank,
        }
        office.call("l10n_id.qris.transaction", "create", [given])

    yield offer
    office.call("res.company", "write", [company], {"qr_code": False})


def see_code(page):
    """The page of an invoice shows QRIS's own code, 120 pixels wide."""
    page.reload()
    image = page.locator("#isp_transfer_qr")
    image.scroll_into_view_if_needed()
    page.wait_for_function(
        "img => img.complete && img.naturalWidth === 120", arg=image.element_handle()
    )


def test_b1_to_b11_paid_by_transfer_rejected_once_then_accepted(
    server, browser, one_sender, delivery_messages, offer_qris
):
    complaint = "The modem is hot and smells"
    technician = browser.phone("technician1")
    office = browser.desktop("administrator")
    customer = browser.phone("subscriber2")

    ticket = order_repair(customer, "Router or modem", complaint)
    # B3: on the screen, without reloading the page.
    technician.locator(".o_notification", has_text=complaint).wait_for()

    take(technician, complaint)
    assert status(server, ticket) == "in_progress"
    report(technician, "Faulty power adapter", "SECRET adapter", part="Connector")
    assert status(server, ticket) == "done"
    moved = server.query(
        "SELECT m.quantity FROM stock_move m JOIN isp_work_order v "
        f"ON v.id = m.isp_work_order_id WHERE v.ticket_id = {ticket} "
        "AND m.state = 'done'"
    )
    assert [float(quantity) for quantity in moved] == [2.0]
    delivered = server.query(
        "SELECT m.message_type FROM mail_message m JOIN stock_picking p "
        "ON p.id = m.res_id JOIN isp_work_order v ON v.id = p.isp_work_order_id "
        f"WHERE m.model = 'stock.picking' AND v.ticket_id = {ticket} AND ("
        "m.message_type = 'sms' OR m.subtype_id = (SELECT res_id FROM ir_model_data "
        "WHERE module = 'mail' AND name = 'mt_comment'))"
    )
    assert delivered == [], "a part is no parcel"

    customer.goto(f"/my/repairs/{ticket}")
    assert "SECRET" not in customer.content()
    invoice(office, ticket, "SECRET adapter")
    assert status(server, ticket) == "invoiced"

    open_invoice(customer, ticket)
    assert "SECRET" not in customer.content()
    offer_qris(customer)
    see_code(customer)
    customer.click("#isp_confirmation_form button[type=submit]")
    customer.wait_for_selector("form[action*='/withdraw']")
    assert status(server, ticket) == "to_check"

    office.goto(f"{REPAIRS}/{ticket}")
    press(office, "action_isp_reject_payment")
    office.fill(".modal [name=reason] input", "No money came")
    office.click(".modal button[name=action_apply]:visible")
    office.wait_for_selector(".modal", state="detached")
    assert status(server, ticket) == "invoiced"

    customer.reload()
    customer.locator(".alert-danger", has_text="No money came").wait_for()
    customer.click("#isp_confirmation_form button[type=submit]")
    customer.wait_for_selector("form[action*='/withdraw']")
    office.goto(f"{REPAIRS}/{ticket}")
    press(office, "action_isp_accept_payment")
    office.locator(".o_arrow_button_current", has_text="Paid").wait_for()
    complete(office, ticket)
    assert status(server, ticket) == "completed"
    assert server.log_problems() == []


def test_b9_paid_online_the_status_follows(server, browser, wait_until):
    complaint = "It stops every ten minutes"
    customer = browser.phone("subscriber2")
    technician = browser.phone("technician2")
    office = browser.desktop("administrator")
    ticket = order_repair(customer, "Connection comes and goes", complaint)
    take(technician, complaint)
    report(technician, "Dirty or loose connector", "Cleaned it")
    invoice(office, ticket, "Cleaned it")

    open_invoice(customer, ticket)
    customer.locator("[data-bs-target='#pay_with'] >> visible=true").first.click()
    customer.locator("#pay_with .o_payment_option_label", has_text="Demo").click()
    wait_until_quiet(customer)
    customer.locator("button[name=o_payment_submit_button] >> visible=true").click()
    customer.wait_for_url(re.compile(r"/my/invoices/"))
    wait_until(lambda: status(server, ticket) == "paid", "the payment is booked", 60)
    complete(office, ticket)


def test_b7_repaired_free_of_charge_closed_and_the_fault_is_back(server, browser):
    """The service was repaired and installed lately: its category makes it free."""
    complaint = "Dark for a minute, every hour"
    customer = browser.phone("subscriber1")
    office = browser.desktop("administrator")
    technician = server.client("technician1")
    ticket = order_repair(
        customer, "Connection comes and goes", complaint, service="SUB000001"
    )
    repair_by_rpc(technician, ticket)

    office.goto(f"{REPAIRS}/{ticket}")
    office.locator(".alert-info", has_text="Within 30 days").wait_for()
    press(office, "action_isp_close_without_invoice")
    reason = office.locator(".modal [name=reason] input")
    assert "Within 30 days" in reason.input_value(), "the reason is proposed"
    office.click(".modal button[name=action_apply]:visible")
    office.locator(".o_arrow_button_current", has_text="Completed").wait_for()

    customer.goto("/my/repairs?filterby=closed")
    customer.locator("a.list-group-item", has_text=complaint).click()
    customer.locator("#isp_steps", has_text="Closed").wait_for()
    assert not customer.locator("a[href*='/my/invoices/']").count()
    repair.say(customer, "Dark again")
    assert status(server, ticket) == "new"
    repair_by_rpc(server.client("technician2"), ticket)
    assert status(server, ticket) == "done", "another visit on the same order"


def test_b2_withdrawn_and_nobody_goes_there(server, browser):
    complaint = "Nothing since the storm"
    customer = browser.phone("subscriber2")
    office = browser.desktop("administrator")
    technician = browser.phone("technician2")
    ticket = order_repair(customer, "Slow connection", complaint)
    technician.goto(f"{REPAIRS}/{ticket}")
    technician.wait_for_selector("button[name=action_isp_repair] >> visible=true")

    late = customer.context.new_page()
    late.goto(f"/my/repairs/{ticket}")
    repair.withdraw(customer)
    assert status(server, ticket) == "withdrawn"
    repair.withdraw(late)
    assert not late.locator(".alert-danger").count(), "a second click"

    press(technician, "action_isp_repair")
    technician.locator(".modal", has_text="waits for you no more").wait_for()
    technician.goto(REPAIRS)
    technician.locator(".o_kanban_record").first.wait_for()
    assert not technician.locator(".o_kanban_record", has_text=complaint).count()
    office.goto(f"{REPAIRS}/{ticket}")
    office.locator(".o_arrow_button_current", has_text="Withdrawn").wait_for()
    office.locator(".o-mail-Message", has_text="The customer withdrew it").wait_for()
    assert not office.locator("button[name=action_isp_repair]").count()

    ticket = order_repair(customer, "Slow connection", complaint)
    server.client("technician1").call("helpdesk.ticket", "action_isp_repair", [ticket])
    repair.withdraw(customer)
    customer.locator(".alert-danger", has_text="begun with it already").wait_for()
    assert status(server, ticket) == "in_progress"


@pytest.fixture
def free_repair(server):
    """The id of a repair that nobody has begun."""
    office = server.client("administrator")
    (service,) = office.find("isp.service", [("state", "=", "active")], limit=1)
    return office.create(
        "helpdesk.ticket", isp_service_id=service["id"], isp_complaint="Dark since noon"
    )


def test_b5_two_technicians_at_once_and_the_second_is_told(
    server, at_once, free_repair
):
    def repair(login):
        client = server.client(login)

        def call():
            try:
                return client.call(
                    "helpdesk.ticket", "action_isp_repair", [free_repair]
                )
            except RemoteError as error:
                return str(error)

        return call

    answers = at_once(
        free_repair,
        repair("technician1"),
        repair("technician2"),
        table="helpdesk_ticket",
    )

    told = [answer for answer in answers if answer]
    assert len(told) == 1 and re.search("Budi|Agus", told[0]), told
    visits = server.query(
        f"SELECT state FROM isp_work_order WHERE ticket_id = {free_repair}"
    )
    assert visits == ["started"]


def test_two_invoice_at_once_and_one_invoice_is_made(server, at_once, free_repair):
    technician = server.client("technician1")
    repair_by_rpc(technician, free_repair)

    def create(login):
        client = server.client(login)
        wizard = client.create("isp.repair.invoice", ticket_id=free_repair)

        def call():
            try:
                client.call("isp.repair.invoice", "action_create", [wizard])
            except RemoteError as error:
                return str(error)
            return None

        return call

    answers = at_once(
        free_repair,
        create("administrator"),
        create("admin"),
        table="helpdesk_ticket",
    )

    told = [answer for answer in answers if answer]
    assert len(told) == 1 and "Invoiced" in told[0], answers
    (count,) = server.query(
        f"SELECT count(*) FROM account_move WHERE isp_ticket_id = {free_repair}"
    )
    assert count == "1"
