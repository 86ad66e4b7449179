"""Reads spreadsheets (XLSX) that people send: plain values alone."""

import io
import zipfile
from xml.parsers import expat

import openpyxl
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

MOST_CELLS = 10_000_000  # with the empty ones between those that are written


class SheetError(Exception):
    """It is no XLSX file that can be read; ``reason`` is "large" or "format"."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def iterate_rows(content, most):
    """Yield the rows (tuples of values) of the first sheet of a file (bytes).

    :param most: bytes that it may have unpacked
    :raises SheetError: when it cannot be read
    """
    try:
        check_size(content, most)
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


def check_size(content, most, cells=MOST_CELLS):
    """Measure a file (bytes) before it is read: an XLSX is a ZIP file, and one cell far
    away from the others brings all between them into the memory.

    :param most: bytes that it may have unpacked
    :param cells: that one of its sheets may have, from the first to the last
    :raises SheetError: when it is larger, with the reason "large"
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > most:
            raise SheetError("large")
        for part in parts:
            with archive.open(part) as file:
                _Measure(cells).take(file)


class _Measure:
    """How far the cells of a part of a file reach."""

    def __init__(self, most):
        self._most = most
        self._row = self._column = self._last_row = self._last_column = 0

    def take(self, file):
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        try:
            parser.ParseFile(file)
        except expat.ExpatError:
            return  # a picture, or what is read no further than here

    def _start(self, name, attributes):
        tag = name.rpartition(" ")[2]
        if tag == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            self._reach(self._row, 0)
        elif tag == "c":
            self._row, self._column = (
                coordinate_to_tuple(attributes["r"])
                if "r" in attributes
                else (self._row, self._column + 1)
            )
            self._reach(self._row, self._column)
        elif tag == "mergeCell":
            _left, _top, column, row = range_boundaries(attributes["ref"])
            self._reach(row, column)

    def _reach(self, row, column):
        self._last_row = max(self._last_row, row)
        self._last_column = max(self._last_column, column)
        if self._last_row * max(self._last_column, 1) > self._most:
            raise SheetError("large")
