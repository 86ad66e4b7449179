"""The menus of a router, by their path."""

from . import access, firewall, network, ppp, queue, system, users


def build(router):
    """Return {path: menu}, as a new router has them."""
    menus = {}
    for module in (system, users, network, queue, ppp, firewall, access):
        menus.update(module.build(router))
    return menus
