from odoo import fields, models


class IspUsageDay(models.Model):
    """What a service used in a day of its company: rolled up from the sessions.

    ``bytes_in`` is what the router received from the subscriber, his upload.
    """

    _name = "isp.usage.day"
    _description = "Usage of a Day"
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    service_id = fields.Many2one(
        "isp.service", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    bytes_in = fields.Float("Upload (bytes)", digits=(20, 0), readonly=True)
    bytes_out = fields.Float("Download (bytes)", digits=(20, 0), readonly=True)
    seconds = fields.Integer("Online (s)", readonly=True)
    sessions = fields.Integer(readonly=True, help="Sessions begun that day.")

    _day_uniq = models.Constraint("UNIQUE (service_id, date)", "Counted already.")
