from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..amounts import read_amount

COLLECTOR = "isp_counter.isp_counter_group_collector"
PROMISE_DAYS = 7  # that a collector may take down a promise for
MOST_STOPS = 500  # subscribers on a phone


class IspCollector(models.AbstractModel):
    """What a collector has on his phone of those who owe in his areas, and what he
    writes there. He reads no ledger: each method looks at his areas alone."""

    _name = "isp.collector"
    _description = "Collector"

    @api.model
    def _get_services(self):
        """Return the services (in sudo) of the user's areas, and those within them."""
        if not self.env.user.has_group(COLLECTOR):
            return self.env["isp.service"].sudo().browse()
        areas = self.env["isp.area"].sudo()
        mine = areas.search([("collector_ids", "in", self.env.uid)])
        return (
            self.env["isp.service"]
            .sudo()
            .search(
                [
                    ("area_id", "child_of", mine.ids),
                    ("company_id", "=", self.env.company.id),
                    ("partner_id", "!=", False),
                    ("state", "in", ["active", "terminated"]),
                ]
            )
        )

    @api.model
    def _get_bag(self):
        """Return the journal (in sudo) that what the user carries is booked in."""
        journals = self.env["account.journal"].sudo()
        return journals.search(
            [
                ("isp_collector_id", "=", self.env.uid),
                ("company_id", "=", self.env.company.id),
            ]
        )

    # What is kept on the phone

    @api.model
    def _get_phone_stops(self):
        """Return those who owe in the user's areas, as a phone keeps what is to do
        (list of dict). Their numbers are below zero: those of visits are above."""
        payers = self._get_services().grouped(
            lambda service: service.partner_id.commercial_partner_id
        )
        moves = self.env["account.move"].sudo()
        ids = [payer.id for payer in payers]
        dues = moves.search(
            [
                *moves._isp_get_open_domain(),
                ("company_id", "=", self.env.company.id),
                ("currency_id", "=", self.env.company.currency_id.id),
                ("commercial_partner_id", "in", ids),
            ],
            order="invoice_date_due, id",
        ).grouped("commercial_partner_id")
        return [
            self._prepare_stop(payer, payers[payer], owed)
            for payer, owed in list(dues.items())[:MOST_STOPS]
        ]

    @api.model
    def _prepare_stop(self, payer, services, dues):
        service = services[:1]
        money = self.env.company.currency_id.format
        owed = sum(dues.mapped("amount_residual"))
        rows = [
            (
                self.env._(
                    "%(invoice)s, due %(day)s",
                    invoice=move.name,
                    day=format_date(self.env, move.invoice_date_due),
                ),
                money(move.amount_residual),
            )
            for move in dues
        ]
        return {
            "id": -payer.id,
            "name": ", ".join(services.mapped("name")),
            "kind": self.env._("Collect"),
            "state": "open",
            "day": False,
            "group": service.area_id.complete_name or self.env._("Without an area"),
            "order": " ".join(filter(None, [service.street, payer.name])),
            "time": money(owed),
            "until": False,
            "urgent": any(services.mapped("waits_for_payment")),
            "who": payer.name,
            "phone": service.phone or payer.phone or "",
            "address": service.full_address or "",
            "map": service.map_url or "",
            "facts": [*rows, *self._get_receipt_facts(payer)],
            "acts": self._get_acts(owed, services),
            "values": {},
        }

    @api.model
    def _get_receipt_facts(self, payer):
        """What the user has taken here today: [(number, amount)]."""
        takings = self.env["isp.taking"].search(
            [("partner_id", "=", payer.id), ("state", "=", "taken")], limit=3
        )
        return [(t.name, t.currency_id.format(t.amount)) for t in takings]

    @api.model
    def _get_acts(self, owed, services):
        money = self.env.company.currency_id.format
        pay = {
            "act": "pay",
            "title": self.env._("Take cash"),
            "label": self.env._("Take"),
            "numbered": True,
            "single": True,
            "optional": True,
            "done": False,
            "questions": [
                {
                    "name": "amount",
                    "label": self.env._("Amount"),
                    "help": self.env._("All of it, or a part."),
                    "type": "money",
                    "required": True,
                    "proposed": str(int(owed) if owed == int(owed) else owed),
                    "max": owed,
                    "max_text": money(owed),
                },
                {"name": "number", "label": self.env._("Receipt"), "type": "given"},
            ],
        }
        absent = {
            "act": "absent",
            "title": self.env._("Not at home"),
            "label": self.env._("Not at home"),
            "optional": True,
            "done": False,
            "questions": [self._get_note_question()],
        }
        promised = services.filtered(lambda s: s.state == "active")
        return [pay, *([self._get_promise_act()] if promised else []), absent]

    @api.model
    def _get_note_question(self):
        return {"name": "note", "label": self.env._("Note"), "help": "", "type": "line"}

    @api.model
    def _get_promise_act(self):
        today = self.env.company._get_isp_today()
        days = [today + timedelta(days=n) for n in range(1, PROMISE_DAYS + 1)]
        return {
            "act": "promise",
            "title": self.env._("Promises to pay"),
            "label": self.env._("Note the promise"),
            "optional": True,
            "done": False,
            "questions": [
                {
                    "name": "date",
                    "label": self.env._("Until"),
                    "help": "",
                    "type": "choice",
                    "required": True,
                    "options": [
                        (fields.Date.to_string(day), format_date(self.env, day))
                        for day in days
                    ],
                },
                self._get_note_question(),
            ],
        }

    # What is sent from it

    @api.model
    def _take_from_phone(self, key, act, payer_id, values, moment):
        """Do once what the user wrote on his phone.

        :raises UserError: when it is refused; nothing is left of it then
        """
        takings = self.env["isp.taking"]
        takings._claim(key)
        calls = self.env["isp.collector.call"].sudo()
        mine = [("key", "=", key), ("user_id", "=", self.env.uid)]
        if takings._find_key(key) or calls.search_count(mine, limit=1):
            return
        acts = {
            "pay": self._take_cash,
            "promise": self._take_promise,
            "absent": self._take_absent,
        }
        if act not in acts or not isinstance(values, dict):
            raise UserError(self.env._("This entry cannot be read: reload the page."))
        services = self._get_services().filtered(
            lambda s: s.partner_id.commercial_partner_id.id == payer_id
        )
        if not services:
            raise UserError(
                self.env._("This subscriber is not in your areas any more.")
            )
        payer = services.partner_id.commercial_partner_id
        acts[act](key, payer, services, values, moment)

    @api.model
    def _take_cash(self, key, payer, _services, values, moment):
        bag, takings = self._get_bag(), self.env["isp.taking"]
        if not bag:
            raise UserError(
                self.env._("You have no bag in the books: ask an accountant for one.")
            )
        number, amount = values.get("number"), read_amount(values.get("amount"))
        phones = self.env["isp.collector.phone"]
        if not phones._is_number_of(number, self.env.user):
            raise UserError(self.env._("This receipt has no number of your phone."))
        company = bag.company_id
        dues = takings._get_dues(payer, company)
        owed = sum(dues.mapped("amount_residual"))
        if not amount or company.currency_id.compare_amounts(amount, owed) > 0:
            raise UserError(self._describe_owed(payer, company, owed))
        if takings.sudo().search_count(
            [("name", "=", number), ("company_id", "=", company.id)], limit=1
        ):
            raise UserError(
                self.env._("There is a receipt %(number)s already.", number=number)
            )
        takings._take(
            payer,
            [(bag, amount)],
            None,
            key=key,
            name=number,
            company_id=company.id,
            date=moment,
        )

    @api.model
    def _describe_owed(self, payer, company, owed):
        """Return in words what is owed by now, and who has taken what."""
        money = company.currency_id.format
        last = self.env["isp.taking"].sudo()
        last = last.search(
            [
                ("partner_id", "=", payer.id),
                ("company_id", "=", company.id),
                ("state", "=", "taken"),
            ],
            limit=1,
        )
        if not last:
            return self.env._("%(owed)s is owed, not more.", owed=money(owed))
        return self.env._(
            "%(owed)s is owed, not more: %(who)s has taken %(amount)s (%(receipt)s). "
            "Give back what is too much.",
            owed=money(owed),
            who=last.user_id.name,
            amount=money(last.amount),
            receipt=last.name,
        )

    @api.model
    def _take_promise(self, key, payer, services, values, moment):
        try:
            day = fields.Date.to_date(values.get("date"))
        except (TypeError, ValueError):
            day = None
        today = self.env.company._get_isp_today()
        if not day or day > today + timedelta(days=PROMISE_DAYS):
            raise UserError(
                self.env._(
                    "A promise holds for %(days)s days at most.", days=PROMISE_DAYS
                )
            )
        services.filtered(lambda s: s.state == "active")._note_promise(day)
        self._note_call(key, payer, "promise", values, moment, date_promised=day)

    @api.model
    def _take_absent(self, key, payer, _services, values, moment):
        self._note_call(key, payer, "absent", values, moment)

    @api.model
    def _note_call(self, key, payer, kind, values, moment, **more):
        self.env["isp.collector.call"].sudo().create(
            {
                "key": key,
                "company_id": self.env.company.id,
                "user_id": self.env.uid,
                "partner_id": payer.id,
                "date": moment,
                "kind": kind,
                "note": str(values.get("note") or "")[:500],
                **more,
            }
        )
