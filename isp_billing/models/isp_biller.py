import logging
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pytz

from odoo import api, fields, models
from odoo.tools import format_date

from ..rating import DAY, Days, horizon, rate, uncovered, whole_days

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Terms:
    """What the periods of one invoice have in common."""

    company: models.Model
    partner: models.Model
    schedule: models.Model

    @classmethod
    def of(cls, row):
        service = row.service_id
        return cls(
            service.company_id,
            service._get_invoice_partner(),
            service.billing_schedule_id,
        )

    def prepare_move(self, today):
        return {
            "company_id": self.company.id,
            "partner_id": self.partner.id,
            "invoice_date": today,
            "invoice_user_id": False,
            "invoice_payment_term_id": False,
            "invoice_date_due": today + DAY * self.schedule.days_until_due,
            "isp_grace_days": self.schedule.grace_days,
            "isp_schedule_id": self.schedule.id,
        }


class Prices:
    """The monthly prices of plans: each is asked for once in a batch."""

    def __init__(self, env):
        self.known = {}
        dated = ["|", ("date_start", "!=", False), ("date_end", "!=", False)]
        self.dated = env["product.pricelist.item"].search_count(dated, limit=1)

    def get(self, service, pricelist, day):
        """Return the price on a day; day None: of a price list without dates."""
        key = (service.plan_id, service.company_id, pricelist, day)
        if key not in self.known:
            self.known[key] = service._get_plan_price(day or fields.Date.today())
        return self.known[key]


