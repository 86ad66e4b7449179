from odoo import fields, models


class IspBillingNotice(models.Model):
    """That a reminder was sent for an invoice: it is sent once."""

    _name = "isp.billing.notice"
    _description = "Sent Reminder"
    _order = "id desc"
    _rec_name = "reminder_id"

    move_id = fields.Many2one(
        "account.move", "Invoice", required=True, ondelete="cascade", index=True
    )
    reminder_id = fields.Many2one(
        "isp.billing.reminder", required=True, ondelete="cascade", index=True
    )
    date = fields.Date("Sent On", help="Where the company is.")
    company_id = fields.Many2one(related="move_id.company_id", store=True)

    _once = models.UniqueIndex(
        "(move_id, reminder_id)", "This reminder was sent already."
    )

    def _get_date(self):
        """Return the day on which it was sent: once only the moment was kept."""
        self.ensure_one()
        return self.date or self.company_id._get_isp_day(self.create_date)
