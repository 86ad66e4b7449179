from odoo import api, fields, models

from ..const import VISIT_GROUPS


class IspWorkOrder(models.Model):
    """A visit to the place that a service moves to."""

    _inherit = "isp.work.order"

    relocation_id = fields.Many2one(
        "isp.relocation",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=VISIT_GROUPS,
    )
    full_address = fields.Char(
        "Address",
        related=None,
        compute="_compute_place",
        groups=VISIT_GROUPS,
    )
    map_url = fields.Char(
        "Map",
        related=None,
        compute="_compute_place",
        groups=VISIT_GROUPS,
    )

    @api.depends("service_id", "relocation_id")
    def _compute_place(self):
        for order in self.sudo():
            place = order._get_place()
            order.full_address = place.full_address
            order.map_url = place.map_url

    def _get_place(self) -> models.Model:
        """Return what has the address of this visit, as full_address and map_url: the
        service, or what it moves to."""
        self.ensure_one()
        return self.relocation_id or self.service_id

    def _finished(self):
        """The new line works as soon as its installation is reported."""
        result = super()._finished()
        done = self.filtered(lambda o: o.relocation_id and o.kind == "installation")
        done.service_id._complete_relocation()
        return result
