"""How messages leave: one module for each provider, none of which knows Odoo."""

from .base import (
    Gateway,
    Health,
    Incoming,
    Outgoing,
    Sent,
    Status,
    Template,
)
from .errors import (
    Banned,
    Forged,
    GatewayError,
    Refused,
    Throttled,
    Uncertain,
    Unreachable,
)
from .fonnte import Fonnte
from .meta import Meta
from .templates import find_misfit, language_of, number_parts
from .wablas import Wablas
from .waha import Waha

GATEWAYS = {"meta": Meta, "waha": Waha, "fonnte": Fonnte, "wablas": Wablas}


def get_gateway(provider, settings, timeout=10):
    """Return the Gateway of a provider, by its name."""
    return GATEWAYS[provider](settings, timeout)
