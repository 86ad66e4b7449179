import base64

from odoo import Command

from odoo.addons.isp_billing.tests.common import BillingCommon

NOW = "2026-05-20 03:00:00"  # 10:00 in Jakarta


class BankCommon(BillingCommon):
    """A bank account that has unique amounts, and people who owe something."""

    unique = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "queue_job__no_delay": True})
        cls.company = cls.company.with_env(cls.env)
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.bank.write(
            {"bank_acc_number": "5270123456", "isp_unique_amounts": cls.unique}
        )
        cls.income = cls.env["account.account"].search(
            [
                ("account_type", "=", "income_other"),
                ("company_ids", "in", cls.company.ids),
            ],
            limit=1,
        )
        cls.budi = cls._create_payer("Budi Santoso")
        cls.siti = cls._create_payer("Siti Aminah")

    @classmethod
    def _create_payer(cls, name, **vals):
        return cls.env["res.partner"].create({"name": name, **vals})

    @classmethod
    def _bill(cls, partner, price=200_000, due="2026-05-17"):
        """Return an open invoice, without a tax."""
        return cls._bill_all({partner: price}, due)

    @classmethod
    def _bill_all(cls, prices, due="2026-05-17"):
        """Return an open invoice of each of these, {partner: price}."""
        moves = cls.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": "2026-05-10",
                    "invoice_date_due": due,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Internet",
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
                for partner, price in prices.items()
            ]
        )
        moves.action_post()
        cls._before_commit()
        return moves

    @classmethod
    def _get_row(cls, partner, state="open"):
        return cls.env["isp.unique.amount"].search(
            [("partner_id", "=", partner.id), ("state", "=", state)]
        )

    @classmethod
    def _receive(cls, amount, text="TRSF E-BANKING CR", **vals):
        """Return the transfer that came in, after its job."""
        line = cls.env["account.bank.statement.line"].create(
            {
                "journal_id": cls.bank.id,
                "date": "2026-05-20",
                "amount": amount,
                "payment_ref": text,
                **vals,
            }
        )
        cls._before_commit()
        return line

    @classmethod
    def _import(cls, text, mapping="bca_individual", name="mutasi.csv"):
        """Import a file as the accountant does; return (its lines, what was told)."""
        known = cls.env["account.bank.statement.line"].search([])
        wizards = cls._as("accountant", cls.env["account.statement.import"])
        wizard = wizards.with_context(journal_id=cls.bank.id).create(
            {
                "statement_file": base64.b64encode(
                    text if isinstance(text, bytes) else text.encode()
                ),
                "statement_filename": name,
                "sheet_mapping_id": cls.env.ref(f"isp_bank.mapping_{mapping}").id,
            }
        )
        result = wizard._import_file()
        cls._before_commit()
        lines = cls.env["account.bank.statement.line"].search([]) - known
        return lines, result["notifications"]

    @classmethod
    def _get_entries(cls, line):
        """Return [(account type, partner, debit - credit)] of a transfer's entry."""
        return sorted(
            (item.account_id.account_type, item.partner_id.name or "", item.balance)
            for item in line.line_ids
        )
