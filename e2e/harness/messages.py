"""A provider of messages beside the server, and a number of it."""

from contextlib import contextmanager

from simulator.whatsapp.control import Process
from simulator.whatsapp.providers import Meta


def make_number(server, peer, **values):
    """Make a number of the provider that sends as fast as it can; return its id."""
    return server.client("admin").create(
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
        **values,
    )


@contextmanager
def active_number(server):
    """(provider, id of a number that sends); afterwards it is paused."""
    with Process("meta") as peer:
        number = make_number(server, peer)
        manager = server.client("admin")
        manager.call("isp.notice.gateway", "action_resume", [number])
        yield peer, number
        manager.call("isp.notice.gateway", "action_pause", [number])
