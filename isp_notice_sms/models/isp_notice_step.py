from odoo import fields, models


class IspNoticeStep(models.Model):
    _inherit = "isp.notice.step"

    channel = fields.Selection(
        selection_add=[("sms", "SMS")], ondelete={"sms": "cascade"}
    )
