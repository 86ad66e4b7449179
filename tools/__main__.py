"""`python3 -m tools COMMAND`: the commands of `make help`."""

import sys

OLDEST, NEWEST = (3, 10), (3, 13)


def check_python(version=sys.version_info):
    """Stop unless Odoo 19 runs with this Python; older ones cannot even import
    the rest of this package, so it is checked first and here."""
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        sys.exit(
            "\nerror: Odoo 19 runs with Python 3.10 to 3.13, {} is {}.{}. Name one of "
            "those: make run PYTHON=/usr/bin/python3 (which Debian 12 has, "
            "3.11).".format(sys.executable or "this", *version[:2])
        )


def main():
    check_python()
    from tools.commands import dispatch

    sys.exit(dispatch(sys.argv[1:]))


if __name__ == "__main__":
    main()
