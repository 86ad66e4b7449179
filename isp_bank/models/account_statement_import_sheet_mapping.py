from odoo import fields, models

from .. import statements


class AccountStatementImportSheetMapping(models.Model):
    _inherit = "account.statement.import.sheet.mapping"

    isp_dated_rows = fields.Boolean(
        "File of an Indonesian Bank",
        help="Only rows that begin with a day are read, what stands above and below "
        "them is not; amounts may be written as 1.234.567,00 or 1,234,567.00.",
    )

    def _skip_row(self, values, columns):
        if not self.isp_dated_rows:
            return super()._skip_row(values, columns)
        column = columns["timestamp_column"][0]
        today = self.env.company._get_isp_today()
        return len(values) <= column or not statements.read_date(values[column], today)
