"""An invoice comes by WhatsApp, is opened without a log-in and paid online; the receipt
comes to the same phone: all of it in Indonesian."""

import re

import pytest
import requests

from harness.billing import make_subscribers, run_cron
from harness.browser import wait_until_quiet
from harness.messages import active_number

LABEL = "Bayar"
WAIT = 90  # seconds
BY_WHATSAPP = """
    INSERT INTO isp_notice_step (event_id, channel, sequence, wait_minutes)
    SELECT id, 'whatsapp', 1, 0 FROM isp_notice_event
    WHERE code IN ('invoice', 'receipt')
"""
# At any hour: the story runs by day and by night.
COMPANY = """
    UPDATE res_company SET isp_send_invoices = true, isp_send_receipts = true,
        isp_quiet_from = 0, isp_quiet_until = 0
"""
INDONESIAN = """
    UPDATE res_partner SET lang = 'id_ID' WHERE id IN (
        SELECT partner_id FROM isp_service WHERE contact_name LIKE '{label} %')
"""


@pytest.fixture
def peer(server):
    with active_number(server) as (process, _number):
        yield process


@pytest.fixture
def digits(server):
    """The phone of a subscriber who is to be billed today, and speaks Indonesian."""
    server.query(COMPANY)
    server.query(BY_WHATSAPP)
    make_subscribers(server, LABEL, 1)
    server.query(INDONESIAN.format(label=LABEL))
    (phone,) = server.query(
        f"""SELECT ltrim(partner.phone_sanitized, '+') FROM res_partner AS partner
        JOIN isp_service AS service ON service.partner_id = partner.id
        WHERE service.contact_name LIKE '{LABEL} %'"""
    )
    return phone


def test_billed_opened_paid_and_acknowledged(server, browser, peer, digits, wait_until):
    def texts():
        return [m["text"] for m in peer.control.received() if m["to"] == digits]

    run_cron(server, "isp_billing.isp_billing_run_cron")
    wait_until(texts, "the invoice", WAIT)
    (invoice,) = texts()
    assert "tagihan" in invoice.lower()
    assert "jatuh tempo" in invoice.lower()

    page_link, pdf_link = re.findall(r"https?://[^/\s]+(/\S+)", invoice)
    pdf = requests.get(server.url + pdf_link, timeout=WAIT)
    assert pdf.content.startswith(b"%PDF")

    page = browser.phone(language="id_ID")
    page.goto(page_link)
    page.locator("[data-bs-target='#pay_with'] >> visible=true").first.click()
    page.locator("#pay_with .o_payment_option_label", has_text="Demo").click()
    wait_until_quiet(page)
    page.locator("button[name=o_payment_submit_button] >> visible=true").click()
    page.wait_for_url(re.compile(r"/my/invoices/"))

    wait_until(lambda: len(texts()) > 1, "the receipt", WAIT)
    _invoice, receipt = texts()
    assert "telah kami terima" in receipt.lower()
