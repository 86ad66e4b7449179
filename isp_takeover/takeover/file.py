"""Reads a list of subscribers from a CSV or XLSX file: headings and rows."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime

from odoo.addons.isp_base.sheets import SheetError, iterate_rows

from .columns import get_known_headings, recognize, simplify
from .export import is_export, read_export
from .presets import find_preset, get_preset

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 500 * 1024 * 1024  # an XLSX is a ZIP file
MAX_ROWS = 100_000
HEADING_ROWS = 10  # the headings are in one of the first rows
SEPARATORS = ",;\t"
KEPT = ("password",)
# How people write that there is nothing, and digits that are to stay digits.
NOTHING = re.compile(
    r"[-\u2013\u2014]+|n/?a|null|\\n|nihil|0000-00-00( 00:00:00)?", re.IGNORECASE
)
KEPT_DIGITS = re.compile(r"'[0-9+][0-9 .+-]*")
QUOTED = re.compile(r'"[^"]*"')


class FileError(Exception):
    """The file cannot be read; ``reason`` is "empty", "large", "rows", "old_excel",
    "headings" (none is known) or "format" (neither CSV nor XLSX)."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


@dataclass
class Table:
    """``headings`` as they are in the file, ``names`` of their columns (None: not
    known), ``rows`` as (row number in the file, {column name: str or number}),
    ``samples`` the first text below each heading, ``preset`` the Preset it is."""

    headings: list
    names: list
    rows: list
    samples: list
    preset: object = None


def read(content, columns, preset=None, chosen=None):
    """Return the Table in these bytes.

    :param columns: the Columns that it may have
    :param preset: name of the system that the list is of; None finds it out
    :param chosen: {simplified heading: name of the column, or None} as a person said
    :raises FileError: when there is none
    """
    if len(content) > MAX_BYTES:
        raise FileError("large")
    if not content.strip():
        raise FileError("empty")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileError("old_excel")
    is_zip = content.startswith(b"PK\x03\x04")
    rows = _read_xlsx(content) if is_zip else _read_csv(content)
    known = get_known_headings(columns)
    index = _find_headings(rows, known, chosen or {})
    keys = [simplify(cell) for cell in rows[index][1]]
    found = get_preset(preset) if preset else find_preset(keys)
    names = {column.name for column in columns} | {None}
    meant = found.get_meaning(keys, known) if found else {}
    meant = {key: name for key, name in meant.items() if name in names}
    return _make_table(rows, index, known | meant | (chosen or {}), found)


def _read_xlsx(content):
    try:
        return _collect(
            (number, [_clean(cell) for cell in row])
            for number, row in enumerate(iterate_rows(content, MAX_UNPACKED), 1)
        )
    except SheetError as error:
        raise FileError(error.reason) from error


def _read_csv(content):
    text = _decode(content)
    if is_export(text):
        return read_export(text)
    lines = text.splitlines()
    skipped = 0
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        separator, skipped = lines[0][4], 1
        text = text.split("\n", 1)[-1]
    else:
        separator = _detect_separator(lines)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)

    def numbered():
        first = reader.line_num + 1
        for row in reader:
            yield first + skipped, [_clean(cell) for cell in row]
            first = reader.line_num + 1

    try:
        return _collect(numbered())
    except csv.Error as error:
        raise FileError("format") from error


def _decode(content):
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content:
        return _decode_wide(content)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError("format")


def _decode_wide(content):
    """UTF-16 without its mark: of two bytes, one is mostly nothing."""
    half = len(content) // 2
    zeros = [content[start::2].count(0) for start in (0, 1)]
    if max(zeros) < half * 0.7 or min(zeros) > half * 0.1:
        raise FileError("format")
    encoding = "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileError("format") from error


def _detect_separator(lines):
    """Return the sign that cuts one of the first lines into the most columns."""
    counts = {
        sign: max(QUOTED.sub("", line).count(sign) for line in lines[:HEADING_ROWS])
        for sign in SEPARATORS
    }
    return max(counts, key=counts.get)


def _collect(numbered):
    rows = []
    for number, cells in numbered:
        if any(str(cell).strip() for cell in cells):
            rows.append((number, cells))
            if len(rows) > MAX_ROWS + HEADING_ROWS:
                raise FileError("rows")
    return rows


def _clean(cell):
    """Return a cell as text, or as the number that it is."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    if isinstance(cell, int):
        return cell
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell).replace("\x00", "")


def _find_headings(rows, known, chosen):
    """Return the index of the row with the most headings that are known."""
    if not rows:
        raise FileError("empty")
    keys = [{simplify(cell) for cell in cells} for _n, cells in rows[:HEADING_ROWS]]
    known = known.keys() | chosen.keys()
    counts = [len(row & known) + (100 if find_preset(row) else 0) for row in keys]
    index = counts.index(max(counts))
    if not counts[index]:
        raise FileError("headings")
    return index


def _make_table(rows, index, known, preset):
    names = recognize(rows[index][1], known)
    below = [cells for _number, cells in rows[index + 1 :][:HEADING_ROWS]]
    samples = [
        next((str(c[n]).strip() for c in below if n < len(c) and str(c[n]).strip()), "")
        for n in range(len(names))
    ]
    return Table(
        samples=samples,
        preset=preset,
        headings=[str(cell).strip() for cell in rows[index][1]],
        names=names,
        rows=[
            (number, _pick(names, cells))
            for number, cells in rows[index + 1 :]
            if any(_pick(names, cells).values())
        ],
    )


def _pick(names, cells):
    """Return {column name: cell}; blanks around a password may be a part of it."""
    return {
        name: cell if name in KEPT else _strip(cell)
        for name, cell in zip(names, cells, strict=False)
        if name
        and (name in KEPT or not NOTHING.fullmatch(str(cell).strip()))
        and str(cell).strip()
    }


def _strip(cell):
    """Blanks around it, and the apostrophe by which a spreadsheet keeps digits."""
    if not isinstance(cell, str):
        return cell
    cell = cell.replace("\xa0", " ").strip()
    return cell[1:] if KEPT_DIGITS.fullmatch(cell) else cell
