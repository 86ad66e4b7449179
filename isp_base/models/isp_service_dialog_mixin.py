from odoo import fields, models


class IspServiceDialogMixin(models.AbstractModel):
    """A dialog about one service, that of the page on which it is opened."""

    _name = "isp.service.dialog.mixin"
    _description = "Dialog About a Service"

    service_id = fields.Many2one(
        "isp.service",
        required=True,
        ondelete="cascade",
        default=lambda self: self._get_present(),
    )
    company_id = fields.Many2one(related="service_id.company_id", related_sudo=False)

    def _get_present(self):
        """Return the service (isp.service) of the page, none where there is none."""
        return self.env["isp.service"].browse(self.env.context.get("active_id"))
