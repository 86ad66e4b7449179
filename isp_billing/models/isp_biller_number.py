from contextlib import closing

from psycopg2.errors import ExclusionViolation, UniqueViolation

from odoo import api, models
from odoo.tools import SQL

from .. import copies

WAITING = "isp_billing.series_to_number"  # in the data of cr.precommit


class IspBiller(models.AbstractModel):
    """The numbers of invoices that are copied. Who has taken one holds the next one
    back from all others until his commit, so they are taken last: what works beside
    works, and there is no gap.

    A series is a triple here: the form of its names and the last number, as Odoo has
    them, and pairs (id of the invoice, number of the one that it was copied from).
    """

    _inherit = "isp.biller"

    @api.model
    def _get_series(self, rows, former):
        """Return the series of these rows of account_move, which are in the table."""
        groups = {}
        for row, name in zip(rows, former, strict=True):
            group = groups.setdefault((row["journal_id"], row["date"]), [])
            group.append((row["id"], name))
        moves = self.env["account.move"]
        return [
            (*moves.browse(pairs[0][0])._get_next_sequence_format(), pairs)
            for pairs in groups.values()
        ]

    @api.model
    def _number_before_commit(self, series):
        """Number these before the transaction, or a savepoint in which all this is,
        comes to its end."""
        precommit = self.env.cr.precommit
        if WAITING not in precommit.data:
            precommit.add(self._number_waiting)
        precommit.data.setdefault(WAITING, []).extend(series)

    @api.model
    def _number_waiting(self):
        self.env.flush_all()
        self._number(self.env.cr.precommit.data.pop(WAITING))
        self.env["account.move"].invalidate_model(flush=False)
        self.env["account.move.line"].invalidate_model(flush=False)

    @api.model
    def _number(self, series):
        """Give the numbers as Odoo gives them: without gaps, also when others work
        beside."""
        rows = []
        for form, values, pairs in series:
            move = self.env["account.move"].browse(pairs[0][0])
            last = {**values, "seq": self._get_last_taken(move, form, values)}
            for number, former in pairs:
                name = move._locked_increment(form, dict(last))
                parts = copies.split_number(name, move._sequence_fixed_regex)
                rows.append((number, former, name, *parts))
        copies.write_numbers(self.env.cr, rows)

    @api.model
    def _get_last_taken(self, move, form, values):
        """Return the number before the first one that is free, after waiting for who
        is about to take it.

        The transaction does not see what others have committed since it began, and
        Odoo would try one number after the other. Here it is found by steps that
        double, then by halves; nothing stays of a try.
        """
        taken, step = values["seq"], 1
        place = form.format(**{**values, "seq": 0}), move.journal_id.id
        if place in move._get_sequence_cache():
            return taken
        while self._is_taken(move, form.format(**{**values, "seq": taken + step})):
            taken, step = taken + step, 2 * step
        free = taken + step
        while free - taken > 1:
            middle = (taken + free) // 2
            if self._is_taken(move, form.format(**{**values, "seq": middle})):
                taken = middle
            else:
                free = middle
        return taken

    @api.model
    def _is_taken(self, move, name):
        with closing(self.env.cr.savepoint(flush=False)):
            try:
                self.env.cr.execute(
                    SQL(
                        "UPDATE account_move SET name = %s WHERE id = %s", name, move.id
                    ),
                    log_exceptions=False,
                )
            except (ExclusionViolation, UniqueViolation):
                return True
        return False
