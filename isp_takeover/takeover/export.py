"""Reads the PPP secrets of a text that RouterOS prints with `/export`: versions 6 and 7
write the same, with lines broken by a backslash at their end."""

import re

MENU = re.compile(r"^/ppp secret[ \t]*$", re.MULTILINE)
LINE = re.compile(r"^(?:/ppp secret )?add (.*)$")
WORD = re.compile(r'([a-z0-9-]+)=("(?:[^"\\]|\\.)*"|\S*)')
ESCAPE = re.compile(r"\\([0-9A-F]{2}|.)", re.DOTALL)
FIELDS = (
    "name",
    "password",
    "profile",
    "service",
    "remote-address",
    "caller-id",
    "disabled",
    "comment",
)
LETTERS = {"n": "\n", "r": "\r", "t": "\t", "_": " "}


def is_export(text):
    return bool(MENU.search(text)) or "\n/ppp secret add " in text


def read_export(text):
    """Return (row number, cells) of the headings and of each secret."""
    text = re.sub(r"\\\r?\n[ \t]*", "", text)
    rows, is_inside = [(1, list(FIELDS))], False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("/"):
            is_inside = line.startswith("/ppp secret")
        found = LINE.match(line) if is_inside else None
        if found:
            values = {
                name: _read_value(value) for name, value in WORD.findall(found[1])
            }
            rows.append((number + 1, [values.get(name, "") for name in FIELDS]))
    return rows


def _read_value(text):
    if not text.startswith('"'):
        return text
    return ESCAPE.sub(_read_escape, text[1:-1])


def _read_escape(found):
    letter = found[1]
    if len(letter) == 2:
        return bytes.fromhex(letter).decode("cp1252", "replace")
    return LETTERS.get(letter, letter)
