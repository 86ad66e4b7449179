import hashlib
from collections import Counter

from odoo import models

from .. import matching


class AccountStatementImport(models.TransientModel):
    """Files of banks give their lines no number: each gets one by what it says."""

    _inherit = "account.statement.import"

    def _complete_stmts_vals(self, stmts_vals, journal, account_number):
        """What was imported is known again in a file that overlaps, in another order.
        Of lines that are alike, the second one is another one than the first."""
        seen = Counter()
        for statement in stmts_vals:
            for line in statement["transactions"]:
                key = self._isp_get_key(line)
                line.pop("isp_bank_balance", None)
                if not line.get("unique_import_id"):
                    seen[key] += 1
                    line["unique_import_id"] = f"{key}-{seen[key]}"
        return super()._complete_stmts_vals(stmts_vals, journal, account_number)

    def _isp_get_key(self, line):
        """Return what tells a line from others: all that the bank says of it."""
        balance = line.get("isp_bank_balance")
        parts = (
            str(line["date"])[:10],
            f"{float(line['amount']):.2f}",
            matching.squeeze(line.get("payment_ref")),
            matching.squeeze(line.get("ref")),
            matching.squeeze(line.get("account_number")),
            "" if balance is None else f"{balance:.2f}",
        )
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]

    def _create_bank_statements(self, stmts_vals, result):
        gaps = [statement.pop("isp_gap", None) for statement in stmts_vals]
        created = super()._create_bank_statements(stmts_vals, result)
        if any(gaps):
            result["notifications"].append(
                self.env._(
                    "The balances in this file do not add up: a line is missing, or "
                    "was changed. Its lines are imported; compare them with the bank."
                )
            )
        return created
