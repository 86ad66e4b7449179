from collections import Counter
from contextlib import closing, contextmanager
from copy import deepcopy

from odoo import api, models
from odoo.tools import SQL

from .. import copies

RANK = "customer_rank"
UNNUMBERED = "/"


class IspBiller(models.AbstractModel):
    """Invoices that are copied, row by row, from the first one of their kind.

    A document is a triple here: the kind, the vals of the move, and the periods in the
    order of its lines.
    """

    _inherit = "isp.biller"

    @api.model
    def _copy_for_good(self, documents):
        """Copy, with all that posting an invoice does beside its rows; return them.

        When it fails nothing of it stays.
        """
        if not documents:
            return self.env["account.move"]
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False):
            moves, raised, series = self._copy(documents)
        self._number_before_commit(series)
        self.env.invalidate_all()
        partners = Counter(move.partner_id for move in moves)
        for partner, count in partners.items():
            if partner.id not in raised:
                partner._increase_rank(RANK, count)
        self.env["isp.dunning"]._note_money(
            {(move.company_id, move.commercial_partner_id) for move in moves}
        )
        self._note_copied(moves)
        return moves

    @api.model
    def _try_copies(self, documents):
        """Return (what copying makes of these documents, the tables that it writes);
        nothing of it is kept."""
        self.env.flush_all()
        with self._keeping_numbers(), closing(self.env.cr.savepoint(flush=False)):
            with self._watching_writes() as written:
                moves, _raised, series = self._copy(documents)
                self._number(series)
            outcome = self._read_outcome(
                moves, [(vals, sources) for _kind, vals, sources in documents]
            )
        self.env.invalidate_all(flush=False)
        return outcome, written

    @contextmanager
    def _watching_writes(self):
        """Give a set that has the tables that were written, when it is over."""
        self.env.flush_all()
        before, written = copies.count_writes(self.env.cr), set()
        yield written
        self.env.flush_all()
        written |= copies.written_since(self.env.cr, before)

    @contextmanager
    def _keeping_numbers(self):
        """Odoo remembers the last number that it gave in a transaction: what is taken
        here was not."""
        cache = self.env["account.move"]._get_sequence_cache()
        before = deepcopy(dict(cache))
        try:
            yield
        finally:
            cache.clear()
            cache.update(before)

    # The rows

    @api.model
    def _copy(self, documents):
        """Insert the rows of these documents, without their numbers.

        :return: (account.move, ids of the partners who are customers since, what
            `_number` needs)
        """
        cr = self.env.cr
        kinds = {kind for kind, _vals, _sources in documents}
        templates = {kind: kind.sudo().rows for kind in kinds}
        ids = copies.take_ids(cr, copies.MOVE, len(documents))
        partners = self.env["res.partner"].browse(
            [vals["partner_id"] for _kind, vals, _sources in documents]
        )
        moves = [
            self._prepare_copied_move(templates[kind]["move"], number, partner)
            for (kind, _vals, _sources), number, partner in zip(
                documents, ids, partners, strict=True
            )
        ]
        copies.insert_rows(cr, copies.MOVE, moves)
        lines = self._insert_lines(documents, templates, moves)
        self._insert_pairs(documents, templates, moves, lines)
        self._settle_copied(documents, templates, lines)
        raised = self._raise_first_rank(Counter(partners.ids))
        former = [
            templates[kind]["move"]["name"] for kind, _vals, _sources in documents
        ]
        series = self._get_series(moves, former)
        return self.env["account.move"].browse(ids), raised, series

    @api.model
    def _get_stamps(self):
        now, uid = self.env.cr.now(), self.env.uid
        return {
            "create_uid": uid,
            "create_date": now,
            "write_uid": uid,
            "write_date": now,
        }

    @api.model
    def _prepare_copied_move(self, template, number, partner):
        return {
            **template,
            **self._get_stamps(),
            "id": number,
            "name": UNNUMBERED,
            "payment_reference": None,
            "sequence_prefix": None,
            "sequence_number": 0,
            "partner_id": partner.id,
            "commercial_partner_id": partner.id,
            "partner_shipping_id": partner.id,
            "invoice_partner_display_name": partner.display_name,
        }

    @api.model
    def _insert_lines(self, documents, templates, moves):
        """Insert the lines of these rows of account_move; return their ids, in the
        order of the template, a list for each."""
        count = sum(len(templates[kind]["lines"]) for kind, _v, _s in documents)
        ids = iter(copies.take_ids(self.env.cr, copies.LINE, count))
        rows, ids_of = [], []
        for (kind, vals, _sources), move in zip(documents, moves, strict=True):
            template = templates[kind]
            billed = iter(line for _code, _id, line in vals["invoice_line_ids"])
            ids_of.append([])
            for line in template["lines"]:
                row = self._prepare_copied_line(line, move)
                row["id"] = next(ids)
                if line["display_type"] == "product":
                    row.update(self._prepare_billed_line(next(billed)))
                ids_of[-1].append(row["id"])
                rows.append(row)
        copies.insert_rows(self.env.cr, copies.LINE, rows)
        return ids_of

    @api.model
    def _prepare_copied_line(self, line, move):
        """A line of the template as that of another row of account_move; the number
        in its text is that of the template until it gets its own."""
        return {
            **line,
            **self._get_stamps(),
            "move_id": move["id"],
            "move_name": move["name"],
            "partner_id": move["partner_id"],
        }

    @api.model
    def _prepare_billed_line(self, vals):
        return {
            "name": vals["name"],
            "isp_service_id": vals["isp_service_id"],
            "isp_charge_id": vals["isp_charge_id"] or None,
            "isp_date_from": vals["isp_date_from"],
            "isp_date_to": vals["isp_date_to"],
        }

    @api.model
    def _insert_pairs(self, documents, templates, moves, lines):
        relations = self.env["isp.billing.template"]._get_relations()
        for place, (model, relation) in enumerate(relations):
            pairs = []
            for (kind, _v, _s), move, ids in zip(documents, moves, lines, strict=True):
                owners = [move["id"]] if model == "account.move" else ids
                others = templates[kind]["pairs"][place]
                for owner, found in zip(owners, others, strict=True):
                    pairs += [(owner, other) for other in found]
            copies.insert_pairs(self.env.cr, relation, pairs)

    @api.model
    def _settle_copied(self, documents, templates, lines):
        """Note with what the periods were posted."""
        rows = []
        for (kind, _vals, sources), ids in zip(documents, lines, strict=True):
            template = templates[kind]
            products = [
                number
                for number, line in zip(ids, template["lines"], strict=True)
                if line["display_type"] == "product"
            ]
            rows += zip(sources.ids, products, template["charged"], strict=True)
        periods, line_ids, charged = map(list, zip(*rows, strict=True))
        self.env.cr.execute(
            SQL(
                """
                UPDATE isp_billing_period p
                SET move_line_id = v.line, charged = v.charged, write_uid = %s,
                    write_date = %s
                FROM unnest(%s::int[], %s::int[], %s::numeric[])
                     AS v (id, line, charged)
                WHERE p.id = v.id
                """,
                *(self.env.uid, self.env.cr.now(), periods, line_ids, charged),
            )
        )

    @api.model
    def _raise_first_rank(self, counts):
        """Make customers of those partners, {id: invoices}, who were none; return
        their ids. The others get their rank after the commit, as Odoo does it."""
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE res_partner p
                SET customer_rank = v.count, write_uid = %s, write_date = %s
                FROM unnest(%s::int[], %s::int[]) AS v (id, count)
                WHERE p.id = v.id AND COALESCE(p.customer_rank, 0) = 0
                RETURNING p.id
                """,
                *(self.env.uid, self.env.cr.now(), list(counts), list(counts.values())),
            )
        )
        return {number for (number,) in rows}

    @api.model
    def _note_copied(self, moves):
        """Let the run say how many of its invoices were copied."""
        services = moves.line_ids.isp_service_id
        self.env["isp.billing.run.line"].search(
            [("run_id", "=", self._get_run().id), ("service_id", "in", services.ids)]
        ).by_template = True

    # What is read to be compared

    @api.model
    def _read_invoices(self, moves):
        """Return {id: rows of the invoice}: move, lines, pairs (for each relation the
        ids on the other side, for the invoice or each of its lines)."""
        self.env.flush_all()
        cr = self.env.cr
        rows = copies.read_by_id(cr, copies.MOVE, moves.ids)
        lines = copies.read_lines(cr, moves.ids)
        result = {
            number: {"move": rows[number], "lines": lines[number], "pairs": []}
            for number in moves.ids
        }
        for model, relation in self.env["isp.billing.template"]._get_relations():
            owners = {number: [number] for number in moves.ids}
            if model != "account.move":
                owners = {
                    number: [line["id"] for line in lines[number]]
                    for number in moves.ids
                }
            found = copies.read_relation(cr, relation, sum(owners.values(), []))
            for number, ids in owners.items():
                pairs = [sorted(found.get(owner, [])) for owner in ids]
                result[number]["pairs"].append(pairs)
        return result

    @api.model
    def _read_outcome(self, moves, documents):
        """Return, for each of these invoices and its (vals, periods), a dict of all
        rows that billing it leaves, comparable with what another way leaves."""
        invoices = self._read_invoices(moves)
        partners = copies.read_by_id(
            self.env.cr, copies.PARTNER, [vals["partner_id"] for vals, _s in documents]
        )
        rows = [row for _vals, sources in documents for row in sources.ids]
        periods = copies.read_by_id(self.env.cr, copies.PERIOD, rows)
        outcome = []
        for move, (vals, sources) in zip(moves, documents, strict=True):
            invoice = invoices[move.id]
            places = [line["id"] for line in invoice["lines"]]
            tables = {
                "account_move": [invoice["move"]],
                "account_move_line": invoice["lines"],
                "pairs": [{"of": invoice["pairs"]}],
                "res_partner": [partners[vals["partner_id"]]],
                "isp_billing_period": [
                    {
                        **periods[number],
                        "move_line_id": places.index(periods[number]["move_line_id"]),
                    }
                    for number in sources.ids
                ],
            }
            outcome.append(tables)
        return outcome
