"""What subscribers write: the web hook, the job, the answer on their phone."""

import re

import pytest
import requests

from harness.messages import active_number

WAIT = 120  # seconds
# Somebody with one service and an open invoice, whose phone nobody else has.
DEBTOR = """
    SELECT ltrim(partner.phone_sanitized, '+'), min(move.name)
    FROM res_partner AS partner
    JOIN account_move AS move ON move.partner_id = partner.id
        AND move.state = 'posted' AND move.move_type = 'out_invoice'
        AND move.payment_state = 'not_paid'
    JOIN isp_service AS service ON service.partner_id = partner.id
        AND service.company_id = move.company_id AND service.company_id = 1
    WHERE NOT EXISTS (SELECT FROM res_partner AS other
        WHERE other.phone_sanitized = partner.phone_sanitized
            AND other.id <> partner.id)
    GROUP BY partner.id HAVING count(DISTINCT service.id) = 1
        AND min(service.access) = 'open'
    LIMIT 1
"""


def find_debtor(server):
    (row,) = server.query(DEBTOR)
    return row.split("|")


@pytest.fixture
def peer(server):
    """A provider whose web hooks reach the server, with a number of the provider's."""
    with active_number(server) as (process, number):
        read = server.client("admin").read
        (row,) = read("isp.notice.gateway", [number], "hook_url")
        path = row["hook_url"][row["hook_url"].index("/isp/notice/hook") :]
        process.control.setting(hook=f"{server.url}{path}")
        yield process


def texts_to(peer, digits):
    return [m["text"] for m in peer.control.received() if m["to"] == digits]


def test_what_he_owes_opens_without_a_login(server, peer, wait_until):
    digits, invoice = find_debtor(server)
    assert set(peer.control.say(number=digits, text="TAGIHAN", times=3)) == {200}
    wait_until(lambda: texts_to(peer, digits), "the answer", WAIT)
    (text,) = texts_to(peer, digits)
    assert invoice in text
    link = re.search(r"https?://\S+(/my/invoices/\S+)", text)[1]
    page = requests.get(server.url + link, timeout=60)
    assert page.status_code == 200
    assert invoice in page.text


def test_a_fault_is_booked_after_a_question(server, peer, wait_until):
    digits, _invoice = find_debtor(server)
    before = len(texts_to(peer, digits))
    peer.control.say(number=digits, text="GANGGUAN")
    wait_until(lambda: len(texts_to(peer, digits)) > before, "the question", WAIT)
    peer.control.say(number=digits, text="Internet mati, lampu merah")
    wait_until(lambda: len(texts_to(peer, digits)) > before + 1, "the answer", WAIT)
    answer = texts_to(peer, digits)[-1]
    repairs = server.client("admin").find(
        "helpdesk.ticket",
        [["partner_id.phone_sanitized", "=", f"+{digits}"]],
        "number",
    )
    assert [r["number"] for r in repairs if r["number"] in answer], answer
    assert not server.log_problems()
