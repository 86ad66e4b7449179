import binascii
from base64 import b64decode, b64encode

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.image import image_process

from odoo.addons.isp_base.locks import lock_or_retry
from odoo.addons.isp_base.pictures import has_ink, is_picture

LARGEST = 2_000_000  # characters of a picture in base64
SIDE = 1024  # pixels, as of the other signatures


class IspWorkOrder(models.Model):
    """Who takes a running service over signs its handover record."""

    _inherit = "isp.work.order"

    def _take_over(self, name, signature):
        """Seal another record that the new holder has signed; pressed twice, it is
        signed once.

        :param name: of who signs
        :param signature: picture in base64, from outside
        :raises UserError: when nobody has drawn it
        """
        self.ensure_one()
        content = self._read_signature(signature)
        lock_or_retry(self)
        order = self.sudo().with_context(lang=self._get_handover_language())
        latest = order._get_latest_seal()
        if not latest.awaits_holder:
            return
        attachment = order._seal_handover(
            latest,
            latest.reason,
            holder=name,
            signature=b64encode(content),
            signed_on=fields.Datetime.now(),
        )
        order.service_id.message_post(
            body=order.env._("%(name)s has signed for the service.", name=name),
            attachment_ids=attachment.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _read_signature(self, signature):
        """Return the bytes of a picture that somebody has drawn."""
        try:
            content = b64decode(signature[:LARGEST], validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if not is_picture(content) or not has_ink(content):
            raise UserError(self.env._("The signature is empty. Sign with a finger."))
        return image_process(content, size=(SIDE, SIDE))
