from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import VISIT_GROUPS
from ..pictures import is_picture


class IspWorkOrder(models.Model):
    """Photos of a visit: who may add them until when, and what is sealed."""

    _inherit = "isp.work.order"

    photo_ids = fields.Many2many(
        "ir.attachment",
        "isp_work_order_photo_rel",
        string="Photos",
        copy=False,
        groups=VISIT_GROUPS,
    )
    is_sealed = fields.Boolean(compute="_compute_is_sealed")

    def _compute_is_sealed(self):
        sealed = self.sudo()._get_sealed()
        for order in self:
            order.is_sealed = order in sealed

    @api.constrains("photo_ids")
    def _check_photos(self):
        for attachment in self.photo_ids:
            if not is_picture(attachment.raw or b""):
                raise ValidationError(
                    self.env._(
                        "“%(file)s” is not a picture. Add photos as JPEG, PNG or WebP.",
                        file=attachment.name,
                    )
                )

    def _get_closed_to_files(self):
        """Files are photos: they are added while the report is written."""

        def is_closed(order):
            writable = order._get_writable_fields()
            return writable is not None and "photo_ids" not in writable

        return super()._get_closed_to_files() | self.filtered(is_closed)

    def _own_photos(self):
        """Who may read the work order may see its photos."""
        for order in self.sudo():
            strays = order.photo_ids.filtered(lambda photo: not photo.res_id)
            strays.write({"res_model": order._name, "res_id": order.id})
            for photo in order.photo_ids:
                if (photo.res_model, photo.res_id) != (order._name, order.id):
                    raise ValidationError(
                        self.env._(
                            "“%(file)s” belongs to something else: add it anew.",
                            file=photo.name,
                        )
                    )
