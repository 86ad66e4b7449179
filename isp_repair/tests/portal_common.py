import base64
import io

from PIL import Image

from odoo.addons.isp_portal.tests.common import PortalCommon

from .common import RepairCommon


def make_picture(kind="PNG", size=(40, 30)):
    """Return a picture (bytes) of this Pillow format."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "navy").save(buffer, kind)
    return buffer.getvalue()


# One pixel; Odoo's Pillow cannot write such a picture.
WEBP = base64.b64decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")


class RepairPortalCommon(PortalCommon, RepairCommon):
    """The subscriber and his neighbour, who order repairs; ``self.service`` is billed,
    ``self.other`` is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fault = cls.category_fault
        cls.camera = cls.env.ref("isp_repair.helpdesk_ticket_category_other")

    @classmethod
    def _get_subscribed(cls):
        return cls.service

    @classmethod
    def _prepare_booking(cls, **vals):
        return {
            "service_id": cls.service.id,
            "category_id": cls.fault.id,
            "complaint": "The lamp at the box is red.",
            "photos": [],
            "photos_problem": None,
            "preferred_date": False,
            "preferred_part": False,
            "contact_phone": "0812 3456 7000",
            **vals,
        }

    @classmethod
    def _book(cls, partner=None, **vals):
        """Return a repair order as the portal makes it; its mail is not sent."""
        partner = partner or cls.subscriber
        tickets = cls.env["helpdesk.ticket"].with_user(partner.user_ids[0]).sudo()
        return tickets._isp_book(partner, cls._prepare_booking(**vals))

    def _get_tickets(self, partner=None):
        self.env.invalidate_all()
        partner = partner or self.subscriber
        return self.env["helpdesk.ticket"].search(
            [("partner_id", "=", partner.id)], order="id"
        )
