"""What a command is refused with."""

MISSING_ITEM = 0
BAD_VALUE = 1
INTERRUPTED = 2


class Trap(Exception):
    """A `!trap`; the connection goes on.

    :param category: number of the manual, None for the many without one
    """

    def __init__(self, message, category=None):
        super().__init__(message)
        self.message, self.category = message, category


class Fatal(Exception):
    """A `!fatal`, after which the connection is closed."""


def no_match(name):
    return Trap(f"input does not match any value of {name}", BAD_VALUE)


def invalid(name):
    return Trap(f"invalid value for argument {name}", BAD_VALUE)


def no_such_item(major=7):
    """Version 6 and before put a number behind it."""
    return Trap("no such item" if major >= 7 else "no such item (4)", MISSING_ITEM)


def no_such_command(name, major=7):
    """:param name: the first word that is not known"""
    if major < 7:
        return Trap("no such command prefix", MISSING_ITEM)
    return Trap(f"no such command or directory ({name})", MISSING_ITEM)


def not_allowed():
    return Trap("not enough permissions (9)")
