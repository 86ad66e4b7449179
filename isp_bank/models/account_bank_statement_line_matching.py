import logging

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import split_every

from odoo.addons.isp_base.jobs import RESTORE

from .. import matching
from .account_bank_statement_line import UNSETTLED

_logger = logging.getLogger(__name__)

BATCH = 100  # transfers of one job
MOST_PROPOSED = 5


class AccountBankStatementLine(models.Model):
    """Finding whose money it is: what is certain is booked, all else is proposed."""

    _inherit = "account.bank.statement.line"

    def _isp_enqueue_matching(self):
        """Have these transfers looked at by jobs, once the transaction is through."""
        transfers = self.filtered(
            lambda line: line._isp_is_transfer() and not line.is_reconciled
        ).sudo()
        transfers.isp_match_state = "waiting"
        for _journal, lines in transfers.grouped("journal_id").items():
            for batch in split_every(BATCH, lines.ids, lines.browse):
                batch.with_delay(
                    priority=RESTORE,
                    description=self.env._("Find out who has transferred"),
                )._isp_match()

    def action_isp_match(self):
        """Look at these once more, at once: others were learnt meanwhile perhaps."""
        self.check_access("write")
        self.sudo()._isp_match()
        return True

    def _isp_match(self):
        """Book those of these transfers whose payer is certain; propose for others."""
        lines = self.sudo().exists()
        lines = lines.filtered(
            lambda line: line.isp_match_state in UNSETTLED and not line.is_reconciled
        )
        for _journal, group in lines.grouped("journal_id").items():
            found = self.env["isp.transfer.matcher"].sudo()._find(group)
            for line in group.sorted("internal_index"):
                line._isp_settle(found[line])
        states = [line.isp_match_state for line in lines]
        _logger.info(
            "%d transfers: %d matched, %d proposed",
            len(states),
            states.count("matched"),
            states.count("proposed"),
        )

    def _isp_settle(self, found):
        """Book it for whom all points to, or propose who it may be.

        :param found: see isp.transfer.matcher
        """
        partner = matching.judge(found)
        problem = None
        if partner:
            try:
                problem = self._isp_find_doubt(partner, found[partner])
                if not problem:
                    with self.env.cr.savepoint():
                        self._isp_book(partner, found[partner])
            except UserError as error:
                problem = str(error)
        if partner and not problem:
            self._isp_note("matched", evidence=",".join(sorted(found[partner])))
            if found[partner] & {matching.UNIQUE, matching.VIRTUAL, matching.NUMBER}:
                self.env["isp.bank.payer"]._learn(self, partner)
            return
        self._isp_propose(found, problem)

    def _isp_find_doubt(self, partner, kinds):
        """Return in words why somebody who is certain to have paid is asked about all
        the same, or None: what he paid it for was paid meanwhile."""
        if matching.VIRTUAL in kinds:
            return None
        owed = sum(self._isp_get_items(partner).mapped("amount_residual"))
        added = self._isp_get_unique_part() if matching.UNIQUE in kinds else 0.0
        if self.currency_id.compare_amounts(owed, self.amount - added) < 0:
            return self.env._(
                "He owes less than this: it was paid already, or comes twice"
            )
        return None

    def _isp_propose(self, found, problem=None):
        candidates = self.env["isp.transfer.candidate"].sudo()
        self.isp_candidate_ids.sudo().unlink()
        ordered = sorted(found.items(), key=lambda item: matching.get_order(item[1]))
        ordered = [(who, kinds) for who, kinds in ordered if self._isp_is_worth(kinds)]
        candidates.create(
            [
                {
                    "line_id": self.id,
                    "sequence": number,
                    "partner_id": partner.id,
                    "evidence": ",".join(sorted(kinds)),
                }
                for number, (partner, kinds) in enumerate(ordered[:MOST_PROPOSED])
            ]
        )
        self._isp_note("proposed" if ordered else "unknown", problem=problem)

    def _isp_is_worth(self, kinds):
        """Whether somebody is worth a look: many owe just what the plan costs."""
        return kinds != {matching.AMOUNT}

    def _isp_note(self, state, evidence=None, problem=None):
        self.sudo().write(
            {
                "isp_match_state": state,
                "isp_evidence": evidence,
                "isp_match_problem": problem,
            }
        )
