import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.isp_billing.const import LEDGER_GROUPS

from .helpdesk_ticket_work import NEXT

_logger = logging.getLogger(__name__)

REOPENABLE = ("done", "invoiced", "to_check", "paid", "completed")


class HelpdeskTicket(models.Model):
    """The office's part of a repair order: its invoice, the payment, closing it.

    The status follows from the invoice, however that is paid; completing is a
    person's decision.
    """

    _inherit = "helpdesk.ticket"

    isp_free_reason = fields.Char(
        "Free Because", compute="_compute_isp_free_reason", groups=LEDGER_GROUPS
    )
    isp_confirmation_id = fields.Many2one(
        "isp.payment.confirmation",
        "Payment Confirmed by the Customer",
        compute="_compute_isp_confirmation_id",
        store=True,
        index="btree_not_null",
        groups=LEDGER_GROUPS,
    )
    isp_confirmation_state = fields.Selection(
        related="isp_confirmation_id.state", string="Confirmation", groups=LEDGER_GROUPS
    )
    isp_confirmation_amount = fields.Monetary(
        "Amount Paid",
        related="isp_confirmation_id.amount",
        currency_field="isp_currency_id",
        groups=LEDGER_GROUPS,
    )
    isp_confirmation_date = fields.Date(
        "Paid On", related="isp_confirmation_id.date", groups=LEDGER_GROUPS
    )
    isp_confirmation_journal_id = fields.Many2one(
        related="isp_confirmation_id.journal_id",
        string="Paid to",
        groups=LEDGER_GROUPS,
    )
    isp_confirmation_note = fields.Text(
        related="isp_confirmation_id.note",
        string="Customer's Note",
        groups=LEDGER_GROUPS,
    )
    isp_confirmation_proof = fields.Binary(
        related="isp_confirmation_id.proof", string="Proof", groups=LEDGER_GROUPS
    )
    isp_confirmation_proof_kind = fields.Selection(
        related="isp_confirmation_id.proof_kind", groups=LEDGER_GROUPS
    )
    isp_confirmation_is_payable = fields.Boolean(
        related="isp_confirmation_id.is_payable", groups=LEDGER_GROUPS
    )

    @api.depends("category_id", "isp_service_id", "create_date")
    def _compute_isp_free_reason(self):
        for ticket in self:
            ticket.isp_free_reason = ticket._isp_get_free_reason()

    def _isp_get_free_reason(self):
        """Return why the conditions of its category make it free, or False."""
        service, category = self.sudo().isp_service_id, self.category_id
        if not service or not category:
            return False
        ordered = self.create_date or fields.Datetime.now()
        days = category.isp_free_after_installation
        installed = service.date_activated
        if days and installed and ordered - installed <= timedelta(days=days):
            return self.env._("Within %(days)s days of the installation", days=days)
        days = category.isp_free_after_repair
        since = ordered - timedelta(days=days)
        last = self._isp_search_done_visits(
            Domain("service_id", "=", service.id)
            & Domain("ticket_id", "!=", self._origin.id)
            & Domain("date_finished", ">=", since)
            & Domain("date_finished", "<=", ordered)
        )[:1]
        return bool(days and last) and self.env._(
            "Within %(days)s days of the repair %(number)s",
            days=days,
            number=last.ticket_id.number,
        )

    @api.depends("isp_invoice_ids.isp_confirmation_ids.state")
    def _compute_isp_confirmation_id(self):
        """The one that waits to be checked, else the last one."""
        for ticket in self:
            confirmations = ticket.isp_invoice_ids.isp_confirmation_ids.sorted("id")
            waiting = confirmations.filtered(lambda c: c.state == "submitted")
            ticket.isp_confirmation_id = (waiting or confirmations)[-1:]

    # The invoice

    def action_isp_create_invoice(self):
        """Open the invoice with what is proposed for it."""
        self.ensure_one()
        self._check_service_admin()
        self._check_states(("done",))
        return self._open_wizard(
            "isp_repair.isp_repair_invoice_action", default_ticket_id=self.id
        )

    def _isp_create_invoice(self, date_due, lines):
        """Return the posted invoice of the last visit, which is mailed to the customer.

        :param lines: list of dict `product_id`, `name`, `quantity`, `price_unit` and
            `tax_ids` (list of ids)
        :raises UserError: when the visit has its invoice, nothing is charged, or it
            would be overdue at once
        """
        self.ensure_one()
        self._check_service_admin()
        self._isp_lock()
        self._check_states(("done",))
        self._check_isp_chargeable(lines)
        self._check_isp_date_due(date_due)
        # Whose repair an invoice is of, no user writes.
        vals = self._isp_prepare_invoice(date_due, lines)
        move = self.env["account.move"].sudo().create(vals).sudo(False)
        move.action_post()
        # Else the customer's page and the job that mails it would both write one.
        move._portal_ensure_token()
        move._notify_subscriber("repair_invoice")
        self._close_question(NEXT)
        _logger.info("Repair %s invoiced with %s", self.number, move.name)
        return move

    def _check_isp_chargeable(self, lines):
        if not self.partner_id:
            raise UserError(self.env._("Choose the customer first."))
        if not lines:
            raise UserError(
                self.env._(
                    "There is nothing to charge: add a line, or close the repair "
                    "without an invoice."
                )
            )
        if any(line["quantity"] <= 0 or line["price_unit"] < 0 for line in lines):
            raise UserError(
                self.env._("Each line needs a quantity above zero, and no price below.")
            )
        if not any(line["price_unit"] for line in lines):
            raise UserError(
                self.env._(
                    "The invoice would be of nothing: close the repair without an "
                    "invoice."
                )
            )

    def _check_isp_date_due(self, date_due):
        """:raises UserError: for a day that is over: it is posted and mailed at once"""
        if date_due < self.company_id._get_isp_today():
            raise UserError(
                self.env._("The due date is over: choose today or a later day.")
            )

    def _isp_prepare_invoice(self, date_due, lines):
        service = self.isp_service_id
        partner = service._get_invoice_partner() if service else self.partner_id
        return {
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "invoice_date": self.company_id._get_isp_today(),
            "invoice_date_due": date_due,
            "invoice_payment_term_id": False,
            "invoice_origin": self.number,
            "isp_ticket_id": self.id,
            "isp_visit_id": self.isp_visit_id.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        **line,
                        "tax_ids": [Command.set(line["tax_ids"])],
                        "isp_service_id": service.id,
                    }
                )
                for line in lines
            ],
        }

    def _isp_propose_lines(self):
        """Return what the visit's invoice may charge: the labour, then the parts; a
        list of dict `product_id` (an id) and `quantity`."""
        self.ensure_one()
        labour = self.category_id.isp_labour_product_id or self.env.ref(
            "isp_repair.product_labour"
        )
        hour = self.env.ref("uom.product_uom_hour")
        hourly = labour.uom_id == hour
        hours = self.isp_visit_id.hours_spent
        lines = [{"product_id": labour.id, "quantity": hours if hourly else 1}]
        for product, parts in self.isp_visit_id.part_ids.grouped("product_id").items():
            quantity = sum(parts.mapped("quantity"))
            lines.append({"product_id": product.id, "quantity": quantity})
        return lines

    def action_isp_close_without_invoice(self):
        """Ask why nothing is charged, then close the order."""
        self.ensure_one()
        self._check_service_admin()
        self._check_states(("done",))
        action = self._ask_reason(
            self.env._("Why is nothing charged?"), "_isp_close_without_invoice"
        )
        action["context"]["default_reason"] = self.isp_free_reason
        return action

    def _isp_close_without_invoice(self, reason):
        """The order ends here, unless an earlier invoice of it is still to pay."""
        self._check_service_admin()
        self._isp_lock()
        self._check_states(("done",))
        self.sudo().isp_no_invoice_reason = reason
        self.filtered(lambda t: t.isp_repair_status in ("done", "paid"))._isp_complete()
        body = self.env._("Closed without an invoice: %(reason)s", reason=reason)
        self._message_log_batch(bodies=dict.fromkeys(self.ids, body))

    def action_isp_view_invoices(self):
        self.ensure_one()
        self.check_access("read")
        return self.isp_invoice_ids._get_records_action(
            name=self.env._("Invoices"), context={"create": False}
        )

    # The payment

    def action_isp_accept_payment(self):
        """Book what the customer says he has paid."""
        self.ensure_one()
        self.isp_confirmation_id.action_accept()

    def action_isp_accept_registered(self):
        """The invoice was paid by this money, which is booked already."""
        self.ensure_one()
        self.isp_confirmation_id.action_accept_registered()

    def action_isp_reject_payment(self):
        """Ask for the reason, which the customer reads."""
        self.ensure_one()
        return self.isp_confirmation_id.action_reject()

    # Closing

    def action_isp_withdraw(self):
        """The customer said that he needs it no more, before anybody has begun."""
        self._check_service_admin()
        self._isp_lock()
        self._check_states(("new",))
        self.sudo()._isp_withdraw()

    def action_isp_complete(self):
        """Close orders that are paid.

        :raises UserError: for one that is not
        """
        self._check_service_admin()
        self._isp_lock()
        self._check_states(("paid",))
        self._isp_complete()

    def _isp_complete(self):
        self.sudo().write(
            {
                "isp_date_completed": fields.Datetime.now(),
                "isp_completed_by_id": self.env.uid,
            }
        )
        self._close_question(NEXT)
        for ticket in self:
            _logger.info("Repair %s closed by user %s", ticket.number, self.env.uid)

    def action_isp_undo_completion(self):
        """Take back a completion; what was invoiced and paid stays."""
        self._check_service_admin()
        self._check_states(("completed",))
        self.sudo().write(self._isp_prepare_incomplete())

    @api.model
    def _isp_prepare_incomplete(self):
        names = (
            "isp_date_completed",
            "isp_completed_by_id",
            "isp_no_invoice_reason",
        )
        return dict.fromkeys(names, False)

    def action_isp_reopen(self):
        """Ask what is wrong again."""
        self.ensure_one()
        self._check_service_admin()
        self._check_isp_reopenable()
        return self._ask_reason(self.env._("What is wrong again?"), "_isp_reopen")

    def _isp_is_reopenable(self):
        """Whether it was repaired, and not too long ago to go on with this order."""
        self.ensure_one()
        finished = self.sudo().isp_visit_id.date_finished
        days = self.company_id.isp_repair_reopen_days
        return (
            self.isp_repair_status in REOPENABLE
            and bool(finished)
            and fields.Datetime.now() <= finished + timedelta(days=days)
        )

    def _check_isp_reopenable(self):
        for ticket in self:
            if not ticket._isp_is_reopenable():
                raise UserError(
                    self.env._(
                        "%(number)s cannot go on: that is possible within %(days)s "
                        "days of the repair. Order a new repair.",
                        number=ticket.number,
                        days=ticket.company_id.isp_repair_reopen_days,
                    )
                )

    def _isp_reopen(self, reason):
        """The fault is back: the order waits for another visit. By the office, or in
        sudo for the customer; invoices that there are stay as they are.

        :raises UserError: when it was not repaired, or too long ago
        """
        self._check_service_admin()
        self._isp_lock()
        self._check_isp_reopenable()
        for ticket in self.sudo():
            ticket.write({**self._isp_prepare_incomplete(), "user_id": False})
            ticket._isp_open_visit()
            ticket._message_log(
                body=self.env._("The fault is back: %(reason)s", reason=reason)
            )
            ticket.isp_visit_id.instruction = reason
            _logger.info("Repair %s goes on: the fault is back", ticket.number)
        self._isp_call_technicians()
