from odoo import api, models
from odoo.exceptions import AccessError

# What people do with a line that stays as it is: star it, react to it, read it
PASSING_FIELDS = {
    "link_preview_ids",
    "mail_ids",
    "message_link_preview_ids",
    "notification_ids",
    "notified_partner_ids",
    "partner_ids",
    "pinned_at",
    "reaction_ids",
    "starred_partner_ids",
}
SPOKEN = {"comment", "email", "email_outgoing"}
# Only code of this process has this object: what comes by RPC cannot name it.
GOING = object()


class MailMessage(models.Model):
    """What the system itself writes of our records is a log: nobody changes it,
    not even its author, an administrator or code in sudo. It goes with its record,
    where that may be deleted."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        if not self.env.su:
            own = self.env.user.partner_id
            for message, vals in zip(messages.sudo(), vals_list, strict=True):
                if message.author_id not in own | self.env.user.company_ids.partner_id:
                    message._isp_refuse_spoken()
                if message.author_id != own or vals.get("date"):
                    message._isp_get_log_lines()._isp_refuse()
        return messages

    def write(self, vals):
        changed = self._isp_get_changed(vals).sudo()
        changed._isp_get_log_lines()._isp_refuse()
        result = super().write(vals)
        if not self.env.su:  # a comment that has become a line would be forged
            changed._isp_get_log_lines()._isp_refuse()
        return result

    def _isp_get_changed(self, vals):
        """Return these messages when such values make others of them."""
        return self if vals.keys() - PASSING_FIELDS else self.browse()

    def unlink(self):
        if self.env.context.get("isp_going") is not GOING:
            self.sudo()._isp_get_log_lines()._isp_refuse()
        return super().unlink()

    @api.model
    def _isp_has_log(self, model: str) -> bool:
        """Whether what is logged on records of a model is kept as it is.

        Hook: an addon answers for models that are not ours by super().
        """
        return model.startswith("isp.")

    def _isp_get_log_lines(self):
        """Return those of these messages (in sudo) that no person has written."""
        return self.filtered(
            lambda message: (
                message.message_type == "notification"
                and self._isp_has_log(message.model or "")
            )
        )

    def _isp_refuse_spoken(self):
        """:raises AccessError: when one of these messages (in sudo), which are neither
        of their author nor of his company, is about a record of ours"""
        if self.filtered(
            lambda message: (
                message.message_type in SPOKEN
                and self._isp_has_log(message.model or "")
            )
        ):
            raise AccessError(self.env._("People write here in their own name."))

    def _isp_refuse(self):
        """:raises AccessError: when there are any"""
        if self:
            raise AccessError(
                self.env._("This is a line of a log: it stays as it was written.")
            )
