from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import LEDGER_GROUPS

REPORT = "isp_billing.isp_invoice_report"
DRAFT_ACTIVITY = "isp_billing.mail_activity_draft_invoice"


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "isp.notice.mixin"]

    isp_schedule_id = fields.Many2one(
        "isp.billing.schedule",
        "Billing Schedule",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    isp_grace_days = fields.Integer("Days of Grace", readonly=True, copy=False)
    isp_isolation_date = fields.Date(
        "Isolated On",
        compute="_compute_isp_isolation_date",
        store=True,
        help="When this invoice is still open then, its services are isolated.",
    )
    isp_service_ids = fields.Many2many(
        "isp.service", string="Internet Services", compute="_compute_isp_service_ids"
    )
    isp_days_stay_settled = fields.Boolean(
        "Do Not Bill These Days Again",
        copy=False,
        help="For a credit note given as a favour. Otherwise the days that it credits "
        "are charged with the next invoice.",
    )

    isp_notice_ids = fields.One2many(
        "isp.billing.notice", "move_id", "Reminders Sent", readonly=True
    )
    isp_confirmation_ids = fields.One2many(
        "isp.payment.confirmation",
        "move_id",
        "Payment Confirmations",
        readonly=True,
        groups=LEDGER_GROUPS,
    )
    isp_confirmation_count = fields.Integer(
        "Number of Payment Confirmations",
        compute="_compute_isp_confirmation_count",
        groups=LEDGER_GROUPS,
    )

    _isp_isolation_idx = models.Index(
        "(isp_isolation_date) WHERE isp_isolation_date IS NOT NULL AND "
        "payment_state IN ('not_paid', 'partial')"
    )

    @api.depends("invoice_date_due", "isp_grace_days", "isp_schedule_id", "move_type")
    def _compute_isp_isolation_date(self):
        for move in self:
            billed = move.isp_schedule_id and move.move_type == "out_invoice"
            due = billed and move.invoice_date_due
            move.isp_isolation_date = due and fields.Date.add(
                due, days=move.isp_grace_days + 1
            )

    @api.depends("line_ids.isp_service_id")
    def _compute_isp_service_ids(self):
        for move in self:
            move.isp_service_ids = move.line_ids.isp_service_id

    @api.depends("isp_confirmation_ids")
    def _compute_isp_confirmation_count(self):
        for move in self:
            move.isp_confirmation_count = len(move.isp_confirmation_ids)

    def action_isp_view_confirmations(self):
        """Open what the subscriber confirmed: the form when it is one."""
        self.check_access("read")
        return self.isp_confirmation_ids._get_records_action(
            name=self.env._("Payment Confirmations"), context={"create": False}
        )

    # What is charged and credited

    def _post(self, soft=True):
        again = self.filtered("posted_before")
        posted = super()._post(soft)
        posted.sudo().invoice_line_ids._isp_record()
        posted.sudo()._isp_settle_days()
        (posted & again)._close_question(DRAFT_ACTIVITY)
        posted.filtered(lambda move: not move._isp_is_fresh())._isp_judge_dues()
        return posted

    def _isp_is_fresh(self):
        """Whether a run has just made it: it changes nothing of what is due now."""
        date = self.isp_isolation_date
        return bool(date) and date > self.company_id._get_isp_today()

    def _isp_settle_days(self):
        """Give back the days of credit notes; bill those of invoices made anew."""
        for move in self.filtered(lambda move: not move.isp_schedule_id):
            lines = move.invoice_line_ids.filtered("isp_origin_line_id")
            if move.move_type == "out_invoice":
                for line in lines:
                    line._isp_adopt()
            elif move.move_type == "out_refund":
                for line in lines:
                    line._isp_give_back()

    def _isp_retake_days(self):
        """The days that these credit notes gave back are billed after all.

        :raises UserError: when they were billed again meanwhile
        """
        periods = self.env["isp.billing.period"].sudo()
        for move in self.sudo():
            charged = move.line_ids.isp_period_ids
            charged._refuse_credited()
            charged.unlink()
            move.line_ids.isp_credit_ids.unlink()
            periods.search([("credit_line_id", "in", move.line_ids.ids)])._take_back()

    def button_draft(self):
        self._isp_refuse_cancelled()
        self.filtered(
            lambda move: move.move_type == "out_refund" and move.reversed_entry_id
        )._isp_retake_days()
        result = super().button_draft()
        self._isp_judge_dues()
        return result

    def _isp_refuse_cancelled(self):
        for move in self:
            if move.state == "cancel" and move.isp_schedule_id:
                raise UserError(
                    self.env._(
                        "%(invoice)s: what it charged is on the next invoice since it "
                        "was cancelled.",
                        invoice=move.display_name,
                    )
                )

    def button_cancel(self):
        result = super().button_cancel()
        self.line_ids._isp_forget_days()
        self._isp_judge_dues()
        return result

    def _isp_offset_credits(self):
        """Pay the oldest open invoices of the same services with these credits."""
        for move in self.filtered(lambda move: move.move_type == "out_refund"):
            open_lines = (
                self.env["account.move.line"]
                .search([("isp_service_id", "in", move.isp_service_ids.ids)])
                .move_id.filtered(lambda m: m.state == "posted")
                .line_ids.filtered(
                    lambda line: (
                        line.account_id.account_type == "asset_receivable"
                        and not line.reconciled
                    )
                )
            )
            for lines in open_lines.grouped(
                lambda line: (line.account_id, line.partner_id)
            ).values():
                if len(lines) > 1:
                    lines.sorted("date_maturity").reconcile()

    def _isp_get_amounts(self):
        """Return {service: amount with taxes}, below zero where it is credited."""
        amounts = defaultdict(float)
        for line in self.invoice_line_ids:
            sign = -1 if line.move_id.move_type == "out_refund" else 1
            amounts[line.isp_service_id] += sign * line.price_total
        return amounts

    def _isp_describe(self):
        """Return what a preview shows of a draft, amounts signed: see isp.biller."""
        self.ensure_one()
        sign = -1 if self.move_type == "out_refund" else 1
        return {
            "service_ids": self.isp_service_ids.ids,
            "date": self.invoice_date,
            "date_due": self.invoice_date_due,
            "lines": [
                (line.name, sign * line.price_subtotal)
                for line in self.invoice_line_ids.sorted("sequence")
            ],
            "untaxed": sign * self.amount_untaxed,
            "tax": sign * self.amount_tax,
            "total": sign * self.amount_total,
            "currency": self.currency_id,
        }

    # What is owed

    def _isp_judge_dues(self):
        """Have the services of these invoices isolated or restored, as is due then,
        before this transaction commits: once, though one payment passes here often.

        As superuser, in a savepoint: whatever fails there, the payment stands, and
        somebody is asked to look after the service.
        """
        moves = self.sudo().filtered(lambda move: move.is_invoice())
        services = moves.line_ids.isp_service_id
        if services:
            dunning = self.env["isp.dunning"].with_context(tracking_disable=False)
            dunning._judge_before_commit(services)

    def _isp_is_open(self):
        self.ensure_one()
        return self.state == "posted" and self.payment_state in ("not_paid", "partial")

    def _isp_is_credited(self) -> bool:
        """Whether a credit note takes this invoice back. Odoo calls it reversed also
        when one of another invoice has paid it."""
        self.ensure_one()
        notes = self.reversal_move_ids.filtered(lambda note: note.state == "posted")
        return self.payment_state == "reversed" and bool(notes)

    @api.model
    def _isp_get_open_domain(self):
        """Domain of the customer invoices that are still to be paid."""
        return [
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "in", ["not_paid", "partial"]),
        ]

    # Payment confirmations

    def _isp_is_confirmable(self):
        """Whether a payment of it may be confirmed, apart from those that are."""
        self.ensure_one()
        return self.move_type == "out_invoice" and self._isp_is_open()

    def _isp_get_confirmation(self):
        """Return the last isp.payment.confirmation of an invoice in sudo, or none."""
        self.ensure_one()
        return self.isp_confirmation_ids.sorted("id")[-1:]

    def _isp_get_bank_accounts(self):
        """Return where an invoice is paid by transfer: a list of dict (journal_id,
        bank, number, holder)."""
        self.ensure_one()
        journals = self.env["isp.payment.confirmation"].sudo()._get_journals(self)
        return [
            {
                "journal_id": journal.id,
                "bank": journal.bank_id.name or journal.name,
                "number": journal.bank_acc_number,
                "holder": journal.bank_account_id.acc_holder_name
                or self.company_id.name,
            }
            for journal in journals.filtered("bank_acc_number")
        ]

    # The document

    def _isp_has_document(self):
        """Whether our document is the one of this invoice: it is ours, and no other
        was chosen for its customer or its journal."""
        self.ensure_one()
        move = self.sudo().with_company(self.company_id)
        return (
            move.is_sale_document()
            and move._isp_is_ours()
            and not move.commercial_partner_id.invoice_template_pdf_report_id
            and not move.journal_id.invoice_template_pdf_report_id
        )

    def _isp_is_ours(self):
        """Hook: whether it is an invoice for internet services."""
        return bool(self.isp_service_ids)

    def _isp_print(self):
        """Return our document (PDF, bytes) as it is now."""
        self.ensure_one()
        return self.env["ir.actions.report"]._render_qweb_pdf(REPORT, self.ids)[0]

    def action_print_pdf(self):
        """Ours needs no layout to be chosen first."""
        self.ensure_one()
        if not self._isp_has_document():
            return super().action_print_pdf()
        return self.env.ref(REPORT).report_action(self.id, config=False)

    def _get_report_base_filename(self):
        if not self._isp_has_document() or self.state != "posted":
            return super()._get_report_base_filename()
        move = self.with_context(lang=self.partner_id.lang or self.env.lang)
        number = self.name.replace("/", "_")
        if self.move_type == "out_refund":
            return move.env._("Credit Note %s", number)
        return move.env._("Invoice %s", number)

    def _get_invoice_report_filename(self, extension="pdf", report=None):
        if not report and self._isp_has_document():
            report = self.env.ref(REPORT)
        return super()._get_invoice_report_filename(extension, report)

    def _get_invoice_pdf_proforma(self):
        """What is downloaded before it was sent: the invoice, as it will be sent."""
        if not self._isp_has_document():
            return super()._get_invoice_pdf_proforma()
        return {
            "filename": self._get_invoice_report_filename(),
            "filetype": "application/pdf",
            "content": self._isp_print(),
        }

    def _get_invoice_legal_documents_all(self, allow_fallback=False):
        """Who downloads it later reads what is paid by then; what was sent is kept."""
        documents = super()._get_invoice_legal_documents_all(allow_fallback)
        sent = self.invoice_pdf_report_id
        paid = self.payment_state not in (False, "not_paid")
        if allow_fallback and sent and paid and self._isp_has_document():
            for document in documents:
                if document["filename"] == sent.name:
                    document["content"] = self._isp_print()
        return documents

    def _get_mail_template(self):
        if not all(move._isp_has_document() for move in self):
            return super()._get_mail_template()
        refund = all(move.move_type == "out_refund" for move in self)
        name = "credit_note" if refund else "invoice"
        return self.env.ref(f"isp_billing.isp_billing_mail_{name}")
