from odoo import api, models

from .. import statements


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
