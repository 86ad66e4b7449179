"""What FreeRADIUS is to answer for a service, as a function of plain values.

MikroTik's attributes are those of its manual ("RADIUS Client", vendor 14988).
"""

from dataclasses import dataclass

from ..const import ADDRESS_LIST_ISOLATED

# Seconds; a line test is tried again within the hour, or over.
TEST_SESSION_SECONDS = 3600


@dataclass(frozen=True)
class Burst:
    """Speeds in Mbit/s; thresholds of 0 mean the normal speed."""

    upload: float
    download: float
    upload_threshold: float
    download_threshold: float
    seconds: int


@dataclass(frozen=True)
class Line:
    """One service: ``access`` as in isp.service, speeds in Mbit/s, names of pools as
    on the router; what is unknown is empty."""

    username: str
    password: str
    access: str
    upload: float = 0
    download: float = 0
    burst: Burst | None = None
    pool: str = ""
    isolated_pool: str = ""
    static_address: str = ""


@dataclass(frozen=True)
class Policy:
    """What a company lets all of its services have. Timeouts of 0 mean none."""

    isolated_mbps: float = 0.5
    interim_seconds: int = 300
    session_seconds: int = 0
    idle_seconds: int = 0


def may_log_in(line):
    return bool(line.access != "none" and line.username and line.password)


def check_items(line):
    """Return [[attribute, operator, value]]: how the log-in is judged.

    CHAP and MS-CHAP need the password in clear.
    """
    return [
        ["Cleartext-Password", ":=", line.password],
        ["Simultaneous-Use", ":=", "1"],
    ]


def reply_items(line, policy):
    """Return [[attribute, operator, value]]: what the session gets.

    An isolated service loses its static address to the pool for isolated ones, as
    Framed-IP-Address would win over the pool; the address list holds it where the
    router has no such pool.
    """
    isolated = line.access == "isolated"
    timeout = policy.session_seconds
    if line.access == "test":
        timeout = min(timeout or TEST_SESSION_SECONDS, TEST_SESSION_SECONDS)
    pool = line.isolated_pool if isolated else line.pool
    fixed = line.static_address and not (isolated and pool)
    items = {
        "Mikrotik-Rate-Limit": rate_limit(line, policy),
        "Mikrotik-Address-List": ADDRESS_LIST_ISOLATED if isolated else "",
        "Framed-IP-Address": line.static_address if fixed else "",
        "Framed-Pool": "" if fixed else pool,
        "Session-Timeout": timeout,
        "Idle-Timeout": policy.idle_seconds,
        "Acct-Interim-Interval": policy.interim_seconds,
    }
    return [[name, ":=", str(value)] for name, value in items.items() if value]


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
