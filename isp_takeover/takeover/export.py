"""Reads the PPP secrets of a text that RouterOS prints with `/export`: versions 6 and 7
write the same, with lines broken by a backslash at their end."""

import re

MENU = re.compile(r"^/ppp secret(?: add .*)?\s*$", re.MULTILINE)
LINE = re.compile(r"(?:/ppp secret )?add (.*)")
BROKEN = re.compile(r"\\[ \t]*$")
WORD = re.compile(r'([a-z0-9-]+)=("(?:[^"\\]|\\.)*"|\S*)')
ESCAPE = re.compile(r"(?:\\[0-9A-F]{2})+|\\(.)", re.DOTALL)
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
UNSAID = {"profile": "default"}  # an export leaves out what is as RouterOS has it
LETTERS = dict(zip("nrtabfv_", "\n\r\t\a\b\f\v ", strict=True))


def is_export(text):
    return bool(MENU.search(text))


def read_export(text):
    """Return (row number, cells) of the headings and of each secret; the number is
    that of its first line."""
    rows, is_inside = [(0, list(FIELDS))], False
    for number, line in _join(text):
        if line.startswith("/"):
            is_inside = line.startswith("/ppp secret")
        found = LINE.fullmatch(line) if is_inside else None
        if found:
            rows.append((number, _read_secret(found[1])))
    return rows


def _join(text):
    """Yield (number of its first line, command)."""
    first, command = 1, ""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        command += line.lstrip() if command else line
        if BROKEN.search(line) and not command.startswith("#"):
            command = BROKEN.sub("", command)
            continue
        yield first, command
        first, command = number + 1, ""


def _read_secret(words):
    values = {name: _read_value(value) for name, value in WORD.findall(words)}
    values = UNSAID | values
    if values.get("remote-address", "")[:1].isalpha():
        del values["remote-address"]  # the name of a pool
    return [values.get(name, "") for name in FIELDS]


def _read_value(text):
    if not text.startswith('"'):
        return text
    return ESCAPE.sub(_read_escape, text[1:-1])


def _read_escape(found):
    if letter := found[1]:
        return LETTERS.get(letter, letter)
    code = bytes.fromhex(found[0].replace("\\", ""))
    try:
        return code.decode()
    except UnicodeDecodeError:  # Winbox writes the code page of Windows
        return code.decode("cp1252", "replace")
