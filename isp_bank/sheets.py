"""What banks export as a sheet (XLSX), as rows of text: plain values alone."""

import csv
import io
import zipfile
from datetime import date, datetime

import openpyxl

MAX_UNPACKED = 64 * 2**20  # bytes: a year of many transfers is a tenth of it


class SheetError(Exception):
    """It is no XLSX file that can be read, or a too large one."""


def read_xlsx(content, date_format="%d/%m/%Y", decimal="."):
    """Yield the rows (list of str) of the first sheet of a file (bytes).

    :param date_format: in which cells that are days are written
    :param decimal: what separates the decimals of cells that are numbers
    :raises SheetError: when it cannot be read
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise SheetError("large")
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True
        )
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield [_write(cell, date_format, decimal) for cell in row]
    except SheetError:
        raise
    except Exception as error:  # openpyxl lets through whatever the file provokes
        raise SheetError("format") from error


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
