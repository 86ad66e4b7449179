from odoo import SUPERUSER_ID, models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _isp_send_after_commit(self, res_id):
        """Mail this to whom it concerns as soon as the transaction is through.

        Sent before, a link or a code could be in somebody's hands while nothing
        knows it yet, or ever does. A mail server that is down keeps the mail.

        The superuser makes it: Odoo lets everybody read, by their numbers, the
        messages that he made, and it is the visitor's job that mails the code.
        """
        made = self.with_user(SUPERUSER_ID).send_mail(res_id)
        mail = self.env["mail.mail"].browse(made)
        mail.send_after_commit()
