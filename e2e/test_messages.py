"""Messages to subscribers: killed in the middle, each has arrived once, and what was on
the wire is known. `ISP_MESSAGES=10000` tries it with so many."""

import os

from simulator.whatsapp.control import Process
from simulator.whatsapp.providers import Meta

COUNT = int(os.environ.get("ISP_MESSAGES") or 400)
ON_THE_WIRE = 8
KILLS = 2
MINUTES = 60  # seconds
LONGEST = 4 * MINUTES + COUNT / 20


def count_of(server, *states):
    names = ", ".join(f"'{state}'" for state in states)
    (count,) = server.query(
        "SELECT count(*) FROM isp_notice_message "
        f"WHERE occasion LIKE 'e2e%' AND state IN ({names})"
    )
    return int(count)


def make_messages(server, number):
    """Rows as the outbox has them: a notice each, about as many visits."""
    server.query(
        f"""
        INSERT INTO isp_notice_message (event_id, channel, res_model, res_id, occasion,
            partner_id, company_id, phone, text, key, gateway_id, state, at_once,
            attempts)
        SELECT event.id, 'whatsapp', 'res.partner', company.partner_id, 'e2e' || n,
            company.partner_id, company.id, CAST(6281200000000 + n AS text),
            'Tagihan ' || n, 'e2e' || n, {number}, 'waiting', true, 0
        FROM generate_series(1, {COUNT}) AS n,
            (SELECT id FROM isp_notice_event ORDER BY id LIMIT 1) AS event,
            (SELECT company.* FROM res_company AS company
                JOIN isp_notice_gateway AS gateway ON gateway.company_id = company.id
                WHERE gateway.id = {number}) AS company
        """
    )


def test_killed_in_the_middle_each_message_arrives_once(server, wait_until):
    with Process("meta", latency=0.03) as peer:
        manager = server.client("admin")
        number = manager.create(
            "isp.notice.gateway",
            name="Office",
            provider="meta",
            url=peer.url,
            account=Meta.phone_number_id,
            token=Meta.token,
            secret=Meta.app_secret,
            is_new_number=False,
            day_limit=0,
            per_minute=0,
            parallel=ON_THE_WIRE,
        )
        make_messages(server, number)
        manager.call("isp.notice.gateway", "action_resume", [number])
        for kill in range(1, KILLS + 1):
            some = COUNT * kill // (KILLS + 2)
            wait_until(
                lambda some=some: peer.control.counts()["messages"] >= some,
                f"{some} have arrived",
                LONGEST,
            )
            server.kill()
            assert count_of(server, "waiting"), "it was killed in the middle"
            server.start()
        wait_until(
            lambda: not count_of(server, "waiting", "sending"),
            "the rest is sent",
            LONGEST,
        )
        counts = peer.control.counts()
        sent, uncertain = count_of(server, "sent"), count_of(server, "uncertain")
        print(f"{COUNT} written, {sent} sent, {uncertain} uncertain; arrived: {counts}")
        assert counts["doubled"] == []
        assert uncertain <= KILLS * ON_THE_WIRE
        assert sent + uncertain == COUNT
        assert sent <= counts["messages"] <= COUNT
