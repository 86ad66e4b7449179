from odoo import fields, models


class IspWorkOrder(models.Model):
    """A visit without a complaint: a check, a cable to be moved, a lesson in Wi-Fi."""

    _inherit = "isp.work.order"

    kind = fields.Selection(
        selection_add=[("visit", "Visit")], ondelete={"visit": "cascade"}
    )

    @classmethod
    def _get_kinds_with_service(cls):
        return super()._get_kinds_with_service() | {"visit"}
