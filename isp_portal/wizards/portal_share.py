from odoo import models
from odoo.exceptions import UserError


class PortalShare(models.TransientModel):
    _inherit = "portal.share"

    def _send_public_link(self, partners=None):
        """Odoo signs the link in the recipient's name, so that he may write without an
        account, and puts it into a message on the record: whoever reads that would
        write as him. The link opens the page; to write, he logs in."""
        shared = self.with_context(isp_sign_nobody=True)
        return super(PortalShare, shared)._send_public_link(partners)

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
