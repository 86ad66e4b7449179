from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import email_normalize

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
# Who has said something, when and of what
FACTS = {
    "author_guest_id",
    "author_id",
    "date",
    "email_from",
    "message_type",
    "model",
    "res_id",
}
# Only code of this process has this object: what comes by RPC cannot name it.
GOING = object()


class MailMessage(models.Model):
    """What the system itself writes of our records is a log: nobody changes it,
    not even its author, an administrator or code in sudo. It goes with its record,
    where that may be deleted.

    What people write stays theirs: Odoo lets everybody who was told of a message, or
    may write its record, write the message as well."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        if not self.env.su:
            own = self.env.user.partner_id
            for message, vals in zip(messages.sudo(), vals_list, strict=True):
                message._isp_check_author()
                if vals.get("date"):
                    message._isp_refuse_spoken()
                if message.author_id != own or vals.get("date"):
                    message._isp_get_log_lines()._isp_refuse()
        return messages

    def write(self, vals):
        changed = self._isp_get_changed(vals).sudo()
        changed._isp_get_log_lines()._isp_refuse()
        if self.env.su:
            return super().write(vals)
        changed._isp_check_words(vals)
        result = super().write(vals)
        changed._isp_get_log_lines()._isp_refuse()  # a comment would be a forged line
        changed._isp_check_words(vals)
        return result

    def _isp_get_changed(self, vals):
        """Return these messages when such values make others of them."""
        return self if vals.keys() - PASSING_FIELDS else self.browse()

    def unlink(self):
        if self.env.context.get("isp_going") is not GOING:
            self.sudo()._isp_get_log_lines()._isp_refuse()
        if not self.env.su:
            self.sudo()._isp_check_words(())
        return super().unlink()

    def _isp_check_words(self, names):
        """:raises AccessError: when the user changes what somebody else has written, or
        who has said something, when and of what: of these messages (in sudo)"""
        (self - self._isp_get_own())._isp_refuse_words()
        if not FACTS.isdisjoint(names):
            self._isp_refuse_spoken()

    def _isp_check_author(self):
        """:raises AccessError: when this message (in sudo) is in another's name"""
        if self.message_type == "notification" and self.model == "discuss.channel":
            return  # Odoo tells there who has come in
        if not self.author_id and self._isp_has_log(self.model or ""):
            self._isp_refuse_spoken()
        record = self.env[self.model].browse(self.res_id) if self.model else None
        self._isp_check_name(self.author_id, self.email_from, record)

    @api.model
    def _isp_check_name(self, author, address, record) -> None:
        """:raises AccessError: when the user may not speak as this author (a partner),
        or from this address of somebody's account, about this record"""
        user = self.env.user
        voices = user.partner_id | user.company_ids.partner_id.sudo()
        voices |= self.env.ref("base.partner_root")
        if record:
            voices |= self._isp_get_spokesmen(record.sudo())
        accounts = self.env["res.users"].sudo()
        if address := email_normalize(address or ""):
            mailing = Domain("partner_id.email_normalized", "=", address)
            accounts = accounts.search(mailing)
        senders = accounts.partner_id
        if (author and author not in voices) or (senders and not senders & voices):
            raise AccessError(self.env._("People write here in their own name."))

    @api.model
    def _isp_get_spokesmen(self, record) -> models.BaseModel:
        """Return the people (res.partner) in whose name any colleague may write about
        a record.

        Hook: an addon whose records have somebody who takes care of them answers by
        super().
        """
        return record.env["res.partner"]

    def _isp_get_own(self):
        """Return those of these messages that the user has written, in his own name or
        in that of his company."""
        user = self.env.user
        companies = user.company_ids.partner_id
        return self.filtered(
            lambda message: (
                message.author_id == user.partner_id
                or (message.author_id in companies and message.create_uid == user)
            )
        )

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

    @api.model
    def _isp_has_talk(self, model: str) -> bool:
        """Whether people talk with subscribers, or about them, on records of a model.

        Hook: an addon answers for models that are not ours by super().
        """
        return self._isp_has_log(model)

    def _isp_get_spoken(self):
        """Return those of these messages (in sudo) that people wrote there."""
        return self.filtered(
            lambda message: (
                message.message_type in SPOKEN
                and self._isp_has_talk(message.model or "")
            )
        )

    def _isp_refuse_spoken(self):
        """:raises AccessError: when there are such messages, which are not what their
        author has just said"""
        if self._isp_get_spoken():
            raise AccessError(self.env._("People write here in their own name."))

    def _isp_refuse_words(self):
        """:raises AccessError: when there are such messages, which are of others"""
        if self._isp_get_spoken():
            raise AccessError(
                self.env._("Somebody else has written this: it stays as he wrote it.")
            )

    def _isp_refuse(self):
        """:raises AccessError: when there are any"""
        if self:
            raise AccessError(
                self.env._("This is a line of a log: it stays as it was written.")
            )
