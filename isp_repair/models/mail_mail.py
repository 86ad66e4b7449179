from odoo import api, models


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model
    def _get_isp_retried_models(self):
        return [
            *super()._get_isp_retried_models(),
            "helpdesk.ticket",
            "isp.portal.signup",
        ]
