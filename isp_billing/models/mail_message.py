from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _isp_has_talk(self, model):
        """Subscribers are told, and write, on the pages of their invoices."""
        return model == "account.move" or super()._isp_has_talk(model)
