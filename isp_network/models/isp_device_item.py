from odoo import fields, models


class IspDeviceItem(models.AbstractModel):
    """Something that is, or is to be, on a device (``isp.device``): whether it is, and
    what the device said.

    It stays until the device itself was seen without it: what is to be removed from a
    device that is down is removed when it is back.
    """

    _name = "isp.device.item"
    _description = "Item on a Device"

    _device_field = None  # name of the many2one to its isp.device

    state = fields.Selection(
        [
            ("pending", "Waits"),
            ("applied", "On the router"),
            ("failed", "Refused"),
        ],
        "Status",
        required=True,
        default="pending",
        readonly=True,
    )
    error = fields.Char("What the Router Said", readonly=True)
    tries = fields.Integer(readonly=True)
    date_applied = fields.Datetime("Compared", readonly=True)
