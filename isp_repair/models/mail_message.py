from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _isp_has_log(self, model):
        return model == "helpdesk.ticket" or super()._isp_has_log(model)
