"""What FreeRADIUS is to answer for a log-in, as a function of plain values: that part
of it that all routers understand (RFC 2865, 2866 and 2869)."""

from dataclasses import dataclass

# Seconds; a line test is tried again within the hour, or over.
TEST_SESSION_SECONDS = 3600
QUOTES = "\"'`"
# What a CoA-Request may change in a running session of any router.
CHANGEABLE = frozenset({"Session-Timeout", "Idle-Timeout"})


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
    on the router, ``sessions`` how many may be online at a time, ``routes`` the
    networks behind it; what is unknown is empty."""

    username: str
    password: str
    access: str
    upload: float = 0
    download: float = 0
    burst: Burst | None = None
    pool: str = ""
    isolated_pool: str = ""
    static_address: str = ""
    sessions: int = 1
    routes: tuple = ()


@dataclass(frozen=True)
class Policy:
    """What a company lets all of its services have. Timeouts of 0 mean none."""

    isolated_mbps: float = 0.5
    interim_seconds: int = 300
    session_seconds: int = 0
    idle_seconds: int = 0


def may_log_in(line):
    return bool(line.access != "none" and line.username and line.password)


def get_session_limit(line):
    """Return how many sessions there may be at a time: a fixed address is of one."""
    return 1 if line.static_address else line.sessions


def check_items(line):
    """Return [[attribute, operator, value]]: how the log-in is judged.

    CHAP and MS-CHAP need the password in clear.
    """
    return [
        ["Cleartext-Password", ":=", as_read(line.password)],
        ["Simultaneous-Use", ":=", str(get_session_limit(line))],
    ]


def as_read(text):
    """Return what FreeRADIUS reads as this text: it takes quotes around the whole of a
    value away, and a backslash for the begin of an escape (rlm_sql)."""
    if text[0] in QUOTES and text[0] == text[-1] or "\\" in text:
        escaped = text.replace("\\", r"\\").replace('"', r"\"")
        return f'"{escaped}"'
    return text


def reply_items(line, policy):
    """Return [[attribute, operator, value]]: what the session gets from every router.

    An isolated service loses its static address to the pool for isolated ones, as
    Framed-IP-Address would win over the pool.
    """
    isolated = line.access == "isolated"
    timeout = policy.session_seconds
    if line.access == "test":
        timeout = min(timeout or TEST_SESSION_SECONDS, TEST_SESSION_SECONDS)
    pool = line.isolated_pool if isolated else line.pool
    fixed = line.static_address and not (isolated and pool)
    items = as_items(
        {
            "Framed-IP-Address": line.static_address if fixed else "",
            "Framed-Pool": "" if fixed else pool,
            "Session-Timeout": timeout,
            "Idle-Timeout": policy.idle_seconds,
            "Acct-Interim-Interval": policy.interim_seconds,
        }
    )
    return items + [
        ["Framed-Route", "+=", f"{route} 0.0.0.0 1"] for route in get_routes(line)
    ]


def get_routes(line):
    """Return the networks that are routed to the line: their addresses are none of
    those that an isolated one is known by."""
    return () if line.access == "isolated" else line.routes


def as_items(values):
    """Return [[attribute, operator, value]] of those values that there are.

    :param values: {attribute: value}
    """
    return [[name, ":=", str(value)] for name, value in values.items() if value]
