"""The Class of a session: what FreeRADIUS had in mind when it let the session in.

A router gives the Class of the Access-Accept back in each accounting packet (RFC 2865
section 5.25), so the session table itself says whether a session still has what its
service is to have, however the change and the log-in met.
"""

import hashlib
import json

CLASS_ITEM = "Tmp-String-1"  # of the check items: FreeRADIUS puts it into the Class
# Not worth closing a session for.
IGNORED = frozenset({"Acct-Interim-Interval"})


def make(access, reply_items, credentials_token, changeable):
    """Return the digest (str, 25 characters: fixed part, hyphen, changeable part).

    :param reply_items: [[attribute, operator, value], …], in any order
    :param credentials_token: changes with user name and password, tells nothing of them
    :param changeable: names of the attributes that a CoA-Request may change in a
        running session; all else needs a new log-in
    """
    free, fixed = [], [access, credentials_token or ""]
    for item in sorted(reply_items):
        if item[0] in changeable:
            free.append(item)
        elif item[0] not in IGNORED:
            fixed.append(item)
    return f"{_digest(fixed)}-{_digest(free)}"


def same_but_changeable(one, other):
    """Whether a CoA-Request leads from one of these Classes to the other."""
    return one.partition("-")[0] == other.partition("-")[0]


def _digest(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
