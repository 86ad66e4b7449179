"""/queue/simple."""

from .. import values
from ..errors import no_match
from ..table import COMMON, Field, Table

KINDS = ("default", "default-small", "ethernet-default", "wireless-default", "pcq")


def _kind(name, value):
    if value not in KINDS:
        raise no_match(name)
    return value


def _priority(name, value):
    if value not in map(str, range(1, 9)):
        raise values.invalid(name)
    return value


def build(router):
    rates = values.pair(values.rate)
    zero = "0/0"
    fields = (
        Field("name", required=True),
        Field("target", values.targets, required=True),
        Field("parent", default="none"),
        Field("packet-marks", default=""),
        Field("priority", values.pair(_priority), default="8/8"),
        Field("queue", values.pair(_kind), default="default-small/default-small"),
        Field("limit-at", rates, default=zero),
        Field("max-limit", rates, default=zero),
        Field("burst-limit", rates, default=zero),
        Field("burst-threshold", rates, default=zero),
        Field("burst-time", values.pair(values.span), default="0s/0s"),
        Field("bucket-size", default="0.1/0.1"),
        Field("bytes", default=zero, readonly=True),
        Field("rate", default=zero, readonly=True),
        Field("invalid", default="false", readonly=True),
        Field("dynamic", default="false", readonly=True),
        *COMMON,
    )
    taken = "failure: already have such name"
    return {"/queue/simple": Table(router, fields, key="name", taken=taken)}
