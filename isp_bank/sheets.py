"""What banks export as a sheet (XLSX), as rows of text: plain values alone."""

import csv
import io
from datetime import date, datetime

from odoo.addons.isp_base.sheets import iterate_rows

MAX_UNPACKED = 64 * 2**20  # bytes: a year of many transfers is a tenth of it


def read_xlsx(content, date_format="%d/%m/%Y", decimal="."):
    """Yield the rows (list of str) of the first sheet of a file (bytes).

    :param date_format: in which cells that are days are written
    :param decimal: what separates the decimals of cells that are numbers
    :raises SheetError: when it cannot be read
    """
    for row in iterate_rows(content, MAX_UNPACKED):
        yield [_write(cell, date_format, decimal) for cell in row]


def _write(cell, date_format, decimal):
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.strftime(date_format)
    if isinstance(cell, float) and not cell.is_integer():
        return f"{cell:.2f}".replace(".", decimal)
    return str(int(cell)) if isinstance(cell, float) else str(cell)


def write_csv(rows, delimiter=",", quotechar='"'):
    """Return rows (lists of str) as a CSV file (bytes)."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quotechar=quotechar)
    writer.writerows(rows)
    return text.getvalue().encode()
