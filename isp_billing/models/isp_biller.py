import logging
from contextlib import closing

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..accounts import Account, Prices, Terms

_logger = logging.getLogger(__name__)


class IspBiller(models.AbstractModel):
    """Settles the days of services and makes the invoices: the only one who does.

    Whoever changes what a service costs (plan, own price) first lets `_settle` put
    down what was owed until then, and releases what was billed beyond.
    """

    _name = "isp.biller"
    _description = "Biller"

    @api.model
    def _bill(self, services, until=None):
        """Settle what the services owe by today, invoice it and post.

        :param until: the last day to charge; None: as the schedules say
        :return: account.move: one for each partner and schedule, and the credit notes
            of former days, which pay open invoices
        """
        # Copies empty the cache: the services are read anew, all of them at once.
        self, services = self.sudo(), services.sudo().with_prefetch()
        services._apply_planned()
        services._bump_access_version()  # of two billers the later one is retried
        moves = self.env["account.move"]
        for company, group in services.grouped("company_id").items():
            biller = self.with_company(company)
            today = company._get_isp_today()
            biller._settle(group, today, until)
            moves |= biller._create_posted(biller._prepare_moves(group, today))
        if moves:
            _logger.info("%d services: %d invoices posted", len(services), len(moves))
        moves._isp_offset_credits()
        self._remember_first(services, moves)
        services._refresh_next_invoice_date()
        return moves

    @api.model
    def _remember_first(self, services, moves):
        invoices = moves.filtered(lambda move: move.move_type == "out_invoice")
        services = services.filtered(
            lambda s: s.first_invoice_id.state in (False, "cancel")
        )
        if services:
            for move in invoices:
                (move.isp_service_ids & services).first_invoice_id = move

    @api.model
    def _preview(self, services, today, until=None):
        """Return what the invoices of a day would say; nothing is kept.

        :return: list of dict: service ids, date, due date, lines (text, amount),
            untaxed, tax, total (negative: a credit note), currency
        """
        self, services = self.sudo(), services.sudo()
        with closing(self.env.cr.savepoint()):
            services._foresee_planned(today)
            self._settle(services, today, until)
            moves = self._invoice(services, today)
            return [move._isp_describe() for move in moves]

    @api.model
    def _preview_amounts(self, services, today):
        """Return {service: amount with taxes} of the invoices of a day; nothing is
        kept."""
        with closing(self.env.cr.savepoint()):
            services.sudo()._foresee_planned(today)
            self._settle(services, today)
            return dict(self._invoice(services, today)._isp_get_amounts())

    @api.model
    def _settle(self, services, today, until=None):
        """Put down the days that are not settled yet, as periods without invoice."""
        self, services = self.sudo(), services.sudo()
        vals_list = []
        plan = self.env["isp.service.charge"]
        for account in self._read_accounts(services, today, until):
            last = until or account.get_horizon()
            for charge in [plan, *account.service.charge_ids]:
                vals_list += self._prepare_periods(account, charge, last)
        self.env["isp.billing.period"].create(vals_list)

    @api.model
    def _read_accounts(self, services, today, until=None):
        """Return the Account of each service, of those that are or were active and
        have terms: who ran before there was billing gets them later."""
        prices = Prices(self.env)
        services = services.filtered(
            lambda s: (
                s.state in ("active", "terminated")
                and s.billing_schedule_id
                and s.activation_date
            )
        )
        accounts = {
            service: Account(service, today, prices, until) for service in services
        }
        suspensions = self.env["isp.suspension"].search(
            [("service_id", "in", services.ids)]
        )
        for suspension in suspensions:
            accounts[suspension.service_id].suspensions.append(
                (suspension.date_start, suspension.date_end or None)
            )
        periods = self.env["isp.billing.period"]
        for row in periods._search_to_credit(services):
            accounts[row.service_id].replaced[row.charge_id].append(row.days)
        rows = periods._search_live(services)
        if self._release_isolated(accounts, rows):
            rows = periods._search_live(services)
        for row in rows:
            accounts[row.service_id].add(row)
        return accounts.values()

    @api.model
    def _release_isolated(self, accounts, rows):
        """Let go of days on which it was isolated: where these are credited, and where
        they are not invoiced; return whether there were any."""
        spans = {}
        for row in rows:
            account = accounts[row.service_id]
            credited = account.schedule.isolated_charge == "days"
            if (
                row.kind == "charge"
                and row.charge_id.kind != "once"
                and (credited or not row.move_line_id)
                and not row._is_forgiven()
                and any(row.days & span for span in account.get_isolated(row.charge_id))
            ):
                spans[row] = account.get_isolated(row.charge_id)
        rows._release_spans(spans)
        return bool(spans)

    @api.model
    def _prepare_periods(self, account, charge, until):
        if charge.kind == "once":
            return self._prepare_single(account, charge, until)
        product = charge.product_id or account.service.plan_id._isp_get_product()
        return [
            {
                "service_id": account.service.id,
                "charge_id": charge.id,
                "product_id": product.id,
                "date_from": segment.days.first,
                "date_to": segment.days.last,
                "kind": self._get_kind(segment),
                "price": segment.price,
                "cycle_days": segment.cycle_days,
            }
            for segment in account.get_segments(charge, until)
        ]

    @api.model
    def _get_kind(self, segment):
        """What costs nothing is settled, without an invoice of nothing each month."""
        return segment.kind if segment.price or segment.kind != "charge" else "free"

    @api.model
    def _prepare_single(self, account, charge, until):
        if account.settled[charge] or charge.date_from > max(until, account.first_day):
            return []
        return [
            {
                "service_id": account.service.id,
                "charge_id": charge.id,
                "product_id": charge.product_id.id,
                "date_from": charge.date_from,
                "date_to": charge.date_from,
                "price": charge.price,
            }
        ]

    # Invoices

    @api.model
    def _invoice(self, services, today):
        """Make draft invoices of the periods that wait for one; return account.move."""
        return self._create_moves(self._prepare_moves(services, today))

    @api.model
    def _prepare_moves(self, services, today):
        """Return what is to be invoiced of the periods that wait for it: list of (vals
        of the move, list of the periods of each of its lines): one for each partner
        and set of terms, two where former days are credited while others are charged.
        """
        rows = self._search_waiting(services)
        if rows.filtered("released"):
            rows._cancel_out()
            rows = self._search_waiting(services)
        changes = self.env["isp.tax.change"]._get_known(rows.company_id)
        self = self.with_context(isp_tax_changes=changes.ids)
        prepared = [
            self._prepare_move(terms, document, today)
            for terms, group in rows.grouped(Terms.of).items()
            for document in self._split_documents(group)
        ]
        journals = {c.id: self._get_journal(c).id for c in rows.company_id}
        for vals, _sources in prepared:
            vals["journal_id"] = journals[vals["company_id"]]
        return prepared

    @api.model
    def _create_posted(self, prepared: list) -> models.Model:
        """Make the invoices of `_prepare_moves` and post them; return them, as many
        and in any order."""
        return self._create_by_odoo(prepared)

    @api.model
    def _create_by_odoo(self, prepared):
        """The same, each by itself and in this order."""
        if not prepared:
            return self.env["account.move"]
        moves = self._create_moves(prepared)
        moves._post(soft=False)
        return moves

    @api.model
    def _create_moves(self, prepared):
        moves = (
            self.env["account.move"]
            .with_context(tracking_disable=True, mail_create_nolog=True)
            .create([vals for vals, _sources in prepared])
        )
        for move, (_vals, sources) in zip(moves, prepared, strict=True):
            lines = move.invoice_line_ids.sorted("sequence")
            lines_of = {
                row: line
                for group, line in zip(sources, lines, strict=True)
                for row in group
            }
            charged = self.env["isp.billing.period"].union(*sources)
            credits = charged.filtered("released")
            for row in charged - credits:
                row.move_line_id = lines_of[row]
            credits._settle_by({row: lines_of[row] for row in credits})
        return moves

    @api.model
    def _get_journal(self, company):
        """Return the journal that Odoo gives to invoices of this company, asked for
        once in a batch."""
        move = {"move_type": "out_invoice", "company_id": company.id}
        return self.env["account.move"].new(move)._search_default_journal()

    @api.model
    def _search_waiting(self, services):
        """Return the periods that the next invoice charges or credits."""
        rows = self.env["isp.billing.period"].search(
            [("service_id", "in", services.ids), *self._get_waiting_domain()],
            order="service_id, charge_id, date_from, id",
        )
        return rows.filtered(lambda row: not row.released or row._get_remaining())

    @api.model
    def _get_waiting_domain(self):
        """Domain of the periods that the next invoice charges or credits."""
        return [
            ("kind", "=", "charge"),
            "|",
            "&",
            ("released", "=", False),
            ("move_line_id", "=", False),
            "&",
            ("released", "=", True),
            ("credit_line_id", "=", False),
        ]

    @api.model
    def _split_documents(self, rows):
        """Return the rows of each document: what is given back of former days is a
        credit note of its own, beside the invoice of what is charged."""
        credits = rows.filtered("released")
        charges = rows - credits
        given_back = sum(row._get_remaining() for row in credits)
        charged = sum(row._get_rated() for row in charges)
        currency = rows.currency_id
        if min(currency.compare_amounts(part, 0) for part in (given_back, charged)) > 0:
            return [charges, credits]
        return [rows]

    @api.model
    def _prepare_move(self, terms, rows, today):
        """Return (vals of the move, list of the rows of each of its lines).

        The lines are rounded so that their sum is the exact sum of the days, rounded
        once. When there is more to credit than to charge it is a credit note.
        """
        currency = terms.company.currency_id
        lang = terms.partner.lang or self.env.lang
        position = terms.get_fiscal_position()
        exact = rounded = 0.0
        lines, sources = [], self._split_lines(rows)
        for number, group in enumerate(sources):
            for row in group:
                exact += -row._get_remaining() if row.released else row._get_rated()
            amount = currency.round(exact - rounded)
            rounded += amount
            first, *_others = group  # group[0] alone would read its service alone
            taxes = self._get_taxes(first, position)
            line = self._prepare_line(group.with_context(lang=lang), amount, taxes)
            lines.append(line)
            lines[-1]["sequence"] = number
        refund = currency.compare_amounts(rounded, 0) < 0
        if refund:
            for line in lines:
                line["price_unit"] *= -1
        vals = {
            **terms.prepare_move(today),
            "fiscal_position_id": position.id,
            "move_type": "out_refund" if refund else "out_invoice",
            "invoice_line_ids": [fields.Command.create(line) for line in lines],
        }
        return vals, sources

    @api.model
    def _split_lines(self, rows):
        """Return the rows of each line: whole months that follow each other are one
        where they are billed at once."""
        groups = []
        for row in rows:
            if groups and row._continues(groups[-1][-1], self._bills_months(row)):
                groups[-1] |= row
            else:
                groups.append(row)
        return groups

    @api.model
    def _bills_months(self, row) -> bool:
        """Whether an invoice of this row is for several months."""
        return row.service_id.billing_schedule_id.months > 1

    @api.model
    def _prepare_line(self, rows, amount, taxes):
        row, last = rows[0], rows[-1]
        return {
            "product_id": row.product_id.id,
            "name": self._get_line_name(rows),
            "quantity": 1,
            "price_unit": amount,
            "tax_ids": [fields.Command.set(taxes.ids)],
            "isp_service_id": row.service_id.id,
            "isp_charge_id": row.charge_id.id,
            "isp_date_from": row.date_from,
            "isp_date_to": last.date_to,
        }

    @api.model
    def _get_taxes(self, row, position):
        """Return the taxes of a line: those of the line that it credits, or what its
        service or charge is taxed with, as it is for this customer.

        :raises UserError: when one is archived or missing: nobody is billed without
            it, unseen
        """
        if row.released:
            return row.move_line_id.tax_ids
        origin = row.charge_id or row.service_id
        taxes = origin.with_context(active_test=False).tax_ids
        changes = self.env["isp.tax.change"].browse(self.env.context["isp_tax_changes"])
        taxes = changes._get_taxes_on(row, taxes)
        if origin == row.service_id:
            origin._check_taxes_known(taxes)
        if archived := taxes.filtered(lambda tax: not tax.active):
            raise UserError(
                self.env._(
                    "%(service)s: the tax %(taxes)s is archived. Choose another for "
                    "%(origin)s.",
                    service=row.service_id.name,
                    taxes=", ".join(archived.mapped("name")),
                    origin=row.charge_id.name or row.product_id.display_name,
                )
            )
        return position.map_tax(taxes)

    @api.model
    def _get_line_name(self, rows):
        """Name, days and service, in the language of the rows' context."""
        row = rows[0]
        product = row.product_id.with_context(display_default_code=False)
        name = row.charge_id.name or product.display_name
        if row.released:
            name = self._in_lang(row).env._("Credit: %(name)s", name=name)
        parts = [name, self._get_days_text(rows), row.service_id.name]
        return " · ".join(part for part in parts if part)

    @api.model
    def _get_days_text(self, rows):
        row, last = rows[0], rows[-1]
        if row.charge_id.kind == "once":
            return ""
        lang = row.env.context["lang"]
        days = "{} – {}".format(
            *(format_date(row.env, day, lang) for day in (row.date_from, last.date_to))
        )
        if len(rows) > 1:
            return self._in_lang(row).env._(
                "%(days)s (%(n)s months)", days=days, n=len(rows)
            )
        if len(row.days) == row.cycle_days:
            return days
        return self._in_lang(row).env._(
            "%(days)s (%(n)s of %(total)s days)",
            days=days,
            n=len(row.days),
            total=row.cycle_days,
        )

    @api.model
    def _in_lang(self, row):
        return self.with_context(lang=row.env.context["lang"])
