from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _isp_has_talk(self, model):
        """Subscribers are told, and write, on the pages of their invoices."""
        return model == "account.move" or super()._isp_has_talk(model)

    @api.model
    def _isp_get_spokesmen(self, record):
        """Odoo mails an invoice in the name of who takes care of it."""
        spokesmen = super()._isp_get_spokesmen(record)
        if record._name == "account.move":
            spokesmen |= record.invoice_user_id.partner_id
        return spokesmen
