"""Issue 18: a subscriber pays in the portal by a gateway, and his line is open."""

import pytest
from test_payment_confirmation import Debtor

from harness.browser import wait_until_quiet
from simulator.payments.control import Background

# What a gateway calls the state of an order, waiting and paid, and how it says so.
WORDS = {
    "midtrans": ("transaction_status", "pending", "settlement"),
    "tripay": ("status", "UNPAID", "PAID"),
}


def prepare(code, peer):
    """Return what the provider has to know of its peer."""
    if code == "midtrans":
        return {"isp_midtrans_server_key": peer.server_key}
    return {
        "isp_tripay_merchant": peer.merchant,
        "isp_tripay_api_key": peer.api_key,
        "isp_tripay_private_key": peer.private_key,
    }


@pytest.fixture(params=sorted(WORDS))
def gateway(server, request):
    """A gateway, that is none, as the provider of the demo's company: (code, peer)."""
    code = request.param
    with Background(code) as peer:
        admin = server.client("admin")
        addon, name = f"payment_{code}", f"payment_provider_{code}"
        _model, provider = admin.call(
            "ir.model.data", "check_object_reference", addon, name
        )
        values = {
            **prepare(code, peer.peer),
            f"isp_{code}_url": peer.url,
            "state": "test",
            "is_published": True,
        }
        admin.call("payment.provider", "write", [provider], values)
        yield code, peer
        admin.call("payment.provider", "write", [provider], {"state": "disabled"})


def choose_qris(page, debtor, peer):
    page.goto(f"/my/services/{debtor.id}")
    page.click("#isp_to_pay a.btn-primary")
    page.locator("[data-bs-target='#pay_with'] >> visible=true").first.click()
    page.locator("#pay_with .o_payment_option_label", has_text="QRIS").click()
    wait_until_quiet(page)
    page.locator("button[name=o_payment_submit_button] >> visible=true").click()
    page.wait_for_url(f"{peer.url}/**")


def test_paid_by_a_gateway_the_line_is_open(server, browser, gateway, wait_until):
    (code, peer), debtor = gateway, Debtor(server)
    name, waiting, paid = WORDS[code]
    page = browser.phone(debtor.login, "id_ID")
    choose_qris(page, debtor, peer)
    (order,) = peer.run("orders")

    peer.run("setting", order=order, status=paid)
    assert peer.run("notify", order=order, forged=True) == [403]
    peer.run("setting", order=order, status=waiting)
    told = peer.run("notify", order=order, **{name: paid})
    assert told == [200], "it is signed, but the gateway says otherwise"
    assert debtor.read("access")["access"] == "isolated"

    page.get_by_role("button", name="Bayar").click()
    page.wait_for_url("**/payment/status**")
    wait_until(lambda: debtor.read("access")["access"] == "open", "the line is open")

    assert peer.run("notify", order=order, times=2) == [200, 200]
    booked = server.query(
        "SELECT m.payment_state, count(p.id) FROM account_move AS m "
        "JOIN account_invoice_transaction_rel AS r ON r.invoice_id = m.id "
        "JOIN account_payment AS p ON p.payment_transaction_id = r.transaction_id "
        f"WHERE m.id = {debtor.invoice} GROUP BY m.payment_state"
    )
    assert booked == ["paid|1"]
