import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..const import LEDGER_GROUPS
from .isp_service_invoices import HELP_ACTIVITY

_logger = logging.getLogger(__name__)


class IspLateFee(models.Model):
    """What is charged because an invoice was paid late: on a line of the next invoice,
    or on an invoice of its own, as the company wants it. The database knows each but
    once for an invoice and a month of delay."""

    _name = "isp.late.fee"
    _description = "Late Fee"
    _order = "date desc, id desc"
    _rec_name = "amount"

    move_id = fields.Many2one(
        "account.move",
        "Late Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    number = fields.Integer(
        "Month of Delay",
        required=True,
        readonly=True,
        default=1,
        help="1: the first; a fee that is charged once has no other.",
    )
    service_id = fields.Many2one(
        "isp.service", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="service_id.partner_id")
    company_id = fields.Many2one(related="move_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(readonly=True, help="Before taxes.")
    charge_id = fields.Many2one(
        "isp.service.charge", readonly=True, index="btree_not_null", ondelete="set null"
    )
    billed_move_id = fields.Many2one(
        "account.move", "Charged By", compute="_compute_state"
    )
    waiver_id = fields.Many2one("res.users", "Waived By", readonly=True)
    reason = fields.Char("Why It Was Waived", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "With the next invoice"),
            ("billed", "Invoiced"),
            ("waived", "Waived"),
        ],
        "Status",
        compute="_compute_state",
    )

    _once = models.Constraint(
        "UNIQUE (move_id, number)", "This invoice has its late fee already."
    )
    _number_positive = models.Constraint(
        "CHECK (number > 0)", "Months of delay are counted from 1."
    )

    @api.depends("reason", "charge_id.period_ids.move_line_id")
    def _compute_state(self):
        for fee in self:
            rows = fee.sudo().charge_id.period_ids
            fee.billed_move_id = rows.move_line_id.move_id[:1]
            billed = "billed" if fee.billed_move_id else "waiting"
            fee.state = "waived" if fee.reason else billed

    # Charging

    @api.model
    def _cron_charge(self):
        """Charge, in the companies that want it, what is late now."""
        companies = self.env["res.company"].search([("isp_late_fee", "!=", "no")])
        companies._isp_take_turns(
            lambda company: self.with_company(company)._charge(company),
            self.env._("Late fees could not be charged"),
        )

    @api.model
    def _charge(self, company):
        """Charge what is late in a company and has not been charged for it yet."""
        fees = self._charge_or_split(self._get_late_moves(company))
        if fees:
            _logger.info("Company %d: %d late fees charged", company.id, len(fees))
        return fees

    @api.model
    def _charge_or_split(self, moves):
        """Charge for these invoices: what fails together one by one, what fails alone
        becomes an activity. When all of several fail it is about none of them.

        A conflict with another transaction is not caught: all is run again.
        """
        try:
            with self.env.cr.savepoint():
                return self._charge_for(moves)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(moves) > 1:
                fees = self.union(*(self._charge_or_split(move) for move in moves))
                if not fees:
                    raise
                return fees
            _logger.warning("No late fee for invoice %d: %s", moves.id, error)
            note = self.env._("The late fee could not be charged: %s", error)
            moves.isp_service_ids[:1]._ask_person(HELP_ACTIVITY, "billing", note)
            return self

    @api.model
    def _charge_for(self, moves):
        """Charge for these invoices what was not charged for them yet."""
        known = set(self.search([("move_id", "in", moves.ids)]).mapped(self._get_key))
        vals_list = [
            vals
            for move in moves
            if (vals := self._prepare(move))
            and (vals["move_id"], vals["number"]) not in known
        ]
        fees = self.create(vals_list)
        fees.service_id._bump_access_version()  # who pays now is first, or last
        fees._add_charges()
        fees.filtered(lambda f: f.company_id.isp_late_fee_invoice == "own")._invoice()
        return fees

    @api.model
    def _get_key(self, fee):
        return fee.move_id.id, fee.number

    @api.model
    def _get_late_moves(self, company):
        """Return the invoices that are late enough: none of which the payment is
        promised or on its way, whose customer was not reminded yet, or who owes no
        more in sum than the minimum and what he has with us."""
        today = company._get_isp_today()
        moves, dunning = self.env["account.move"].sudo(), self.env["isp.dunning"]
        charged_once = company.isp_late_fee_every == "once"
        late = moves.search(
            Domain(moves._isp_get_open_domain())
            & (Domain("isp_late_fee_ids", "=", False) if charged_once else Domain.TRUE)
            & Domain("company_id", "=", company.id)
            & Domain("isp_schedule_id", "!=", False)
            & Domain("isp_prepaid_months", "=", False)
            & Domain(
                "invoice_date_due",
                "<",
                fields.Date.subtract(today, days=company.isp_late_fee_days),
            )
        )
        late = dunning._get_unpromised(late, company)
        late -= dunning._get_held(late, company)
        return dunning._get_isolating(late, company)

    @api.model
    def _prepare(self, move):
        """Return the vals of what is due now for a late invoice; None for nothing."""
        company = move.company_id
        service = move.isp_service_ids.filtered(
            lambda s: (
                s.state == "active"
                and s.partner_id.commercial_partner_id == move.commercial_partner_id
            )
        )[:1]
        amount = company._isp_get_late_fee(self._get_late_amount(move))
        if not service or not amount:
            return None
        today = company._get_isp_today()
        number = 1
        if company.isp_late_fee_every == "month":
            first = move.invoice_date_due + relativedelta(
                days=company.isp_late_fee_days + 1
            )
            delay = relativedelta(today, first)
            number += delay.years * 12 + delay.months
        return {
            "move_id": move.id,
            "number": number,
            "service_id": service.id,
            "date": today,
            "amount": amount,
        }

    @api.model
    def _get_late_amount(self, move):
        """Return what is owed by an invoice, without the late fees on it."""
        lines = move.invoice_line_ids
        charges = lines.isp_charge_id
        fees = self.search([("charge_id", "in", charges.ids)]).charge_id
        fee_lines = lines.filtered(lambda line: line.isp_charge_id in fees)
        others = sum((lines - fee_lines).mapped("price_total"))
        return max(min(move._isp_get_debt(), others), 0.0)

    def _add_charges(self):
        product = self.env.ref("isp_billing.product_late_fee")
        for fee in self:
            company = fee.company_id
            lang = fee.partner_id.lang or self.env.lang
            fee.charge_id = (
                self.env["isp.service.charge"]
                .sudo()
                .create(
                    {
                        "service_id": fee.service_id.id,
                        "product_id": product.id,
                        "name": self.with_context(lang=lang).env._(
                            "Late fee: %(invoice)s", invoice=fee.move_id.name
                        ),
                        "kind": "once",
                        "price": fee.amount,
                        "tax_ids": [Command.set(company.isp_late_fee_tax_ids.ids)],
                        "date_from": fee.date,
                    }
                )
            )

    def _invoice(self):
        """Invoice these fees by themselves at once, and no day that is not billed."""
        moves = self.env["account.move"]
        services = self.sudo().service_id
        for until, group in services.grouped(lambda s: s._get_last_billed()).items():
            moves |= self.env["isp.biller"]._bill(group, until=until)
        for company, posted in moves.grouped("company_id").items():
            if company.isp_send_invoices:
                posted.filtered("amount_total")._notify_subscriber("invoice")

    # Waiving

    def action_waive(self):
        """Ask why these fees are waived."""
        self._check_may_waive()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why is it waived?"),
            "res_model": "isp.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": self._name,
                "active_ids": self.ids,
                "default_method": "_waive",
            },
        }

    def _check_may_waive(self):
        """:raises AccessError: for anyone but accountants: a cashier could keep what
        he has waived"""
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accountants waive late fees."))

    def _waive(self, reason):
        """Charge these fees no more; what was invoiced is credited at once."""
        self._check_may_waive()
        if self.filtered("reason"):
            raise UserError(self.env._("It is waived already."))
        self.sudo()._drop(reason)

    def _drop(self, reason):
        self.write({"reason": reason, "waiver_id": self.env.uid})
        rows = self.charge_id.period_ids.filtered(lambda row: not row.released)
        for service in rows._release().service_id:
            self.env["isp.biller"]._bill(service, until=service._get_last_billed())

    def _drop_credited(self):
        """What is waiting to be charged for an invoice that was taken back is not."""
        for fee in self.sudo():
            if fee.state == "waiting" and fee.move_id._isp_is_taken_back():
                fee._drop(self.env._("The invoice was taken back."))


