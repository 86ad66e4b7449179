from odoo import fields, models

WAITING = [("parts", "Waiting for parts"), ("customer", "Waiting for the customer")]


class IspRepairPause(models.Model):
    """A time in which a repair stood still; the history is the list."""

    _name = "isp.repair.pause"
    _description = "Pause of a Repair"
    _order = "id"

    work_order_id = fields.Many2one(
        "isp.work.order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="work_order_id.company_id", store=True)
    waiting_for = fields.Selection(WAITING, required=True)
    reason = fields.Char(required=True)
    date_start = fields.Datetime(
        "From", required=True, default=lambda self: fields.Datetime.now()
    )
    date_end = fields.Datetime("To")

    _one_open = models.UniqueIndex(
        "(work_order_id) WHERE date_end IS NULL", "This repair waits already."
    )

    def _get_hours(self):
        """Return how long these pauses took in all; an open one lasts until now."""
        now = fields.Datetime.now()
        spans = [(pause.date_end or now) - pause.date_start for pause in self]
        return sum(span.total_seconds() for span in spans) / 3600
