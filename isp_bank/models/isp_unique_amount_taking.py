import logging
import math

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

MOST = 999  # that is added to a debt
EXHAUSTED_ACTIVITY = "isp_bank.mail_activity_amounts_exhausted"


class IspUniqueAmount(models.Model):
    """Taking a number that nobody has: the database decides between two at once."""

    _inherit = "isp.unique.amount"

    @api.model
    def _take(self, journal, debts):
        """Give each of these partners an amount, as far as there are some.

        :param debts: {commercial partner: what he owes}, none of them with an open row
        """
        self.env.flush_all()
        taken = self._get_taken(journal, debts)
        waiting = dict(sorted(debts.items(), key=lambda item: (item[1], item[0].id)))
        while waiting:
            chosen = self._choose(waiting, taken)
            if lacking := waiting.keys() - chosen.keys():
                self._tell_exhausted(journal, len(lacking))
            if not chosen:
                return
            placed = self._insert(journal, waiting, chosen)
            waiting = {p: waiting[p] for p in chosen if p.id not in placed}

    @api.model
    def _get_taken(self, journal, debts):
        """Return the amounts that nobody may get: those of others, and what others
        owe, who perhaps transfer that."""
        bases = sorted({math.ceil(debt) for debt in debts.values()})
        if not bases:
            return set()
        query = SQL(
            """
            SELECT amount FROM isp_unique_amount
            WHERE journal_id = %(journal)s AND state != 'free'
                AND amount BETWEEN %(low)s AND %(high)s
            UNION SELECT debt FROM isp_unique_amount
            WHERE journal_id = %(journal)s AND state = 'open'
                AND debt BETWEEN %(low)s AND %(high)s
            """,
            journal=journal.id,
            low=bases[0],
            high=bases[-1] + MOST,
        )
        taken = {math.ceil(amount) for (amount,) in self.env.execute_query(query)}
        return taken | set(bases)

    @api.model
    def _choose(self, debts, taken):
        """Return {partner: amount} for those for whom there is one; note it as taken.

        Where one begins to look is another place for each: who come at the same
        moment seldom want the same.
        """
        chosen = {}
        for partner, debt in debts.items():
            base = math.ceil(debt)
            for step in range(MOST):
                amount = base + 1 + (partner.id * 7 + step) % MOST
                if amount not in taken:
                    taken.add(amount)
                    chosen[partner] = amount
                    break
        return chosen

    @api.model
    def _insert(self, journal, debts, chosen):
        """Return the ids of the partners who got what was chosen for them.

        :raises SerializationFailure: when one has got his meanwhile, by a page or an
            e-mail: Odoo tries the transaction again, which then sees it
        """
        ordered = sorted(chosen.items(), key=lambda item: item[1])
        try:
            return self._insert_rows(journal, debts, ordered)
        except SerializationFailure:
            _logger.info("Amounts of %s are taken by another one too", journal.name)
        placed = set()
        for row in ordered:
            try:
                placed |= self._insert_rows(journal, debts, [row])
            except SerializationFailure:  # somebody has it since: the next one
                if self._has_got_one(journal, row[0]):
                    raise
        return placed

    @api.model
    def _has_got_one(self, journal, partner):
        """Whether another transaction has given him an amount, which this one, begun
        before it was committed, does not see."""
        query = SQL(
            """SELECT FROM isp_unique_amount
            WHERE partner_id = %s AND journal_id = %s AND state = 'open'""",
            *(partner.id, journal.id),
        )
        with self.env.registry.cursor() as cr:
            cr.execute(query)
            return bool(cr.rowcount)

    @api.model
    def _insert_rows(self, journal, debts, rows):
        now = fields.Datetime.now()
        values = [
            SQL(
                "%s",
                (
                    *(partner.id, journal.id, journal.company_id.id),
                    *(debts[partner], amount, "open", self.env.uid, self.env.uid),
                    *(now, now),
                ),
            )
            for partner, amount in rows
        ]
        with self.env.cr.savepoint():
            query = SQL(
                """
                INSERT INTO isp_unique_amount (partner_id, journal_id, company_id,
                    debt, amount, state, create_uid, write_uid, create_date, write_date)
                VALUES %s ON CONFLICT DO NOTHING RETURNING partner_id
                """,
                SQL(", ").join(values),
            )
            self.env.cr.execute(query, log_exceptions=False)
            return {partner_id for (partner_id,) in self.env.cr.fetchall()}

    @api.model
    def _tell_exhausted(self, journal, count):
        """Say once that so many subscribers are told what they owe, and no more."""
        _logger.warning("%d without a unique amount of %s", count, journal.name)
        journal._ask_person(
            EXHAUSTED_ACTIVITY,
            "billing",
            note=self.env._(
                "All amounts are taken for the most frequent debts: %(count)s "
                "subscribers are told what they owe, without a unique amount. Keep "
                "former amounts for fewer days, or switch unique amounts on for a "
                "second bank account.",
                count=count,
            ),
        )
