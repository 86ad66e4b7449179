"""What people write into the comment of a log-in."""

import re

# Indonesian numbers as people write them.
PHONE = re.compile(r"(?<![\d.])(?:\+?62|0)[ -]?8(?:[ .-]?\d){7,12}(?!\d)")
EDGES = " \t-–|/,;:()[]"


def split_contact(comment):
    """Return (name, [phones]) out of a comment such as ``Budi Santoso - 0812-3456``."""
    rest = PHONE.sub(" ", comment)
    return " ".join(rest.split()).strip(EDGES), PHONE.findall(comment)
