"""Reads spreadsheets (XLSX) that people send: plain values alone."""

import io
import zipfile

import openpyxl


class SheetError(Exception):
    """It is no XLSX file that can be read; ``reason`` is "large" or "format"."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def iterate_rows(content, most):
    """Yield the rows (tuples of values) of the first sheet of a file (bytes).

    :param most: bytes that it may have unpacked: an XLSX file is a ZIP file
    :raises SheetError: when it cannot be read
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > most:
                raise SheetError("large")
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True
        )
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True)
    except SheetError:
        raise
    except Exception as error:  # openpyxl lets through whatever the file provokes
        raise SheetError("format") from error
