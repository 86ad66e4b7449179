from odoo import fields, models


class IspWorkOrder(models.Model):
    """A visit that gets the devices of an ended service back."""

    _inherit = "isp.work.order"

    kind = fields.Selection(
        selection_add=[("dismantling", "Dismantling")],
        ondelete={"dismantling": "cascade"},
    )
    equipment_ids = fields.One2many(related="service_id.equipment_ids")

    @classmethod
    def _get_kinds_once(cls):
        return super()._get_kinds_once() | {"dismantling"}

    @classmethod
    def _get_kinds_with_service(cls):
        return super()._get_kinds_with_service() | {"dismantling"}

    @classmethod
    def _get_kinds_without_line(cls):
        return super()._get_kinds_without_line() | {"dismantling"}

    def action_settle_equipment(self):
        """Write down which devices he takes along."""
        self.ensure_one()
        self._check_mine()
        return self.service_id.action_settle_equipment()
