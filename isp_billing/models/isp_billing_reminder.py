from odoo import api, fields, models
from odoo.fields import Domain

LATE_DAYS = 2  # a reminder that could not go out in time still does so long


class IspBillingReminder(models.Model):
    """A message about an open invoice, some days before or after its due date."""

    _name = "isp.billing.reminder"
    _description = "Payment Reminder"
    _order = "schedule_id, days"

    schedule_id = fields.Many2one(
        "isp.billing.schedule", required=True, ondelete="cascade", index=True
    )
    days = fields.Integer(
        "Days after Due",
        required=True,
        help="After the due date; a negative number: before it.",
    )
    template_id = fields.Many2one(
        "mail.template",
        "E-mail",
        required=True,
        domain="[('model', '=', 'account.move')]",
        ondelete="restrict",
        default=lambda self: self._default_template(),
    )

    _days_uniq = models.Constraint(
        "UNIQUE (schedule_id, days)", "There is a reminder for this day already."
    )
    _days_range = models.Constraint(
        "CHECK (days BETWEEN -30 AND 90)",
        "A reminder goes out from 30 days before to 90 days after the due date.",
    )

    @api.model
    def _default_template(self):
        return self.env.ref("isp_billing.isp_billing_mail_reminder", False)

    @api.depends("days")
    def _compute_display_name(self):
        for reminder in self:
            if reminder.days < 0:
                text = self.env._("%(n)s days before due", n=-reminder.days)
            elif reminder.days:
                text = self.env._("%(n)s days after due", n=reminder.days)
            else:
                text = self.env._("On the due date")
            reminder.display_name = text

    def _get_due_moves(self, among=Domain.TRUE):
        """Return the open invoices (account.move) that this reminder is due for; none
        of which a payment is on its way, or of who owes no more than the minimum in
        sum. The last one before the isolation goes out however late."""
        self.ensure_one()
        moves = self.env["account.move"]
        dunning = self.env["isp.dunning"]
        for company in self.env["res.company"]._get_isp_billed():
            due = fields.Date.subtract(company._get_isp_today(), days=self.days)
            in_time = fields.Date.subtract(due, days=LATE_DAYS)
            found = moves.search(
                Domain(moves._isp_get_open_domain())
                & self._get_reminded_domain()
                & among
                & Domain("company_id", "=", company.id)
                & Domain("invoice_date_due", "<=", due)
                & (Domain("invoice_date_due", ">=", in_time) | self._get_late_domain())
                & Domain("isp_notice_ids", "not any", [("reminder_id", "=", self.id)])
            )
            late = found.filtered(lambda m, day=in_time: m.invoice_date_due < day)
            warned = dunning._get_unpromised(late, company).filtered(
                lambda move: move._isp_get_warning() == self
            )
            found = dunning._get_remindable(found - (late - warned), company)
            moves |= dunning._get_owed(found, company)
        return moves

    def _get_late_domain(self):
        """Domain of the invoices that would isolate a service that is open: nobody is
        isolated who was not reminded."""
        return Domain(
            [
                ("isp_grace_days", ">=", self.days),
                ("commercial_partner_id.isp_never_isolate", "=", False),
                ("line_ids.isp_service_id.access", "=", "open"),
            ]
        )

    def _get_reminded_domain(self):
        """Hook: domain of the invoices that this reminder is for, due or not."""
        return Domain("isp_schedule_id", "=", self.schedule_id.id) & Domain(
            "isp_prepaid_months", "=", False
        )

    def _send(self, move_ids):
        """Send it once for each of these invoices that is still due for it."""
        self.ensure_one()
        moves = self._get_due_moves(Domain("id", "in", move_ids))
        self.env["isp.billing.notice"].create(
            [
                {
                    "move_id": move.id,
                    "reminder_id": self.id,
                    "date": move.company_id._get_isp_today(),
                }
                for move in moves
            ]
        )
        moves._notify_subscriber("payment_reminder", template=self.template_id)
