"""What an addon with a reason and a kind of its own would bring.

Without a ``_module`` they are in no registry until a test puts them there.
"""

from odoo import api, fields, models


class IspSuspension(models.Model):
    _module = None
    _inherit = "isp.suspension"

    reason = fields.Selection(
        selection_add=[("storm", "Storm"), ("strike", "Strike")],
        ondelete={
            "storm": lambda suspensions: suspensions._drop_reason(),
            "strike": lambda suspensions: suspensions._drop_reason(),
        },
    )

    @api.model
    def _get_reasons_given_by_hand(self):
        return [*super()._get_reasons_given_by_hand(), "storm"]


class IspWorkOrder(models.Model):
    _module = None
    _inherit = "isp.work.order"

    kind = fields.Selection(
        selection_add=[("audit", "Audit"), ("tree", "Tree Felling")],
        ondelete={"audit": "cascade", "tree": "cascade"},
    )

    @classmethod
    def _get_kinds_once(cls):
        return super()._get_kinds_once() | {"audit"}

    @classmethod
    def _get_kinds_with_service(cls):
        return super()._get_kinds_with_service() | {"audit"}

    @classmethod
    def _get_kinds_without_line(cls):
        return super()._get_kinds_without_line() | {"tree"}
