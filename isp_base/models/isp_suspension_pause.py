from odoo import fields, models


class IspSuspension(models.Model):
    """A pause that was agreed: the line is closed, and nobody owes anything for it.

    It is given and lifted by ``isp.service._pause`` and ``_resume`` alone.
    """

    _inherit = "isp.suspension"

    reason = fields.Selection(
        selection_add=[("pause", "Pause"), ("manual",)],
        ondelete={"pause": lambda suspensions: suspensions._drop_reason()},
    )
