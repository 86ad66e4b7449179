from odoo import api, models

from .account_move import REPORT


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_default_pdf_report_id(self, move):
        if move._isp_has_document():
            return self.env.ref(REPORT)
        return super()._get_default_pdf_report_id(move)

    @api.model
    def _send_mail(self, move, mail_template, **kwargs):
        """Around the text, too, speak the language of the customer."""
        if move._isp_has_document():
            kwargs.setdefault("force_email_lang", move.partner_id.lang)
        return super()._send_mail(move, mail_template, **kwargs)
