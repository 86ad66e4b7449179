from odoo import models
from odoo.exceptions import UserError


class PortalShare(models.TransientModel):
    _inherit = "portal.share"

    def _send_signup_link(self, partners=None):
        """Odoo writes the link by which somebody gets his account into a message that
        all read who see the record. He is invited on his contact, by a mail to him."""
        if partners is None:
            partners = self.partner_ids.filtered(lambda partner: not partner.user_ids)
        if partners:
            raise UserError(
                self.env._(
                    "%(names)s: no account for the portal yet. Grant portal access on "
                    "the contact first.",
                    names=", ".join(partners.mapped("display_name")),
                )
            )
        return super()._send_signup_link(partners)
