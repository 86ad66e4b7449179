import logging

from odoo import fields, models
from odoo.exceptions import AccessError

from .. import vault

_logger = logging.getLogger(__name__)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_username_pattern = fields.Char(
        related="company_id.isp_username_pattern", readonly=False
    )
    isp_reactivation_days = fields.Integer(
        related="company_id.isp_reactivation_days", readonly=False
    )
    isp_tz = fields.Selection(
        related="company_id.partner_id.tz",
        string="Company Time Zone",
        readonly=False,
        help="Where midnight begins a new day of bills, dues and usage. Empty: that of "
        "the company's country.",
    )
    isp_vault_has_key = fields.Boolean(
        "The Vault Has a Key", compute="_compute_isp_vault_has_key"
    )

    def _compute_isp_vault_has_key(self):
        self.isp_vault_has_key = bool(vault.read_configured_keys())

    def action_isp_rotate_keys(self):
        """Encrypt all secrets again, by the first key of the configuration."""
        if not self.env.is_system():
            raise AccessError(self.env._("Only administrators of the server do this."))
        count = vault.rotate(self.env.cr)
        _logger.info("%s secrets were encrypted again", count)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s secrets were encrypted again by the present key.",
                    count=count,
                ),
            },
        }
