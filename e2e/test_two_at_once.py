"""Two persons change one service in the same moment: the result is right, once.

The row of the service is held until both requests wait for it, so that they overlap
for certain: whoever comes second meets a serialization failure and is run again.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest

from harness.onboarding import Registration
from tools import postgres

WAITING = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@pytest.fixture
def at_once(server, wait_until):
    """`at_once(service_id, call, …)`: run the calls overlapping; their results."""

    def run(service_id, *calls):
        settings = postgres.environment()
        connect = {
            "host": settings.get("PGHOST"),
            "port": settings.get("PGPORT"),
            "user": settings.get("PGUSER"),
            "password": settings.get("PGPASSWORD"),
            "dbname": server.database,
        }
        with closing(psycopg2.connect(**connect)) as holder, holder.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM isp_service WHERE id = %s FOR NO KEY UPDATE",
                [service_id],
            )
            with ThreadPoolExecutor(len(calls)) as pool:
                futures = [pool.submit(call) for call in calls]
                try:
                    wait_until(
                        lambda: int(server.query(WAITING)[0]) >= len(calls),
                        "all requests wait for the row",
                    )
                finally:
                    holder.rollback()
                return [future.result() for future in futures]

    return run


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
