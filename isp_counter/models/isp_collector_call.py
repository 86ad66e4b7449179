from odoo import fields, models


class IspCollectorCall(models.Model):
    """A collector was at a door, and brought no money from there."""

    _name = "isp.collector.call"
    _description = "Call of a Collector"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one("res.users", "Collector", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Subscriber", required=True, readonly=True, index=True
    )
    date = fields.Datetime("When", required=True, readonly=True)
    kind = fields.Selection(
        [("promise", "Promises to pay"), ("absent", "Not at home")],
        required=True,
        readonly=True,
    )
    date_promised = fields.Date("Promised For", readonly=True)
    note = fields.Char(readonly=True)

    _key_uniq = models.Constraint(
        "UNIQUE (user_id, key)", "This entry has arrived already."
    )