class Account:
    """What the biller knows of one service: read for a whole batch at once."""

    def __init__(self, service, today, prices, until=None):
        self.service, self.today, self.prices = service, today, prices
        self.until = until
        self.schedule = service.billing_schedule_id
        self.calendar = self.schedule._get_calendar(service.activation_date)
        self.settled = defaultdict(list)  # charge: Days
        self.replaced = defaultdict(list)  # charge: Days that wait to be credited
        self.plan_prices = []  # (Days, price) of the plan, as they are charged
        self.suspensions = []

    def add(self, row):
        """Take note of what is settled: an isp.billing.period."""
        self.settled[row.charge_id].append(row.days)
        if row.kind == "charge" and not row.charge_id:
            self.plan_prices.append((row.days, row._get_charged_price()))

    @cached_property
    def first_cycle(self):
        """The cycle in which it began; one that ran before has none here."""
        if self.service.date_taken_over:
            return None
        begun = self.service.activation_date
        return Days(begun, self.calendar.cycle(begun).last)

    @cached_property
    def isolated(self):
        """The past days on which it was isolated from midnight to midnight; on the
        last one, to the end of the service."""
        if self.schedule.isolated_charge == "full":
            return []
        past = Days(date.min, self._get_judged_until())
        ended = self.service.date_terminated
        suspensions = [
            (start, None if end and ended and end >= ended else end)
            for start, end in self.suspensions
        ]
        zone = pytz.timezone(self.service.company_id._get_isp_zone())
        return [part for span in whole_days(suspensions, zone) if (part := span & past)]

    def _get_judged_until(self):
        if self.service.state == "terminated":
            return self._get_last_day()
        return max(self.until or self.today - DAY, self.today - DAY)

    def get_isolated(self, charge):
        """The days on which isolation changes what is charged: where what is invoiced
        stays, not those that were invoiced and got another price since."""
        if self.schedule.isolated_charge != "nothing":
            return self.isolated
        replaced = self.replaced[charge]
        return [part for span in self.isolated for part in uncovered(span, replaced)]

    @cached_property
    def pricelist(self):
        return self.service._get_pricelist()

    @cached_property
    def lasting_price(self):
        """The plan's price when it is one for all days, else None."""
        if self.pricelist and self.prices.dated and not self.service.own_price:
            return None
        own = self.service.own_price
        return own or self.prices.get(self.service, self.pricelist, None)

    @property
    def is_isolated(self):
        return any(end is None for _start, end in self.suspensions)

    @property
    def first_day(self):
        """Today or, of a service that begins later, the day of its activation: its
        first invoice is made before."""
        return max(self.today, self.service.activation_date)

    def get_horizon(self):
        """The last day to charge today; of an isolated service nobody knows yet
        whether today's day will be charged, and the last one of a terminated service
        is the day of its end."""
        if self.service.state == "terminated":
            return self._get_last_day()
        until = horizon(self.first_day, self.calendar, not self.schedule.in_arrears)
        if self.schedule.isolated_charge != "full" and self.is_isolated:
            until = min(until, self.today - DAY)
        return until

    def _get_last_day(self):
        company = self.service.company_id
        return company._get_isp_day(self.service.date_terminated)

    def get_price(self, day):
        """The plan's monthly price on this day, as it is now."""
        if self.lasting_price is not None:
            return self.lasting_price
        return self.prices.get(self.service, self.pricelist, day)

    def get_segments(self, charge, until):
        """Return the segments of what is not settled up to a day.

        :param charge: isp.service.charge; an empty one stands for the plan
        """
        begun = self.service.activation_date
        span = Days(begun, until) if begun <= until else None
        price_on = self.get_price
        if charge:
            within = charge._get_span(until)
            span = span and within and span & within
            price_on = self._get_price_of(charge)
        if not span:
            return []
        return rate(
            uncovered(span, self.settled[charge]),
            self.calendar,
            price_on,
            self.get_isolated(charge),
            self.first_cycle,
            self.schedule.first_period,
        )

    def _get_price_of(self, charge):
        if charge.kind != "percent":
            return lambda day: charge.price
        return lambda day: charge._get_price(self._get_charged_price(day))

    def _get_charged_price(self, day):
        """What the plan costs on this day: as it was charged, or as it is now."""
        for days, price in self.plan_prices:
            if days.first <= day <= days.last:
                return price
        return self.get_price(day)


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
        :return: account.move: one for each partner and schedule
        """
        self, services = self.sudo(), services.sudo()
        services._bump_access_version()  # of two billers the later one is retried
        moves = self.env["account.move"]
        for company, group in services.grouped("company_id").items():
            biller = self.with_company(company)
            today = company._get_isp_today()
            biller._settle(group, today, until)
            moves |= biller._invoice(group, today)
        moves._post(soft=False)
        if moves:
            _logger.info("%d services: %d invoices posted", len(services), len(moves))
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
            self._settle(services, today, until)
            moves = self._invoice(services, today)
            return [move._isp_describe() for move in moves]

    @api.model
    def _preview_amounts(self, services, today):
        """Return {service: amount with taxes} of the invoices of a day; nothing is
        kept."""
        with closing(self.env.cr.savepoint()):
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
                "kind": segment.kind,
                "price": segment.price,
                "cycle_days": segment.cycle_days,
            }
            for segment in account.get_segments(charge, until)
        ]

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
        """Make draft invoices of the periods that wait for one.

        :return: account.move: one for each partner and set of terms
        """
        rows = self._search_waiting(services)
        if rows.filtered("released"):
            rows._cancel_out()
            rows = self._search_waiting(services)
        prepared = [
            self._prepare_move(terms, group, today)
            for terms, group in rows.grouped(Terms.of).items()
        ]
        moves = (
            self.env["account.move"]
            .with_context(tracking_disable=True, mail_create_nolog=True)
            .create([vals for vals, _sources in prepared])
        )
        for move, (_vals, sources) in zip(moves, prepared, strict=True):
            lines = move.invoice_line_ids.sorted("sequence")
            lines_of = dict(zip(sources, lines, strict=True))
            credits = sources.filtered("released")
            for row in sources - credits:
                row.move_line_id = lines_of[row]
            credits._settle_by({row: lines_of[row] for row in credits})
        return moves

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
    def _prepare_move(self, terms, rows, today):
        """Return (vals of the move, rows in the order of its lines).

        The lines are rounded so that their sum is the exact sum of the days, rounded
        once. When there is more to credit than to charge it is a credit note.
        """
        currency = terms.company.currency_id
        lang = terms.partner.lang or self.env.lang
        exact = rounded = 0.0
        lines = []
        for number, row in enumerate(rows):
            exact += -row._get_remaining() if row.released else row._get_rated()
            amount = currency.round(exact - rounded)
            rounded += amount
            lines.append(self._prepare_line(row.with_context(lang=lang), amount))
            lines[-1]["sequence"] = number
        refund = currency.compare_amounts(rounded, 0) < 0
        if refund:
            for line in lines:
                line["price_unit"] *= -1
        vals = {
            **terms.prepare_move(today),
            "move_type": "out_refund" if refund else "out_invoice",
            "invoice_line_ids": [fields.Command.create(line) for line in lines],
        }
        return vals, rows

    @api.model
    def _prepare_line(self, row, amount):
        taxes = (row.charge_id or row.service_id).tax_ids
        if row.released:
            taxes = row.move_line_id.tax_ids
        return {
            "product_id": row.product_id.id,
            "name": self._get_line_name(row),
            "quantity": 1,
            "price_unit": amount,
            "tax_ids": [fields.Command.set(taxes.ids)],
            "isp_service_id": row.service_id.id,
            "isp_charge_id": row.charge_id.id,
            "isp_date_from": row.date_from,
            "isp_date_to": row.date_to,
        }

    @api.model
    def _get_line_name(self, row):
        """Name, days and service, in the language of the row's context."""
        product = row.product_id.with_context(display_default_code=False)
        name = row.charge_id.name or product.display_name
        if row.released:
            name = self._in_lang(row).env._("Credit: %(name)s", name=name)
        parts = [name, self._get_days_text(row), row.service_id.name]
        return " · ".join(part for part in parts if part)

    @api.model
    def _get_days_text(self, row):
        if row.charge_id.kind == "once":
            return ""
        lang = row.env.context["lang"]
        days = "{} – {}".format(
            *(format_date(row.env, day, lang) for day in (row.date_from, row.date_to))
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
