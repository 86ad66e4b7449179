from odoo import fields, models


class IspService(models.Model):
    _name = "isp.service"
    _inherit = [
        "isp.service",
        "isp.session.action.mixin",
        "isp.session.status.mixin",
        "isp.session.sync.mixin",
    ]

    static_address = fields.Char(
        copy=False,
        tracking=True,
        help="Always this IPv4 address, of a range for fixed addresses of the POP's "
        "routers. Empty: one of the pool.",
    )

    def _get_diagnosis(self):
        return super()._get_diagnosis() + self._diagnose_network()
