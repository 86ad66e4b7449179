from odoo import fields, models


class IspNoticeGateway(models.Model):
    """What its messages cost: a broadcast says it beforehand."""

    _inherit = "isp.notice.gateway"

    message_price = fields.Float(
        "Price of a Message", help="In the currency of the company."
    )
