"""What people have typed stays text in the lists that others export.

Odoo keeps formulas out of CSV files, but lets xlsxwriter guess what a text is for XLSX:
the name that a subscriber gives himself would be a formula in the sheet of a manager,
and send the rows around it wherever it says.
"""

from odoo.addons.web.controllers.export import ExportXlsxWriter

write = ExportXlsxWriter.write


def write_text(self, row, column, cell_value, style=None):
    """Write a text as the text that it is; all else as Odoo does."""
    if isinstance(cell_value, str) and cell_value:
        self.worksheet.write_string(row, column, cell_value, style)
    else:
        write(self, row, column, cell_value, style)


ExportXlsxWriter.write = write_text