class AccountMove(models.Model):
    _inherit = "account.move"

    isp_late_fee_ids = fields.One2many(
        "isp.late.fee",
        "move_id",
        "Late Fees",
        readonly=True,
        groups=LEDGER_GROUPS,
    )

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted.sudo().reversed_entry_id.isp_late_fee_ids._drop_credited()
        return posted

    def button_cancel(self):
        result = super().button_cancel()
        self.sudo().isp_late_fee_ids._drop_credited()
        return result


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_late_fee = fields.Selection(
        [
            ("no", "None"),
            ("fixed", "An amount"),
            ("percent", "Percent of what is open"),
        ],
        "Late Fee",
        required=True,
        default="no",
    )
    isp_late_fee_amount = fields.Monetary(
        "Amount of the Late Fee", help="Before taxes."
    )
    isp_late_fee_percent = fields.Float("Percent of the Late Fee")
    isp_late_fee_every = fields.Selection(
        [("once", "Once for an invoice"), ("month", "For each month of delay")],
        "Late Fee Is Charged",
        required=True,
        default="once",
    )
    isp_late_fee_invoice = fields.Selection(
        [("next", "On the next invoice"), ("own", "On an invoice of its own, at once")],
        "Late Fee Is Invoiced",
        required=True,
        default="next",
    )
    isp_late_fee_days = fields.Integer(
        "Days until the Late Fee", default=7, help="After the due date."
    )
    isp_late_fee_tax_ids = fields.Many2many(
        "account.tax",
        "isp_company_late_fee_tax_rel",
        string="Taxes of the Late Fee",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', 'parent_of', id)]",
        help="Empty: none. Ask your tax adviser whether a late fee is taxed.",
    )

    _isp_late_fee_range = models.Constraint(
        "CHECK (isp_late_fee_percent BETWEEN 0 AND 100 AND isp_late_fee_amount >= 0 "
        "AND isp_late_fee_days BETWEEN 0 AND 365)",
        "A late fee is 0 to 100 % or an amount of 0 or more, after 0 to 365 days.",
    )

    def _isp_get_late_fee(self, owed) -> float:
        """Return what is charged when so much is open; 0 for nothing."""
        self.ensure_one()
        if self.isp_late_fee == "no" or not owed:
            return 0.0
        if self.isp_late_fee == "fixed":
            return self.isp_late_fee_amount
        return self.currency_id.round(owed * self.isp_late_fee_percent / 100)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_late_fee = fields.Selection(related="company_id.isp_late_fee", readonly=False)
    isp_late_fee_amount = fields.Monetary(
        related="company_id.isp_late_fee_amount",
        readonly=False,
        currency_field="currency_id",
    )
    isp_late_fee_percent = fields.Float(
        related="company_id.isp_late_fee_percent", readonly=False
    )
    isp_late_fee_every = fields.Selection(
        related="company_id.isp_late_fee_every", readonly=False
    )
    isp_late_fee_invoice = fields.Selection(
        related="company_id.isp_late_fee_invoice", readonly=False
    )
    isp_late_fee_days = fields.Integer(
        related="company_id.isp_late_fee_days", readonly=False
    )
    isp_late_fee_tax_ids = fields.Many2many(
        related="company_id.isp_late_fee_tax_ids", readonly=False
    )


class IspBiller(models.AbstractModel):
    _inherit = "isp.biller"

    @api.model
    def _prepare_single(self, account, charge, until):
        """A fee that was waived is charged no more."""
        if charge._is_waived():
            return []
        return super()._prepare_single(account, charge, until)


class IspServiceCharge(models.Model):
    _inherit = "isp.service.charge"

    late_fee_ids = fields.One2many(
        "isp.late.fee", "charge_id", readonly=True, groups=LEDGER_GROUPS
    )

    def _is_waived(self) -> bool:
        return any(self.sudo().late_fee_ids.mapped("reason"))
