import zipfile

from odoo import models

from odoo.addons.base_import.models.base_import import ImportValidationError

from ..sheets import SheetError, check_size

MOST_UNPACKED = 64 * 2**20  # bytes
MOST_CELLS = 2_000_000  # each takes some hundred bytes, as Odoo reads them


class BaseImport(models.TransientModel):
    """Odoo reads whole files: one of a few kilobytes may fill the memory of the server,
    and every employee may send one."""

    _inherit = "base_import.import"

    def _read_file(self, options):
        self._isp_check_size()
        return super()._read_file(options)

    def _isp_check_size(self):
        """:raises ImportValidationError: when the file would be too large unpacked"""
        try:
            check_size(self.file or b"", MOST_UNPACKED, MOST_CELLS)
        except zipfile.BadZipFile:
            return  # not one of those that are packed
        except SheetError as error:
            raise ImportValidationError(
                self.env._(
                    "This file is too large. Split it, and delete the empty rows and "
                    "columns behind the last that is written."
                )
            ) from error
