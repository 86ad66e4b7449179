import logging

from odoo import SUPERUSER_ID, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import format_date, formatLang, split_every

from odoo.addons.isp_base.jobs import SEND

_logger = logging.getLogger(__name__)

INVOICES = ("invoice", "repair_invoice")
SEND_BATCH = 20  # invoices of one sending job: each takes half a second


class AccountMove(models.Model):
    """The one place that mails invoices to customers without a person's click."""

    _inherit = "account.move"

    def _send_template(self, template, notice, values):
        """An event without a template mails the invoice itself, as Odoo does."""
        if template:
            return super()._send_template(template, notice, values)
        return self._isp_enqueue_sending(notice.at_once)

    # What a channel to phones asks

    def _get_notice_occasion(self, event, values):
        """An invoice is told once, and reminded of once by each reminder."""
        if event == "payment_reminder":
            reminders = self.sudo().isp_notice_ids.reminder_id
            return f"{event} {max(reminders.mapped('days'), default=0)}"
        if event in INVOICES:
            return event
        return super()._get_notice_occasion(event, values)

    def _get_notice_text(self, event):
        if event not in INVOICES:
            return super()._get_notice_text(event)
        text = self.env._(
            "Dear %(name)s, your invoice %(number)s of %(amount)s is due on %(date)s. "
            "%(company)s",
            name=self.partner_id.name,
            number=self.name,
            amount=formatLang(
                self.env, self.amount_residual, currency_obj=self.currency_id
            ),
            date=format_date(self.env, self.invoice_date_due),
            company=self.company_id.name,
        )
        link = f"{self.get_base_url()}{self.get_portal_url()}"
        see = self.env._("See and pay it: %(link)s", link=link)
        return "\n\n".join([text, see, *self._isp_describe_transfer()])

    def _isp_describe_transfer(self) -> list[str]:
        """Seam: sentences that say how much is to be transferred where, if it is not
        just what is open. E-mails, messages and answers to subscribers have them."""
        self.ensure_one()
        return []

    def _has_notice_document(self):
        return self.state == "posted" and self.is_sale_document()

    def _get_notice_document(self):
        document = self._get_invoice_legal_documents("pdf", allow_fallback=True)
        return document["filename"], document["content"]

    def _isp_enqueue_sending(self, at_once: bool = False) -> None:
        """Have these invoices mailed by jobs, as soon as the transaction is through.

        :param at_once: not to wait for the queue of e-mails then
        """
        for moves in split_every(SEND_BATCH, self.ids, self.browse):
            moves.with_delay(
                priority=SEND,
                description=self.env._("Send invoices by e-mail"),
            )._isp_send(at_once)

    def _isp_send(self, at_once=False):
        """Put these invoices in the queue of e-mails, those that are not there yet.

        Message and mark are one transaction, and the queue delivers: a mail server
        that is down, or a job that is run again, loses and doubles nothing. What
        cannot be sent stops no other: it gets a job of its own, which fails.
        """
        moves = self.sudo().exists()._isp_get_unsent()
        _logger.info("%d invoices are sent by e-mail", len(moves))
        linked = moves.filtered(lambda move: move._isp_is_mailed_by_link())
        for part in filter(None, (linked, *(moves - linked))):
            try:
                with self.env.cr.savepoint():
                    part._isp_mail(at_once)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:
                if len(self) == 1:
                    raise
                _logger.warning("%s could not be sent", part.ids, exc_info=True)
                for move in part:
                    move._isp_enqueue_sending(at_once)

    def _isp_is_mailed_by_link(self):
        return (
            self.company_id.isp_invoice_mail == "link"
            and self.move_type == "out_invoice"
            and self._isp_has_document()
        )

    def _isp_mail(self, at_once):
        """Mail these invoices: one with its PDF, or any number with a link to it."""
        if not self[0]._isp_is_mailed_by_link():
            moves = self.with_context(mail_notify_force_send=at_once)
            self.env["account.move.send"]._generate_and_send_invoices(
                moves, sending_methods=["email"]
            )
            return
        template = self.env.ref("isp_billing.isp_billing_mail_invoice_link")
        mails = template.with_user(SUPERUSER_ID).send_mail_batch(self.ids)
        self.is_move_sent = True
        if at_once:
            mails.send_after_commit()

    def _isp_get_unsent(self):
        return self.filtered(
            lambda move: (
                move.state == "posted"
                and not move.is_move_sent
                and move.partner_id.email
            )
        )
