import base64

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount

from odoo.addons.isp_base.locks import lock_or_retry
from odoo.addons.isp_base.pictures import (
    clean_name,
    explain_heic,
    is_heic,
    is_picture,
)

CHECK_ACTIVITY = "isp_billing.mail_activity_payment_check"
MAX_PROOF_MB = 10
MAX_TIMES_OPEN = 10  # who confirms more than this times the open amount mistyped
MAX_AGE_DAYS = 366
# Confirmations within a day, those that were withdrawn included
PER_INVOICE, PER_SUBSCRIBER = 5, 20


class ConfirmedMeanwhile(UserError):
    """Another confirmation of the invoice came first, unseen by this transaction."""


class IspPaymentConfirmation(models.Model):
    """A subscriber's "I have paid" for a customer invoice, and what became of it.

    `_submit` alone makes one. Accepting registers the payment; whatever a payment
    brings about (a restored service) follows from its reconciliation.
    """

    _name = "isp.payment.confirmation"
    _description = "Payment Confirmation"
    _inherit = [
        "isp.guarded.mixin",
        "isp.notice.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("submitted", "To check"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
        ],
        "Status",
        default="submitted",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True)
    partner_id = fields.Many2one(
        related="move_id.partner_id", string="Subscriber", store=True
    )
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount_open = fields.Monetary("Open Now", related="move_id.amount_residual")
    payment_state = fields.Selection(related="move_id.payment_state")
    is_payable = fields.Boolean(compute="_compute_is_payable")
    amount = fields.Monetary("Amount Paid", required=True, tracking=True)
    date = fields.Date("Paid On", required=True, tracking=True)
    journal_id = fields.Many2one(
        "account.journal",
        "Bank Account",
        required=True,
        tracking=True,
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash')), "
        "('company_id', 'parent_of', company_id)]",
    )
    bank_acc_number = fields.Char(
        "Account Number", related="journal_id.bank_acc_number"
    )
    note = fields.Text("Subscriber's Note", readonly=True)
    proof = fields.Binary(attachment=True, readonly=True, copy=False)
    proof_filename = fields.Char(readonly=True, copy=False)
    proof_kind = fields.Selection(
        [("image", "Picture"), ("pdf", "PDF")], readonly=True, copy=False
    )
    reject_reason = fields.Char("Reason of Rejection", readonly=True, copy=False)
    payment_id = fields.Many2one(
        "account.payment", readonly=True, copy=False, index="btree_not_null"
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_decided = fields.Datetime("Decided On", readonly=True, copy=False)

    _one_open = models.UniqueIndex(
        "(move_id) WHERE state = 'submitted'",
        "A payment of this invoice is confirmed already and waits to be checked.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount must be more than zero."
    )

    @api.depends("move_id.state", "move_id.payment_state")
    def _compute_is_payable(self):
        for confirmation in self:
            confirmation.is_payable = confirmation.move_id._isp_is_open()

    def _get_writable_fields(self):
        """Until it is decided an accountant may put right what he finds in the bank."""
        writable = {"message_main_attachment_id"}
        if all(confirmation.state == "submitted" for confirmation in self):
            writable |= {"amount", "date", "journal_id"}
        return writable

    # Deciding

    def action_accept(self):
        """Register what was paid as a payment of the invoice; more than is open
        stays as a credit of the subscriber.

        :raises UserError: when it is decided already, or nothing is open any more
        """
        self._begin_deciding()
        for confirmation in self:
            payment = confirmation._register_payment()
            confirmation._decide("accepted", payment_id=payment.id)

    def action_accept_registered(self):
        """Accept without another payment: the invoice was paid by it otherwise.

        :raises UserError: when an invoice is still open
        """
        self._begin_deciding()
        payable = self.filtered("is_payable")
        if payable:
            raise UserError(
                self.env._(
                    "%(invoices)s is still open. Accept the confirmation, and the "
                    "payment is registered.",
                    invoices=", ".join(payable.move_id.mapped("name")),
                )
            )
        self._decide("accepted")

    def action_reject(self):
        """Ask for the reason, which the subscriber reads."""
        self._check_may_decide()
        self._check_states(["submitted"])
        return self._ask_reason(self.env._("Why is it rejected?"), "_reject")

    def _reject(self, reason):
        self._begin_deciding()
        self._decide("rejected", reject_reason=reason)
        self._notify_subscriber("payment_rejected")

    def _withdraw(self):
        """Take back what the subscriber had confirmed, with its proof; in sudo, for the
        portal."""
        lock_or_retry(self)
        self._check_states(["submitted"])
        names = ("proof", "proof_filename", "proof_kind")
        self._decide("withdrawn", **dict.fromkeys(names, False))

    def _begin_deciding(self):
        self._check_may_decide()
        lock_or_retry(self)
        self._check_states(["submitted"])

    def _check_may_decide(self):
        """:raises AccessError: for anyone but those who make invoices"""
        self.check_access("write")

    def _decide(self, state, **vals):
        confirmations = self.sudo()
        confirmations.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "date_decided": fields.Datetime.now(),
                **vals,
            }
        )
        confirmations._close_question(CHECK_ACTIVITY)
        if state != "accepted":
            confirmations.move_id._isp_judge_dues()

    def _register_payment(self):
        """Return the account.payment that the user made of this confirmation."""
        self.ensure_one()
        if not self.is_payable:
            raise UserError(
                self.env._(
                    "%(invoice)s is not open any more. When it was paid with this "
                    "money, press “Paid already”. When the money came twice, register "
                    "it as a payment of the subscriber first.",
                    invoice=self.move_id.name,
                )
            )
        wizard = (
            self.env["account.payment.register"]
            .with_company(self.company_id)
            .with_context(active_model="account.move", active_ids=self.move_id.ids)
            .create(
                {
                    "amount": self.amount,
                    "currency_id": self.currency_id.id,
                    "payment_date": self.date,
                    "journal_id": self.journal_id.id,
                    "payment_difference_handling": "open",
                }
            )
        )
        return wizard._create_payments()

    def _send_template(self, template, notice, values):
        """The subscriber is told in the conversation of his invoice, where he sees and
        answers it, and by mail."""
        for confirmation in self:
            confirmation._post_template(template.with_context(**values), notice)

    def _post_template(self, template, notice):
        lang = self.partner_id.lang or self.env.lang
        texts = {
            name: template._render_field(name, self.ids, set_lang=lang)[self.id]
            for name in ("subject", "body_html")
        }
        move = self.move_id.with_context(mail_notify_force_send=notice.at_once)
        move.message_post(
            subject=texts["subject"],
            body=texts["body_html"],
            partner_ids=self.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            force_email_lang=lang,
        )

    def action_view_payment(self):
        self.ensure_one()
        self.check_access("read")
        return self.payment_id._get_records_action()

    # Submitting

    @api.model
    def _submit(self, move, vals):
        """Keep what a subscriber says he paid, and ask an accountant to check it.

        :param move: account.move; the caller has checked that it is the visitor's
        :param vals: dict of `amount` (None: was not understood), `date`, `journal_id`,
            `note`, `proof` (bytes) and `proof_filename`
        :raises UserError: says all that is wrong with it, see `_get_problems`
        :raises ConfirmedMeanwhile: of two at the same moment, for the second one
        """
        confirmations, move = self.sudo(), move.sudo()
        if problems := confirmations._get_problems(move, vals):
            raise UserError("\n".join(problems.values()))
        prepared = confirmations._prepare_submission(move, vals)
        try:
            with self.env.cr.savepoint():
                confirmation = confirmations.create(prepared)
        except UniqueViolation as error:
            raise ConfirmedMeanwhile(confirmations._get_twice_text()) from error
        confirmation._ask_to_check()
        return confirmation

    @api.model
    def _prepare_submission(self, move, vals):
        proof = vals.get("proof") or b""
        return {
            "move_id": move.id,
            "amount": move.currency_id.round(vals["amount"]),
            "date": vals["date"],
            "journal_id": vals["journal_id"],
            "note": vals.get("note"),
            "proof": base64.b64encode(proof),
            "proof_filename": proof and clean_name(vals.get("proof_filename"), proof),
            "proof_kind": self._get_proof_kind(proof),
        }

    def _ask_to_check(self):
        """Give the accountant an activity; without an e-mail for each."""
        for confirmation in self.with_context(mail_activity_quick_update=True):
            confirmation._ask_person(
                CHECK_ACTIVITY, "billing", summary=confirmation.move_id.name
            )

    @api.model
    def _get_journals(self, move):
        """Return our bank accounts (account.journal) for the payment of an invoice:
        those with a number, without any such those that there are."""
        journals = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(move.company_id),
                ("type", "=", "bank"),
                ("currency_id", "in", [False, move.currency_id.id]),
            ]
        )
        return journals.filtered("bank_acc_number") or journals

    @api.model
    def _get_problems(self, move, vals):
        """Return {name of the field, "" for the whole: what is wrong with it}."""
        problems = {
            "": self._get_invoice_problem(move),
            "amount": self._get_amount_problem(move, vals.get("amount")),
            "date": self._get_date_problem(move, vals.get("date")),
            "journal_id": self._get_journal_problem(move, vals.get("journal_id")),
            "proof": self._get_proof_problem(move, vals.get("proof")),
        }
        return {name: problem for name, problem in problems.items() if problem}

    @api.model
    def _get_invoice_problem(self, move):
        if not move._isp_is_confirmable():
            return self.env._("This invoice is not open any more: nothing is to pay.")
        if move._isp_get_confirmation().state == "submitted":
            return self._get_twice_text()
        if self._is_too_often(move):
            return self.env._(
                "That was a lot within a day. Please call us, or try again tomorrow."
            )
        return None

    @api.model
    def _is_too_often(self, move):
        """Whether the subscriber has confirmed enough for today."""
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        lately = Domain("create_date", ">", yesterday)
        subscriber = move.commercial_partner_id
        limits = (
            (Domain("move_id", "=", move.id), PER_INVOICE),
            (Domain("partner_id", "child_of", subscriber.ids), PER_SUBSCRIBER),
        )
        return any(
            self.search_count(lately & domain) >= limit for domain, limit in limits
        )

    @api.model
    def _get_twice_text(self):
        return self.env._(
            "You have confirmed a payment of this invoice already. We are checking it."
        )

    @api.model
    def _get_amount_problem(self, move, amount):
        if amount is None:
            return self.env._("Please write the amount in figures, like 150.000.")
        if move.currency_id.compare_amounts(amount, 0) <= 0:
            return self.env._("The amount must be more than zero.")
        if amount > MAX_TIMES_OPEN * move.amount_residual:
            return self.env._(
                "The amount is far more than the %(open)s that are to pay. Please "
                "check it.",
                open=format_amount(self.env, move.amount_residual, move.currency_id),
            )
        return None

    @api.model
    def _get_date_problem(self, move, date):
        today = move.company_id._get_isp_today()
        if not date:
            return self.env._("Please give the day on which you paid.")
        if date > today:
            return self.env._("The day of the payment is in the future.")
        if date < fields.Date.subtract(today, days=MAX_AGE_DAYS):
            return self.env._("The day of the payment is too long ago.")
        return None

    @api.model
    def _get_journal_problem(self, move, journal_id):
        if journal_id not in self._get_journals(move).ids:
            return self.env._("Please choose the bank account that you paid to.")
        return None

    @api.model
    def _get_proof_problem(self, move, proof):
        if not proof:
            if move.company_id.isp_confirmation_proof:
                return self.env._("Please add a picture or PDF of the transfer.")
            return None
        if len(proof) > MAX_PROOF_MB * 1024**2:
            return self.env._(
                "The file is larger than %(size)s MB. Please take a smaller one.",
                size=MAX_PROOF_MB,
            )
        if is_heic(proof):
            return explain_heic(self.env)
        if not self._get_proof_kind(proof):
            return self.env._("The file is neither a picture nor a PDF.")
        return None

    @api.model
    def _get_proof_kind(self, proof):
        """Return what these bytes are, whatever their name says; None: no proof."""
        if is_picture(proof):
            return "image"
        return "pdf" if proof.startswith(b"%PDF-") else None
