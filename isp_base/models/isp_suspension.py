from odoo import fields, models


class IspSuspension(models.Model):
    """Why a service is isolated, from when until when; never overwritten.

    Written by ``isp.service._suspend`` and ``_restore`` alone.
    """

    _name = "isp.suspension"
    _description = "Suspension"
    _order = "date_start desc, id desc"
    _rec_name = "reason"

    service_id = fields.Many2one(
        "isp.service", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="service_id.company_id", store=True)
    reason = fields.Selection(
        [
            ("before_payment", "Before payment"),
            ("overdue", "Overdue"),
            ("manual", "Manual"),
            ("abuse", "Abuse"),
        ],
        required=True,
        readonly=True,
    )
    note = fields.Char(readonly=True)
    date_start = fields.Datetime(
        "Since", required=True, readonly=True, default=fields.Datetime.now
    )
    date_until = fields.Datetime(
        "Until", readonly=True, help="It is lifted by itself then."
    )
    date_end = fields.Datetime("Lifted on", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Isolated by", readonly=True, default=lambda self: self.env.user
    )
    lifted_by_id = fields.Many2one("res.users", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(service_id, reason) WHERE date_end IS NULL",
        "The service is suspended for this reason already.",
    )
    _until_idx = models.Index("(date_until) WHERE date_end IS NULL")
