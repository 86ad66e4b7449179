from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.isp_base.sheets import SheetError

from .. import sheets, statements

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AccountStatementImportSheetParser(models.TransientModel):
    """Reads what Indonesian banks write: see statements.py."""

    _inherit = "account.statement.import.sheet.parser"

    @api.model
    def parse(self, data_file, mapping, filename):
        currency, account, parsed = super().parse(data_file, mapping, filename)
        if mapping.isp_dated_rows and mapping.balance_column:
            for values in parsed:
                self._isp_set_balances(values)
        return currency, account, parsed

    def _get_mimetype_sheet_type_map(self):
        return {**super()._get_mimetype_sheet_type_map(), XLSX: "isp_xlsx"}

    @api.model
    def _parse_lines_isp_xlsx(self, mapping, data_file, currency_code):
        """Read a sheet as the CSV file of the same bank, by the same mapping."""
        decimal = "," if mapping.float_decimal_sep == "comma" else "."
        try:
            rows = [*sheets.read_xlsx(data_file, mapping.timestamp_format, decimal)]
        except SheetError as error:
            raise UserError(
                self.env._("This XLSX file cannot be read, or is too large.")
            ) from error
        delimiter = mapping._get_column_delimiter_character() or ","
        text = sheets.write_csv(rows, delimiter, mapping.quotechar or '"')
        return self._parse_lines_csv(mapping, text, currency_code)

    @api.model
    def _isp_set_balances(self, values):
        """Say where the balance began and ended, in whatever order the rows are."""
        rows = [
            (float(row["amount"]), row["isp_bank_balance"])
            for row in values["transactions"]
        ]
        values.pop("balance_start", None)
        values.pop("balance_end_real", None)
        if not rows:
            return
        balances = statements.find_balances(rows)
        if balances:
            values["balance_start"], values["balance_end_real"] = balances
        else:
            values["isp_gap"] = True

    def _parse_one_line(self, mapping, currency_code, values, columns):
        if mapping.isp_dated_rows:
            values, columns = self._isp_tidy(mapping, values, columns)
        return super()._parse_one_line(mapping, currency_code, values, columns)

    @api.model
    def _isp_tidy(self, mapping, values, columns):
        """Return the row with its day and its direction as the mapping has them."""
        values = [value.strip().strip("'").strip() for value in values]
        column = columns["timestamp_column"][0]
        day = statements.read_date(values[column], self.env.company._get_isp_today())
        values[column] = day.strftime(mapping.timestamp_format)
        if marks := columns["debit_credit_column"]:
            out = statements.is_outgoing(values[marks[0]])
            values.append(mapping.debit_value if out else mapping.credit_value)
            columns = {**columns, "debit_credit_column": [len(values) - 1]}
        return values, columns

    @api.model
    def _parse_decimal(self, value, mapping):
        if mapping.isp_dated_rows and not isinstance(value, float):
            return statements.read_amount(value)
        return super()._parse_decimal(value, mapping)

    @api.model
    def _convert_line_to_transactions(self, line):
        transactions = super()._convert_line_to_transactions(line)
        if line.get("balance") is not None:
            for transaction in transactions:
                transaction["isp_bank_balance"] = line["balance"]
        return transactions
