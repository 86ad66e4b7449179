from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from odoo.addons.isp_base.locks import lock_or_retry

from ..amounts import read_amount
from .isp_drawer_session import MANAGER

LAST = 20  # receipts that the page shows for another print


class IspCounter(models.AbstractModel):
    """What the page of the cashier asks. A cashier reads no ledger: each method checks
    that it is one, and tells only what the counter needs, of his company alone."""

    _name = "isp.counter"
    _description = "Counter"

    @api.model
    def get_state(self) -> dict:
        """Return the drawer that the user has open, or those that he may open."""
        session = self._get_session()
        return {
            "session": bool(session) and self._describe_session(session),
            "drawers": [] if session else self._describe_drawers(),
            "banks": [{"id": j.id, "name": j.name} for j in self._get_banks()],
            "currency_id": self.env.company.currency_id.id,
            "decimals": self.env.company.currency_id.decimal_places,
            "bags": self._describe_bags() if session else [],
            "safes": [{"id": j.id, "name": j.name} for j in self._get_safes()],
            "may_spend": bool(session.journal_id.isp_expense_account_id),
            "may_void": self.env.user.has_group(MANAGER),
        }

    @api.model
    def _get_session(self):
        sessions = self.env["isp.drawer.session"]
        sessions._check_cashier()
        return sessions.sudo()._get_own()

    @api.model
    def _describe_session(self, session):
        return {
            "id": session.id,
            "name": session.name,
            "drawer": session.journal_id.name,
            "paper": session.journal_id.isp_receipt_paper,
            "expected": session.amount_expected,
            "opening": session.opening_amount,
            "ways": session.ways,
        }

    @api.model
    def _describe_drawers(self):
        sessions = self.env["isp.drawer.session"]
        return [
            {
                "id": drawer.id,
                "name": drawer.name,
                "last": sessions._get_expected(drawer),
                "is_new": not sessions._get_last(drawer),
            }
            for drawer in sessions._get_drawers()
        ]

    @api.model
    def _get_bags(self):
        """Return the bags (account.journal in sudo) of the collectors."""
        journals = self.env["account.journal"].sudo()
        company = self.env.company
        return journals.search(
            [("isp_collector_id", "!=", False), ("company_id", "=", company.id)]
        )

    @api.model
    def _describe_bags(self):
        return [
            {
                "id": bag.id,
                "who": bag.isp_collector_id.name,
                "expected": bag._isp_get_balance(),
            }
            for bag in self._get_bags()
        ]

    @api.model
    def take_handover(self, key: str, bag_id: int, amount: float) -> dict:
        """Count what a collector hands over into the user's drawer, once for each key.

        :return: dict: number, who, amount and difference
        """
        session = self._get_session()
        handovers = self.env["isp.handover"].sudo()
        self.env["isp.taking"]._claim(key)
        done = handovers.search([("key", "=", key), ("user_id", "=", self.env.uid)])
        if not done:
            bag = self._get_bags().filtered(lambda b: b.id == bag_id)
            read = read_amount(amount)
            if not session or not bag or not read:
                raise UserError(
                    self.env._("Open your drawer, and write down what you counted.")
                )
            lock_or_retry(bag)
            lock_or_retry(session)
            session.date_last = fields.Datetime.now()
            done = handovers.with_user(self.env.user)._take(session, bag, read, key)
        return {
            "name": done.name,
            "who": done.collector_id.name,
            "amount": done.amount,
            "difference": done.difference,
        }

    @api.model
    def _get_banks(self):
        """Return the journals (in sudo) that a transfer or QRIS is booked in."""
        journals = self.env["account.journal"].sudo()
        company = self.env.company
        found = journals.search(
            [("type", "=", "bank"), ("company_id", "=", company.id)]
        )
        return found.filtered(
            lambda j: j.currency_id in (j.currency_id.browse(), company.currency_id)
        )

    @api.model
    def _get_safes(self):
        """Return the cash journals (in sudo) that are neither a drawer nor a bag."""
        journals = self.env["account.journal"].sudo()
        company = self.env.company
        found = journals.search(
            [
                ("type", "=", "cash"),
                ("isp_is_drawer", "=", False),
                ("isp_collector_id", "=", False),
                ("company_id", "=", company.id),
            ]
        )
        return found.filtered(
            lambda j: j.currency_id in (j.currency_id.browse(), company.currency_id)
        )

    @api.model
    def take_out(
        self, key: str, kind: str, journal_id: int, amount: float, words: str
    ) -> dict:
        """Take cash out of the user's drawer, once for each key.

        :param kind: of isp.cash.out: bank, safe or expense
        :param journal_id: the bank or safe; false for an expense
        :param words: what it is for; an expense has some
        :return: dict: id, name and amount
        """
        session = self._get_session()
        self.env["isp.taking"]._claim(key)
        outs = self.env["isp.cash.out"]
        done = outs.sudo().search([("key", "=", key), ("user_id", "=", self.env.uid)])
        if not done:
            if not session:
                raise UserError(self.env._("Open your drawer first."))
            lock_or_retry(session)
            places = {"bank": self._get_banks, "safe": self._get_safes}
            found = places[kind]() if kind in places else self._get_banks().browse()
            place = found.filtered(lambda j: j.id == journal_id)
            session.date_last = fields.Datetime.now()
            vals = {"kind": kind, "journal_id": place.id, "words": words}
            done = outs._take(session, key, read_amount(amount), vals)
        return {"id": done.id, "name": done.name, "amount": done.amount}

    @api.model
    def open_session(self, journal_id: int, amount: float, reason: str = "") -> dict:
        """Open a drawer with what is counted in it."""
        self.env["isp.drawer.session"]._open(journal_id, amount, reason)
        return self.get_state()

    @api.model
    def close_session(self, amount: float, reason: str = "") -> dict:
        """Close the user's drawer; return what it came to."""
        session = self._get_session()
        if not session:
            raise UserError(self.env._("You have no drawer open."))
        session.with_user(self.env.user)._close(amount, reason)
        return {"id": session.id, "difference": session.difference}

    @api.model
    def set_paper(self, paper: str) -> None:
        """Remember on what the printer beside the user's drawer prints."""
        if paper in ("roll", "sheet"):
            self._get_session().journal_id.isp_receipt_paper = paper

    @api.model
    @api.readonly
    def find(self, text: str) -> list[dict]:
        """Return who may be meant: `id` of the payer, `name` and `hint`."""
        self.env["isp.drawer.session"]._check_cashier()
        found = self.env["isp.finder"]._find_payers(text, self.env.company)
        return [
            {"id": payer.id, "name": payer.name, "hint": self._get_hint(payer, record)}
            for payer, record in found.items()
        ]

    @api.model
    def _get_hint(self, payer, record):
        services = self._get_services(payer)
        number = record.name if record._name == "account.move" else ""
        parts = [number, *services.mapped("name"), payer.phone, payer.street]
        return " · ".join(part for part in parts if part)

    @api.model
    def _get_services(self, payer):
        company = self.env.company
        services = payer.sudo().isp_service_ids | payer.sudo().child_ids.isp_service_ids
        return services.filtered(lambda s: s.company_id == company)

    @api.model
    @api.readonly
    def get_dues(self, payer_id: int) -> dict:
        """Return what a payer owes, the oldest first, over all his services."""
        self.env["isp.drawer.session"]._check_cashier()
        payer = self._get_payer(payer_id)
        company = self.env.company
        dues = self.env["isp.taking"]._get_dues(payer, company)
        today = company._get_isp_today()
        credit = self.env["isp.dunning"].sudo()._get_credit(payer, company)[payer]
        return {
            "id": payer.id,
            "name": payer.name,
            "hint": self._get_hint(payer, payer),
            "services": [
                {
                    "id": service.id,
                    "name": service.name,
                    "plan": service.plan_id.name,
                    "isolated": service.waits_for_payment,
                }
                for service in self._get_services(payer)
            ],
            "dues": [
                {
                    "id": move.id,
                    "name": move.name,
                    "due": format_date(self.env, move.invoice_date_due),
                    "services": ", ".join(move.isp_service_ids.mapped("name")),
                    "late": move.invoice_date_due < today,
                    "amount": move.amount_residual,
                }
                for move in dues
            ],
            "owed": sum(dues.mapped("amount_residual")),
            "credit": credit,
        }

    @api.model
    def _get_payer(self, payer_id):
        """Return the payer (res.partner in sudo); nobody asks for others by number.

        :raises UserError: when he has no service here
        """
        payer = self.env["res.partner"].sudo().browse(payer_id).exists()
        payer = payer.commercial_partner_id
        if not payer or not self._get_services(payer):
            raise UserError(self.env._("This is no subscriber of yours."))
        return payer

    @api.model
    def take(
        self, key: str, payer_id: int, seen: float, parts: list, given: float = 0
    ) -> dict:
        """Take money from a payer, once for each key.

        :param key: what the page calls this taking
        :param seen: what the page showed as owed
        :param parts: [[id of a journal or false for cash, amount]]
        :param given: cash that was given; the change is what is more than the cash
        :raises UserError: when something else is owed by now
        """
        session = self._get_session()
        takings = self.env["isp.taking"]
        takings._claim(key)
        if done := takings._find_key(key):
            return self._describe_taking(done)
        if not session:
            raise UserError(self.env._("Open your drawer first."))
        lock_or_retry(session)
        payer = self._get_payer(payer_id)
        read = self._read_parts(session, parts)
        cash = sum(amount for j, amount in read if j == session.journal_id)
        given = read_amount(given) or cash
        currency = session.currency_id
        if currency.compare_amounts(given, cash) < 0:
            raise UserError(self.env._("Less is given than is taken in cash."))
        session.date_last = fields.Datetime.now()
        sequences = self.env["ir.sequence"].sudo().with_company(session.company_id)
        taking = takings._take(
            payer,
            read,
            seen,
            key=key,
            name=sequences.next_by_code("isp.taking"),
            company_id=session.company_id.id,
            session_id=session.id,
            amount_given=given,
            amount_change=currency.round(given - cash),
        )
        return self._describe_taking(taking)

    @api.model
    def _read_parts(self, session, parts):
        """Return [(journal, amount)] of what the page sent.

        :raises UserError: when it names a journal that is none of the counter's
        """
        banks = {journal.id: journal for journal in self._get_banks()}
        try:
            rows = [(journal_id, read_amount(amount)) for journal_id, amount in parts]
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("Write down what is given.")) from error
        if not rows or not all(amount for _j, amount in rows):
            raise UserError(self.env._("Write down what is given."))
        if any(j is not False and j not in [*banks] for j, _amount in rows):
            raise UserError(self.env._("Choose the bank that it was paid to."))
        return [(banks[j] if j else session.journal_id, a) for j, a in rows]

    @api.model
    def _describe_taking(self, taking):
        return {
            "id": taking.id,
            "name": taking.name,
            "who": taking.partner_id.name,
            "amount": taking.amount,
            "given": taking.amount_given,
            "change": taking.amount_change,
            "void": taking.state == "void",
            "time": format_datetime(
                self.env, taking.date, taking.company_id._get_isp_zone(), "HH:mm"
            ),
            "ways": ", ".join(taking.payment_ids.journal_id.mapped("name")),
        }

    @api.model
    def get_takings(self) -> list[dict]:
        """Return the last receipts of the user's drawer."""
        takings = self._get_session().taking_ids[:LAST]
        return [self._describe_taking(taking) for taking in takings]

    @api.model
    def send_receipt(self, taking_id: int) -> None:
        """Send a receipt of the user's drawer to the subscriber."""
        taking = self._get_session().taking_ids.filtered(lambda t: t.id == taking_id)
        if not taking:
            raise UserError(self.env._("This receipt is not of your drawer."))
        taking._send_receipt()
