from odoo import fields, models

CHANNELS = [("email", "E-mail"), ("whatsapp", "WhatsApp")]


class IspNoticeStep(models.Model):
    """A channel by which an event is told, at once or when the one before fails."""

    _name = "isp.notice.step"
    _description = "Channel of a Notice"
    _order = "event_id, sequence, id"

    event_id = fields.Many2one(
        "isp.notice.event", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    channel = fields.Selection(CHANNELS, required=True, default="whatsapp")
    wait_minutes = fields.Integer(
        "After (minutes)",
        help="0: together with the first channel. Else only when the one before has "
        "not arrived after so many minutes.",
    )

    _channel_uniq = models.Constraint(
        "UNIQUE (event_id, channel)", "This notice has this channel already."
    )
    _wait_range = models.Constraint(
        "CHECK (wait_minutes BETWEEN 0 AND 10080)",
        "The next channel is taken within a week.",
    )
