"""A6c, C: a billing run is killed in the middle, or worked on twice; every service
is charged exactly once for each day."""

import pytest

from harness.billing import (
    STOP_HOURLY,
    bill_now,
    make_subscribers,
    run_lines,
    wrongly_billed,
)

MINUTES = 60  # seconds


@pytest.fixture(scope="module")
def server(server):
    """Without the hourly run, which at a busy machine comes before what one presses."""
    server.query(STOP_HOURLY)
    return server


def test_a_run_killed_in_the_middle_bills_everybody_once(server, wait_until):
    make_subscribers(server, "Killed", 300)
    _accountant, run = bill_now(server)

    wait_until(lambda: run_lines(server, "done") >= 100, "the first batches", MINUTES)
    server.kill()
    interrupted = run_lines(server, "pending")
    assert interrupted, "it was killed in the middle"
    server.start()

    wait_until(
        lambda: not run_lines(server, "pending"), "the rest is billed", 3 * MINUTES
    )
    (progress,) = server.client("accountant").read(
        "isp.billing.run", [run], "state", "total_count", "done_count", "progress"
    )
    assert progress["state"] == "done"
    assert progress["done_count"] == progress["total_count"] >= 300
    assert wrongly_billed(server, "Killed") == []


def test_two_runners_on_the_same_batches_bill_everybody_once(server, wait_until):
    make_subscribers(server, "Twice", 200)
    accountant, _run = bill_now(server)
    # Every batch has a second job now, and two are worked on at once.
    accountant.call("isp.billing.run", "action_run_now", [])

    wait_until(lambda: not run_lines(server, "pending"), "all batches", 3 * MINUTES)
    wait_until(
        lambda: (
            server.query("SELECT count(*) FROM queue_job WHERE state != 'done'")
            == ["0"]
        ),
        "all jobs",
        MINUTES,
    )
    assert wrongly_billed(server, "Twice") == []
    assert run_lines(server, "failed") == 0
