from odoo import models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _isp_send_after_commit(self, res_id):
        """Mail this to whom it concerns as soon as the transaction is through.

        Sent before, a link or a code could be in somebody's hands while nothing
        knows it yet, or ever does. A mail server that is down keeps the mail.
        """
        mail = self.env["mail.mail"].browse(self.send_mail(res_id))
        mail.send_after_commit()
