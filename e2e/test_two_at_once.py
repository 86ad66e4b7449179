"""Two persons change one service in the same moment: the result is right, once.

The row of the service is held until both requests wait for it, so that they overlap
for certain: whoever comes second meets a serialization failure and is run again.
"""

from harness.billing import Debtor, make_subscribers, run_cron
from harness.onboarding import Registration


def open_suspensions(registration):
    return registration.administrator.find(
        "isp.suspension",
        [("service_id", "=", registration.id), ("date_end", "=", False)],
        "reason",
    )


def test_two_activate_and_it_happens_once(server, at_once):
    registration = Registration(server)
    registration.to_finalisation()
    registration.sign()
    visit = registration.read("visit_id")["visit_id"][0]

    answers = at_once(
        registration.id,
        lambda: registration.office("action_activate"),
        lambda: registration.technician.call(
            "isp.work.order", "action_activate_service", [visit]
        ),
    )

    told = [answer for answer in answers if answer]
    assert len(told) == 1, "one of the two is told that it is active already"
    assert registration.read("name")["name"] in told[0]["params"]["message"]
    assert registration.read("state", "access") == {
        "id": registration.id,
        "state": "active",
        "access": "open",
    }
    handovers = registration.administrator.find(
        "ir.attachment",
        [("res_model", "=", "isp.service"), ("res_id", "=", registration.id)],
        "name",
    )
    assert len(handovers) == 1, "one handover record is printed"


def test_access_follows_when_one_isolates_while_another_lifts(server, at_once):
    registration = Registration(server)
    registration.to_active()
    administrator, manager = registration.administrator, server.client("admin")
    context = {"active_model": "isp.service", "active_ids": [registration.id]}

    def isolate(client, reason):
        (wizard,) = client.call(
            "isp.service.suspend", "create", [{"reason": reason}], context=context
        )
        return lambda: client.call("isp.service.suspend", "action_apply", [wizard])

    isolate(administrator, "abuse")()
    assert registration.read("access")["access"] == "isolated"

    at_once(
        registration.id,
        isolate(manager, "manual"),
        lambda: administrator.call("isp.service", "action_restore", [registration.id]),
    )

    access = registration.read("access")["access"]
    assert access == ("isolated" if open_suspensions(registration) else "open")


def test_two_isolate_for_the_same_reason_and_it_is_noted_once(server, at_once):
    registration = Registration(server)
    registration.to_active()
    context = {"active_model": "isp.service", "active_ids": [registration.id]}

    def isolate(client):
        (wizard,) = client.call(
            "isp.service.suspend", "create", [{"reason": "manual"}], context=context
        )
        return lambda: client.call("isp.service.suspend", "action_apply", [wizard])

    at_once(
        registration.id,
        isolate(registration.administrator),
        isolate(server.client("admin")),
    )

    assert [row["reason"] for row in open_suspensions(registration)] == ["manual"]
    assert registration.read("access")["access"] == "isolated"


def test_payment_and_isolation_in_the_same_moment(server, at_once):
    """Whoever comes second sees what the first has done: paid is open."""
    debtor = Debtor(server, "Bersamaan", "subscriber2")
    accountant = server.client("accountant")
    context = {"active_model": "account.move", "active_ids": [debtor.invoice_id]}
    (payment,) = accountant.call(
        "account.payment.register", "create", [{}], context=context
    )

    at_once(
        debtor.id,
        lambda: accountant.call(
            "account.payment.register", "action_create_payments", [payment]
        ),
        # The promise is over: what is overdue is judged anew, and isolated.
        lambda: debtor.office.call(
            "isp.service", "write", [debtor.id], {"promise_date": "2026-01-01"}
        ),
    )

    (invoice,) = accountant.read("account.move", [debtor.invoice_id], "payment_state")
    assert invoice["payment_state"] == "paid"
    assert debtor.access() == "open"


def test_money_on_account_and_a_bill_in_the_same_moment(server, at_once):
    """Neither sees the other, but whoever comes second sets one against the other."""
    make_subscribers(server, "Titip", 1)
    office, accountant = server.client("administrator"), server.client("accountant")
    (service,) = office.find(
        "isp.service", [("contact_name", "=", "Titip 0000")], "name"
    )
    (partner,) = office.read("isp.service", [service["id"]], "partner_id")
    payment = accountant.create(
        "account.payment",
        payment_type="inbound",
        partner_type="customer",
        partner_id=partner["partner_id"][0],
        amount=5_000_000,
    )

    at_once(
        service["id"],
        lambda: accountant.call("account.payment", "action_post", [payment]),
        lambda: office.call("isp.service", "action_invoice_now", [service["id"]]),
    )

    (invoice,) = accountant.find(
        "account.move",
        [("line_ids.isp_service_id", "=", service["id"])],
        "payment_state",
    )
    assert invoice["payment_state"] in ("paid", "in_payment")


def test_a_scheduled_action_that_meets_a_change_is_run_again(server, while_held):
    registration = Registration(server)
    registration.to_active()
    its_row = f"WHERE service_id = {registration.id}"

    while_held(
        f"UPDATE isp_radius_user SET username = 'another' {its_row}",
        lambda: run_cron(server, "isp_network.isp_radius_check_cron"),
    )

    username = registration.read("username")["username"]
    assert server.query(f"SELECT username FROM isp_radius_user {its_row}") == [username]
