"""When two user names are one: devices, routers and RADIUS differ in what they make of
capitals, so names are kept as they are sent and compared without regard to case."""

import string
import unicodedata

UNREADABLE = "\ufffd"  # in the place of a sign that could not be read
SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
LONGEST = 253  # bytes of an attribute of RADIUS (RFC 2865)


def fold(name: str) -> str:
    """Return a user name as it is compared: A to Z small, all else as it is, which is
    what FreeRADIUS makes of it (``tolower``)."""
    return (name or "").translate(SMALL)


def can_be_carried(text: str, longest: int = LONGEST) -> bool:
    """Whether RouterOS and RADIUS carry a text: UTF-8 of so many bytes at most, without
    control characters, all of it read, and not of blanks alone."""
    size = len(text.encode(errors="replace"))
    return (
        bool(text.strip())
        and size <= longest
        and UNREADABLE not in text
        and not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text)
    )
