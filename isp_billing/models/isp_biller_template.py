import hashlib
import json
import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .. import copies

_logger = logging.getLogger(__name__)

EVERYTHING = "*"  # the key of a kind that is all invoices of a run
FREE_OF_MOVE = {"partner_id", "invoice_line_ids"}
FREE_OF_LINE = {
    *("name", "isp_service_id", "isp_charge_id", "isp_date_from", "isp_date_to")
}


class IspBiller(models.AbstractModel):
    """Invoices of a run by template: of each kind Odoo makes the first and the second;
    where the second is what copying the first would have made of it, in every column
    of every table that Odoo wrote, the others are copied. In doubt Odoo makes them."""

    _inherit = "isp.biller"

    @api.model
    def _create_posted(self, prepared):
        run = self._get_run()
        if not prepared or not run.company_id.isp_bill_by_template:
            return super()._create_posted(prepared)
        journals = self.env["account.journal"].browse(
            {vals["journal_id"] for vals, _sources in prepared}
        )
        obstacle = self.env["isp.billing.template"]._find_obstacle(journals)
        if obstacle:
            self.env["isp.billing.kind"]._note_obstacle(
                *(run, EVERYTHING, self.env._("All invoices"), obstacle)
            )
            return super()._create_posted(prepared)
        ordinary, groups = self._sort_by_kind(prepared, journals)
        kinds = self.env["isp.billing.kind"]._of(run)
        firsts, seconds, others = self._choose(kinds, groups, ordinary)
        callbacks = self.env["isp.billing.template"]._get_callbacks()
        moves = self._create_by_odoo(ordinary + list(firsts.values()))
        if firsts:
            kinds.update(self._note_firsts(firsts, moves[len(ordinary) :]))
        return (
            moves
            | self._prove(kinds, seconds, callbacks)
            | self._copy_or_create([(kinds[key], *made) for key, made in others])
        )

    @api.model
    def _get_run(self):
        run_id = self.env.context.get("isp_billing_run")
        return self.env["isp.billing.run"].browse(run_id)

    # What invoices have in common

    @api.model
    def _sort_by_kind(self, prepared, journals):
        """Return (documents for Odoo alone, {key: documents of this kind})."""
        template = self.env["isp.billing.template"]
        partners = self.env["res.partner"].browse(
            {vals["partner_id"] for vals, _sources in prepared}
        )
        about = template._describe_partners(partners, self.env.company)
        surroundings = template._describe_surroundings(self.env.company, journals)
        ordinary, groups = [], {}
        for vals, sources in prepared:
            partner = about.get(vals["partner_id"])
            if partner is None or not self._may_be_copied(vals, sources):
                ordinary.append((vals, sources))
                continue
            key = self._get_key(vals, [partner, surroundings])
            periods = self.env["isp.billing.period"].union(*sources)
            groups.setdefault(key, []).append((vals, periods))
        return ordinary, groups

    @api.model
    def _may_be_copied(self, vals, sources):
        return vals["move_type"] == "out_invoice" and not any(
            len(rows) > 1 or rows.released or rows.credit_ids for rows in sources
        )

    @api.model
    def _get_key(self, vals, context):
        """Return a hash of all that is not known to make no difference."""
        common = {name: vals[name] for name in vals if name not in FREE_OF_MOVE}
        lines = [
            {name: line[name] for name in line if name not in FREE_OF_LINE}
            for _code, _id, line in vals["invoice_line_ids"]
        ]
        text = json.dumps([common, lines, context], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    @api.model
    def _choose(self, kinds, groups, ordinary):
        """Return (firsts and seconds, {key: document}, [(key, document to copy)]);
        what is known to be for Odoo is added to `ordinary`."""
        firsts, seconds, others = {}, {}, []
        for key, documents in groups.items():
            state = kinds[key].state if key in kinds else None
            if state == "ordinary":
                ordinary += documents
                continue
            waiting = list(documents)
            if not state:
                firsts[key] = waiting.pop(0)
            if waiting and state != "proven":
                seconds[key] = waiting.pop(0)
            others += [(key, document) for document in waiting]
        return firsts, seconds, others

    # The first and the second of a kind

    @api.model
    def _note_firsts(self, firsts, moves):
        """Keep the first invoice of each kind as it is in the books, unless there is
        something in it that is not copied; return {key: kind}."""
        run = self._get_run()
        read = self._read_invoices(moves)
        vals_list = []
        for (key, (vals, sources)), move in zip(firsts.items(), moves, strict=True):
            rows = read[move.id]
            rows["charged"] = [row.charged for row in sources]
            reason = self._find_uncopied(move, vals, rows)
            vals_list.append(
                {
                    "run_id": run.id,
                    "key": key,
                    "name": self._get_kind_name(vals, sources),
                    "state": "ordinary" if reason else "first",
                    "reason": reason,
                    "rows": rows,
                }
            )
        created = self.env["isp.billing.kind"].create(vals_list)
        return dict(zip(firsts, created, strict=True))

    @api.model
    def _get_kind_name(self, vals, sources):
        """What its invoices charge, for who looks at the run."""
        names = dict.fromkeys(sources.product_id.mapped("display_name"))
        lines = [line for _code, _id, line in vals["invoice_line_ids"]]
        amount = sum(line["price_unit"] for line in lines)
        return f"{', '.join(names)} · {sources.currency_id.format(amount)}"

    @api.model
    def _find_uncopied(self, move, vals, rows):
        """Return why an invoice is no template, as text; None: it is one."""
        row, lines = rows["move"], rows["lines"]
        products = [line for line in lines if line["display_type"] == "product"]
        own = row["partner_id"]
        addresses = {row["commercial_partner_id"], row["partner_shipping_id"]}
        uncopied = {
            "currency": row["currency_id"] != move.company_id.currency_id.id,
            "cash": "invoice_cash_rounding_id" in row,
            "terms": "invoice_payment_term_id" in row,
            "hash": "inalterable_hash" in row,
            "nothing": row["payment_state"] != "not_paid" or not row["amount_total"],
            "reference": row.get("payment_reference") != row["name"],
            "isolates": not move._isp_is_fresh(),
            "analytic": any(line.get("analytic_distribution") for line in lines),
            "addresses": addresses | {line.get("partner_id") for line in lines}
            != {own},
            "gap": row.get("made_sequence_gap"),
            "lines": len(products) != len(vals["invoice_line_ids"]),
        }
        code = next((code for code, holds in uncopied.items() if holds), None)
        return code and self._get_reasons()[code]

    @api.model
    def _get_reasons(self):
        """Return {code: why an invoice is no template}."""
        return {
            "currency": self.env._("it is in a foreign currency"),
            "cash": self.env._("it is rounded for cash"),
            "terms": self.env._("it has payment terms"),
            "hash": self.env._("it is secured by a hash"),
            "nothing": self.env._("nothing is to be paid"),
            "reference": self.env._("its payment reference is not its number"),
            "isolates": self.env._("it isolates at once"),
            "analytic": self.env._("its lines have an analytic distribution"),
            "addresses": self.env._("its customer has several addresses"),
            "gap": self.env._("its number leaves a gap"),
            "lines": self.env._("it has other lines than were billed"),
        }

    @api.model
    def _prove(self, kinds, seconds, callbacks):
        """Make the second invoices of kinds, {key: document}, by Odoo, and compare
        them with what copying would have made; return them.

        :param callbacks: what was to be done after the transaction before the first
        """
        refused = [made for key, made in seconds.items() if not kinds[key]._is_open()]
        doubtful = {key: made for key, made in seconds.items() if kinds[key]._is_open()}
        moves = self._create_by_odoo(refused)
        if not doubtful:
            return moves
        documents = list(doubtful.values())
        copied = [(kinds[key], *made) for key, made in doubtful.items()]
        try:
            ours, tables = self._try_copies(copied)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.exception("Invoices could not be copied")
            for kind, _vals, _sources in copied:
                kind._refuse(str(error))
            return moves | self._create_by_odoo(documents)
        with self._watching_writes() as written:
            made = self._create_by_odoo(documents)
        others = written ^ tables
        others |= self.env["isp.billing.template"]._get_callbacks() - callbacks
        others = others and self.env._("also touched: %s", ", ".join(sorted(others)))
        theirs = self._read_outcome(made, documents)
        for (kind, _vals, _sources), one, two in zip(copied, ours, theirs, strict=True):
            if difference := others or copies.find_difference(one, two):
                kind._refuse(difference)
            else:
                kind.state = "proven"
        return moves | made

    @api.model
    def _copy_or_create(self, copied):
        """Copy the kinds that are proven, by (kind, vals, sources); Odoo makes the
        others, and all when copying fails; return account.move."""
        proven = [made for made in copied if made[0].state == "proven"]
        others = [made for made in copied if made[0].state != "proven"]
        try:
            moves = self._copy_for_good(proven)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.exception("Invoices could not be copied")
            for kind in {kind for kind, _vals, _sources in proven}:
                kind._refuse(str(error))
            moves, others = self.env["account.move"], copied
        return moves | self._create_by_odoo(
            [(vals, sources) for _kind, vals, sources in others]
        )
