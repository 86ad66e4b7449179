from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _prepare_mail_values(self, res_ids):
        """Odoo makes the mails of many records as superuser, in whatever name."""
        values_all = super()._prepare_mail_values(res_ids)
        if self.env.su:
            return values_all
        messages = self.env["mail.message"]
        authors = self.env["res.partner"].sudo()
        for res_id, values in values_all.items():
            record = self.env[self.model].browse(res_id) if self.model else None
            author = authors.browse(values.get("author_id"))
            messages._isp_check_name(author, values.get("email_from"), record)
        return values_all
