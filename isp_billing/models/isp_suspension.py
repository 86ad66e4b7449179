from odoo import api, fields, models


class IspSuspension(models.Model):
    """The reasons of billing: money that is late, money that comes first, and a day
    that has not come yet.

    The first two are lifted by what is paid or forgiven; an administrator may let
    somebody in before his first payment, or his day, but no one who is overdue: for him
    there is a promise.
    """

    _inherit = "isp.suspension"

    reason = fields.Selection(
        selection_add=[
            ("before_payment", "Before payment"),
            ("overdue", "Overdue"),
            ("not_yet", "Begins later"),
            ("manual",),
        ],
        ondelete={
            "before_payment": lambda suspensions: suspensions._drop_reason(),
            "overdue": lambda suspensions: suspensions._drop_reason(),
            "not_yet": lambda suspensions: suspensions._drop_reason(),
        },
    )

    @api.model
    def _get_reasons_lifted_by_hand(self):
        return super()._get_reasons_lifted_by_hand() | {
            "before_payment",
            "not_yet",
        }
