from odoo import api, models

from .account_move import REPORT


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_default_pdf_report_id(self, move):
        if move._isp_has_document():
            return self.env.ref(REPORT)
        return super()._get_default_pdf_report_id(move)
