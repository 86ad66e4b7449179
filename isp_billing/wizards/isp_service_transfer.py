from odoo import fields, models


class IspServiceTransfer(models.TransientModel):
    """Shows what the present holder is invoiced and owes."""

    _inherit = "isp.service.transfer"

    only_settled = fields.Boolean(
        "Only When Nothing Is Open",
        help="Not ticked: what is open stays with the present holder.",
    )
    preview = fields.Html(
        "Last Invoice of the Present Holder",
        readonly=True,
        default=lambda self: self._default_preview(),
    )

    def _default_preview(self):
        service = self._get_present()
        return bool(service) and service._render_transfer()

    def _get_terms(self):
        return {**super()._get_terms(), "only_settled": self.only_settled}
