from odoo import models
from odoo.exceptions import UserError

TALK = "isp.notice.conversation"


class IspNoticeMessage(models.Model):
    """Answers of a conversation in the outbox."""

    _inherit = "isp.notice.message"

    def _refuse_unwanted(self):
        """Who asks is answered, also when he wants no other messages."""
        return super(
            IspNoticeMessage, self.filtered(lambda m: m.res_model != TALK)
        )._refuse_unwanted()

    def _prepare_resend_vals(self):
        if self.res_model == TALK:
            raise UserError(self.env._("Answer again in the conversation."))
        return super()._prepare_resend_vals()
