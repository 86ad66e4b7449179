"""What a MikroTik is told by RADIUS beside what all routers are: the attributes of its
manual ("RADIUS Client", vendor 14988). Pure functions of plain values."""

from odoo.addons.isp_network.radius.attributes import as_items

from ..const import ADDRESS_LIST_ISOLATED

# What its CoA may change beside the timeouts; the address list is not among it.
CHANGEABLE = frozenset({"Mikrotik-Rate-Limit"})


def reply_items(line, policy):
    """Return [[attribute, operator, value]]: what the session gets beside
    those of all routers. The address list holds an isolated service where the router
    has no pool for it."""
    return as_items(
        {
            "Mikrotik-Rate-Limit": rate_limit(line, policy),
            "Mikrotik-Address-List": ADDRESS_LIST_ISOLATED
            if line.access == "isolated"
            else "",
        }
    )


def rate_limit(line, policy):
    """Return the text of Mikrotik-Rate-Limit: ``rx/tx [rxburst/txburst
    rxthreshold/txthreshold rxtime/txtime]``; rx, what the router receives, is the
    subscriber's upload."""
    if line.access == "isolated":
        return _pair(policy.isolated_mbps, policy.isolated_mbps)
    if not (line.upload and line.download):
        return ""
    parts = [_pair(line.upload, line.download)]
    if burst := line.burst:
        parts += [
            _pair(burst.upload, burst.download),
            _pair(
                burst.upload_threshold or line.upload,
                burst.download_threshold or line.download,
            ),
            f"{burst.seconds}/{burst.seconds}",
        ]
    return " ".join(parts)


def _pair(receive, transmit):
    return f"{_rate(receive)}/{_rate(transmit)}"


def _rate(mbps):
    kbps = round(mbps * 1000)
    return f"{kbps}k" if kbps % 1000 else f"{kbps // 1000}M"
