from odoo import api, models


class MailTemplate(models.Model):
    """What a template says is sent to whom it says, by code: sent by RPC to a chosen
    address it would give away a link for a new password."""

    _inherit = "mail.template"

    @api.private
    def send_mail(self, *args, **kwargs):
        return super().send_mail(*args, **kwargs)

    @api.private
    def send_mail_batch(self, *args, **kwargs):
        return super().send_mail_batch(*args, **kwargs)
