from odoo import models

from .account_move import REPORT


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def get_valid_action_reports(self, model, record_ids):
        """Of invoices of services Odoo's own document is not offered beside ours."""
        valid = super().get_valid_action_reports(model, record_ids)
        if model != "account.move" or self.env.ref(REPORT).id not in valid:
            return valid
        if all(move._isp_has_document() for move in self.env[model].browse(record_ids)):
            odoo = self.env.ref("account.account_invoices")
            return [report for report in valid if report != odoo.id]
        return valid
