"""Issue 18: a subscriber pays in the portal by Midtrans, and his line is open."""

import pytest
from test_payment_confirmation import Debtor

from harness.browser import wait_until_quiet
from simulator.payments.control import Background


@pytest.fixture
def peer(server):
    """Midtrans, that is none, as the provider of the demo's company."""
    with Background("midtrans") as peer:
        admin = server.client("admin")
        _model, provider = admin.call(
            "ir.model.data",
            "check_object_reference",
            "payment_midtrans",
            "payment_provider_midtrans",
        )
        values = {
            "isp_midtrans_server_key": peer.peer.server_key,
            "isp_midtrans_url": peer.url,
            "state": "test",
            "is_published": True,
        }
        admin.call("payment.provider", "write", [provider], values)
        yield peer
        admin.call("payment.provider", "write", [provider], {"state": "disabled"})


def choose_qris(page, debtor):
    page.goto(f"/my/services/{debtor.id}")
    page.click("#isp_to_pay a.btn-primary")
    page.locator("[data-bs-target='#pay_with'] >> visible=true").first.click()
    page.locator("#pay_with .o_payment_option_label", has_text="QRIS").click()
    wait_until_quiet(page)
    page.locator("button[name=o_payment_submit_button] >> visible=true").click()
    page.wait_for_url("**/snap/v4/redirection/*")


def test_paid_by_midtrans_the_line_is_open(server, browser, peer, wait_until):
    debtor = Debtor(server)
    page = browser.phone(debtor.login, "id_ID")
    choose_qris(page, debtor)
    (order,) = peer.run("orders")

    peer.run("setting", order=order, status="settlement")
    assert peer.run("notify", order=order, forged=True) == [403]
    peer.run("setting", order=order, status="pending")
    told = peer.run("notify", order=order, transaction_status="settlement")
    assert told == [200], "it is signed, but Midtrans says otherwise"
    assert debtor.read("access")["access"] == "isolated"

    page.get_by_role("button", name="Bayar").click()
    page.wait_for_url("**/payment/status**")
    wait_until(lambda: debtor.read("access")["access"] == "open", "the line is open")

    assert peer.run("notify", order=order, times=2) == [200, 200]
    paid = server.query(
        "SELECT m.payment_state, count(p.id) FROM account_move AS m "
        "JOIN account_invoice_transaction_rel AS r ON r.invoice_id = m.id "
        "JOIN account_payment AS p ON p.payment_transaction_id = r.transaction_id "
        f"WHERE m.id = {debtor.invoice} GROUP BY m.payment_state"
    )
    assert paid == ["paid|1"]
