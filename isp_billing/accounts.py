"""What the biller knows of the services of a batch, read once for all of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pytz

from odoo import fields, models

from .rating import DAY, Days, horizon, rate, uncovered, whole_days


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
            row.partner_id or service._get_invoice_partner(),
            service.billing_schedule_id,
        )

    def get_fiscal_position(self):
        """The one that Odoo gives to an invoice of this customer."""
        address = self.partner.address_get(["delivery"])["delivery"]
        positions = self.partner.env["account.fiscal.position"]
        return positions.with_company(self.company)._get_fiscal_position(
            self.partner, delivery=self.partner.browse(address)
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
        self.no_charge = service.env["isp.service.charge"]  # stands for the plan
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
        if charge.is_of_pause:
            return []
        if self.schedule.isolated_charge != "nothing":
            return self.isolated
        replaced = self.replaced[charge]
        return [part for span in self.isolated for part in uncovered(span, replaced)]

    @cached_property
    def pricelist(self):
        self.service._check_pricelist()
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
        calendar = self.schedule._get_bill_calendar(self.service.activation_date)
        until = horizon(self.first_day, calendar, not self.schedule.in_arrears)
        if self._joins_next_month(until):
            until = self.calendar.cycle(until + DAY).last
        # What was paid ahead stays so, at another price.
        until = max([until, *(days.last for days in self.replaced[self.no_charge])])
        if self.schedule.isolated_charge != "full" and self.is_isolated:
            until = min(until, self.today - DAY)
        return until

    def _joins_next_month(self, until):
        """Whether its first days are too few for an invoice of their own."""
        return (
            bool(self.first_cycle)
            and not self.schedule.in_arrears
            and self.schedule.first_period == "prorated"
            and until == self.first_cycle.last
            and len(self.first_cycle) < self.service.company_id.isp_first_invoice_days
        )

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
