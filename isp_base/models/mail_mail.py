from psycopg2.errors import SerializationFailure

from odoo import models


class MailMail(models.Model):
    """Odoo's queue and a job, or a page, that sends at once may want the same e-mail
    at the same moment: whoever has its row first sends it, the other leaves it."""

    _inherit = "mail.mail"

    def _send(self, *args, post_send_callback=None, **kwargs):
        if self.env["ir.mail_server"]._disable_send():
            return super()._send(*args, **kwargs)
        for mail in self:
            if mail._isp_take():
                super(MailMail, mail)._send(
                    *args, post_send_callback=post_send_callback, **kwargs
                )
        if post_send_callback:
            post_send_callback(self.ids)
        return True

    def _isp_take(self) -> bool:
        """Have the row of this e-mail for this transaction alone.

        :return: False when another transaction has it, or has sent it since this one
            began
        """
        self.ensure_one()
        self.flush_recordset()
        query = "SELECT id FROM mail_mail WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED"
        cr = self.env.cr
        try:
            with cr.savepoint(flush=False):
                cr.execute(query, [self.id], log_exceptions=False)
                return bool(cr.fetchone())
        except SerializationFailure:
            return False
