"""Reads a list of subscribers from a CSV or XLSX file: headings and rows."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime

import openpyxl

from .columns import get_known_headings, recognize

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 500 * 1024 * 1024  # an XLSX is a ZIP file
MAX_ROWS = 100_000
HEADING_ROWS = 10  # the headings are in one of the first rows
SEPARATORS = ",;\t"
KEPT = ("password",)
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
    known), ``rows`` as (row number in the file, {column name: str or number})."""

    headings: list
    names: list
    rows: list


def read(content, columns):
    """Return the Table in these bytes.

    :param columns: the Columns that it may have
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
    return _make_table(rows, get_known_headings(columns))


def _read_xlsx(content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise FileError("large")
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True
        )
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        return _collect(
            (number, [_clean(cell) for cell in row])
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
        )
    except FileError:
        raise
    except Exception as error:  # openpyxl lets through whatever the file provokes
        raise FileError("format") from error


def _read_csv(content):
    text = _decode(content)
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
        raise FileError("format")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError("format")


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


def _make_table(rows, known):
    if not rows:
        raise FileError("empty")
    found = [recognize(cells, known) for _number, cells in rows[:HEADING_ROWS]]
    counts = [sum(name is not None for name in names) for names in found]
    index = counts.index(max(counts))
    if not counts[index]:
        raise FileError("headings")
    names = found[index]
    return Table(
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
        if name and str(cell).strip()
    }


def _strip(cell):
    return cell.replace("\xa0", " ").strip() if isinstance(cell, str) else cell
