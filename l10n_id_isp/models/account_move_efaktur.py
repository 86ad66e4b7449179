import hashlib
import json

from odoo import fields, models
from odoo.tools import SQL


class AccountMove(models.Model):
    """What became of an invoice after the file with its e-Faktur was made."""

    _inherit = "account.move"

    isp_efaktur_print = fields.Char(
        "What Its e-Faktur Says",
        readonly=True,
        copy=False,
        groups="account.group_account_invoice",
        help="A fingerprint of what the file for Coretax says of it.",
    )
    isp_efaktur_credited = fields.Monetary(
        "Credited Before the File",
        readonly=True,
        copy=False,
        groups="account.group_account_invoice",
    )
    isp_efaktur_change = fields.Char(
        "Changed After the File",
        compute="_compute_isp_efaktur_change",
        groups="account.group_account_invoice",
    )

    def _compute_isp_efaktur_change(self):
        touched = self._isp_get_touched()
        for move in self.sudo():
            move.isp_efaktur_change = (
                move._isp_find_efaktur_change(touched)
                if move.l10n_id_coretax_document
                else False
            )

    def _isp_find_efaktur_change(self, touched):
        """Return, as a sentence, in what the file is not true any more; False in
        nothing."""
        self.ensure_one()
        if self.state != "posted":
            return self.env._("It is not posted any more.")
        said = self.isp_efaktur_print
        if not said:
            return False
        notes = self._isp_get_credit_notes()
        credited = sum(notes.mapped("amount_total")) - self.isp_efaktur_credited
        if not self.currency_id.is_zero(credited):
            return self.env._(
                "Credited since: %(notes)s", notes=", ".join(notes.mapped("name"))
            )
        if self.id in touched and said != self._isp_get_efaktur_print():
            return self.env._("It would say something else now.")
        return False

    def _isp_get_touched(self):
        """Return the ids of those that were written, or their lines or customers,
        since their file was made: what else is as it was."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move.id
                FROM account_move move
                JOIN l10n_id_efaktur_coretax_document doc
                     ON doc.id = move.l10n_id_coretax_document
                JOIN ir_attachment file ON file.id = doc.attachment_id
                JOIN res_partner partner ON partner.id = move.partner_id
                JOIN res_partner buyer ON buyer.id = move.commercial_partner_id
                WHERE move.id = ANY(%s) AND file.write_date <= GREATEST(
                    move.write_date, partner.write_date, buyer.write_date,
                    (SELECT max(line.write_date) FROM account_move_line line
                     WHERE line.move_id = move.id))
                """,
                self.ids,
            )
        )
        return {move_id for (move_id,) in rows}

    def _isp_note_efaktur(self):
        for move in self.sudo().with_context(tracking_disable=True):
            credited = sum(move._isp_get_credit_notes().mapped("amount_total"))
            move.isp_efaktur_credited = credited
            move.isp_efaktur_print = move._isp_get_efaktur_print()

    def _isp_get_credit_notes(self):
        return self.reversal_move_ids.filtered(lambda note: note.state == "posted")

    def _isp_get_efaktur_print(self):
        """Return a fingerprint of what its e-Faktur says now."""
        self.ensure_one()
        said = json.dumps(self.prepare_efaktur_vals(), sort_keys=True, default=str)
        return hashlib.sha256(said.encode()).hexdigest()
