from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tools import SQL

from odoo.addons.isp_base.locks import lock_or_retry

from .isp_drawer_session import MANAGER

LONGEST_KEY = 64  # characters


class IspTaking(models.Model):
    """Money that was taken from a subscriber, with its receipt: once for each key, so
    that a second click, or a request that is repeated, books nothing."""

    _name = "isp.taking"
    _description = "Receipt of Money Taken"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    session_id = fields.Many2one(
        "isp.drawer.session",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one("res.users", "Taken By", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "From", required=True, readonly=True, index=True
    )
    date = fields.Datetime("Taken On", required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    amount_given = fields.Monetary("Given", readonly=True)
    amount_change = fields.Monetary("Change", readonly=True)
    state = fields.Selection(
        [("taken", "Taken"), ("void", "Void")],
        required=True,
        readonly=True,
        default="taken",
    )
    void_reason = fields.Char("Reason", readonly=True)
    voided_by_id = fields.Many2one("res.users", "Cancelled By", readonly=True)
    date_voided = fields.Datetime("Cancelled On", readonly=True)
    payment_ids = fields.One2many("account.payment", "isp_taking_id", readonly=True)

    _key_uniq = models.Constraint(
        "UNIQUE (user_id, key)", "This money was taken already."
    )
    _name_uniq = models.Constraint(
        "UNIQUE (company_id, name)", "There is such a receipt already."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A receipt is cancelled, not deleted."))

    # What is owed

    @api.model
    def _get_dues(self, partner, company):
        """Return the open invoices (account.move in sudo) of a payer, over all his
        services, the oldest first."""
        moves = self.env["account.move"].sudo()
        return moves.search(
            [
                *moves._isp_get_open_domain(),
                ("company_id", "=", company.id),
                ("currency_id", "=", company.currency_id.id),
                ("commercial_partner_id", "=", partner.id),
            ],
            order="invoice_date_due, id",
        )

    # Taking

    @api.model
    def _find_key(self, key):
        """Return the user's taking of this key, or none."""
        if not isinstance(key, str) or not 8 <= len(key) <= LONGEST_KEY:
            raise UserError(self.env._("This entry has no key: reload the page."))
        mine = [("key", "=", key), ("user_id", "=", self.env.uid)]
        return self.sudo().search(mine)

    @api.model
    def _claim(self, key):
        """Hold a key of the user until the transaction ends; of two that come at once
        the later one waits, and is worked on anew."""
        name = f"isp.taking,{self.env.uid},{key}"
        (held,) = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", name)
        )
        if not held[0]:
            raise ConcurrencyError(name)

    @api.model
    def _take(self, partner, parts, seen, **vals):
        """Take money, once: one payment for each way, set against what is owed, the
        oldest first; what is more stays with us as his credit.

        The caller has checked who takes it, and claimed the key.

        :param partner: the payer, a commercial partner
        :param parts: [(journal, amount)]
        :param seen: what the user took to be owed; None: he was asked nothing
        :param vals: of the taking: key, company_id, session_id, name…
        :raises UserError: when something else is owed by now, or nothing is given
        """
        takings = self.sudo()
        company = takings.env["res.company"].browse(vals["company_id"])
        dues = self._get_dues(partner, company)
        lock_or_retry(dues)
        if seen is not None:
            takings._check_seen(partner, company, dues, seen)
        currency = company.currency_id
        amount = currency.round(sum(part for _journal, part in parts))
        if not parts or any(currency.compare_amounts(p, 0) <= 0 for _j, p in parts):
            raise UserError(self.env._("Write down what is given."))
        taking = takings.create(
            {
                "user_id": self.env.uid,
                "partner_id": partner.id,
                "date": fields.Datetime.now(),
                "amount": amount,
                **vals,
            }
        )
        for journal, part in parts:
            taking._pay(journal, part, dues)
        taking._tell()
        return taking

    def _tell(self):
        """Send the receipt by itself, where receipts are sent, and to who has paid a
        collector, who may have no printer."""
        payment = self.payment_ids[:1]
        if self.company_id.isp_send_receipts:
            if self.partner_id.isp_service_ids:
                payment._notify_subscriber("receipt")
        elif not self.session_id:
            payment._notify_subscriber("receipt_collected")

    @api.model
    def _check_seen(self, partner, company, dues, seen):
        """:raises UserError: that says who has taken what meanwhile"""
        owed = sum(dues.mapped("amount_residual"))
        currency = company.currency_id
        if currency.compare_amounts(owed, seen) == 0:
            return
        last = self.search(
            [("partner_id", "=", partner.id), ("company_id", "=", company.id)],
            limit=1,
        )
        if last and last.state == "taken" and currency.compare_amounts(owed, seen) < 0:
            raise UserError(
                self.env._(
                    "%(who)s has just taken %(amount)s from %(customer)s "
                    "(%(receipt)s): %(owed)s is owed now. Nothing was booked.",
                    who=last.user_id.name,
                    amount=currency.format(last.amount),
                    customer=partner.name,
                    receipt=last.name,
                    owed=currency.format(owed),
                )
            )
        raise UserError(
            self.env._(
                "%(owed)s is owed by now, not %(seen)s. Nothing was booked: look "
                "again.",
                owed=currency.format(owed),
                seen=currency.format(seen),
            )
        )

    def _pay(self, journal, amount, dues):
        """Make the payment of one way and set it against what is owed."""
        self.ensure_one()
        vals = {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.id,
            "amount": amount,
            "date": self.company_id._get_isp_day(self.date),
            "journal_id": journal.id,
            "company_id": self.company_id.id,
            "memo": self.name,
            "isp_taking_id": self.id,
        }
        payments = self.env["account.payment"].with_company(self.company_id)
        payment = payments.create(vals)
        if journal.type == "cash":
            # It is in the drawer: no statement will say so once more.
            payment.outstanding_account_id = journal.default_account_id
        payment.action_post()
        lines = (payment.move_id | dues).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        credit = lines.filtered(lambda line: line.move_id == payment.move_id)
        paid = lines.filtered(lambda line: line.account_id == credit.account_id)
        if paid - credit:
            paid.reconcile()
            dues.matched_payment_ids += payment

    # Cancelling

    def action_void(self):
        """Ask for the reason, then take the money back out of the books."""
        self._check_may_void()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why is it cancelled?"),
            "res_model": "isp.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": self._name,
                "active_ids": self.ids,
                "default_method": "_void",
            },
        }

    def _check_may_void(self):
        """:raises AccessError: for anyone but managers"""
        self.check_access("read")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a manager cancels a receipt."))

    def _void(self, reason):
        """Cancel the payments: what they paid is owed again, and judged as ever. The
        money leaves the drawer, which must be open for it.

        :raises UserError: when it is cancelled already, or the drawer is closed
        """
        self._check_may_void()
        for taking in self.sudo():
            lock_or_retry(taking.session_id)
            lock_or_retry(taking)
            if taking.state == "void":
                raise UserError(
                    self.env._("%(receipt)s is cancelled.", receipt=taking.name)
                )
            taking._check_money_is_here()
            taking.payment_ids.action_cancel()
            taking.write(
                {
                    "state": "void",
                    "void_reason": reason,
                    "voided_by_id": self.env.uid,
                    "date_voided": fields.Datetime.now(),
                }
            )
            taking.session_id.date_last = fields.Datetime.now()

    def _check_money_is_here(self):
        """:raises UserError: when its drawer was counted since, and is closed, or its
        collector has handed it over"""
        handed = self.env["isp.handover"].search_count(
            [("collector_id", "=", self.user_id.id), ("date", ">=", self.date)], limit=1
        )
        if not self.session_id and handed:
            raise UserError(
                self.env._(
                    "%(who)s has handed it over since. Give the money back by a "
                    "payment to the customer.",
                    who=self.user_id.name,
                )
            )
        if self.session_id.state == "closed":
            raise UserError(
                self.env._(
                    "%(session)s is counted and closed. Give the money back by a "
                    "payment to the customer.",
                    session=self.session_id.name,
                )
            )

    # The receipt

    def _get_paper(self):
        self.ensure_one()
        return self.sudo().session_id.journal_id.isp_receipt_paper or "roll"

    def _get_file_name(self):
        self.ensure_one()
        return f"{self.name.replace('/', '_')}.pdf"

    def _render_receipt(self, report):
        """Return the receipt as PDF; who asks may read the taking."""
        self.ensure_one()
        self.check_access("read")
        payment = self.sudo().payment_ids[:1]
        reports = self.env["ir.actions.report"].sudo()
        return reports._render_qweb_pdf(report, payment.ids)[0]

    def action_print(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/isp_counter/receipt/{self.id}",
            "target": "new",
        }

    def _send_receipt(self):
        """Send it by the channels of the notice of a receipt."""
        self.ensure_one()
        self.check_access("read")
        if self.state == "void":
            raise UserError(self.env._("%(receipt)s is cancelled.", receipt=self.name))
        self.sudo().payment_ids[:1]._notify_subscriber("receipt")
