from odoo import api, fields, models

from ..secret_field import Secret


class IspServiceCredentials(models.TransientModel):
    """New credentials of a running service; the password is emptied once applied."""

    _name = "isp.service.credentials"
    _description = "Change Credentials"
    _inherit = ["isp.secret.mixin"]

    service_id = fields.Many2one(
        "isp.service",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    username = fields.Char(
        "User Name",
        compute="_compute_username",
        compute_sudo=False,
        precompute=True,
        store=True,
        readonly=False,
        required=True,
    )
    password = Secret(
        "New Password",
        default=lambda self: self.env["isp.service"]._generate_password(),
        help="Empty it to keep the present one.",
    )

    @api.depends("service_id")
    def _compute_username(self):
        for wizard in self:
            wizard.username = wizard.service_id.username

    def action_apply(self):
        self.ensure_one()
        password = self._isp_get_secret("password")
        self.service_id._change_credentials(self.username, password)
        self.password = False
        return {"type": "ir.actions.act_window_close"}


class IspServiceCredentialsShow(models.TransientModel):
    """Shows the credentials to those who may see them; making one is logged.

    Nothing is shown before it is made: an ``onchange`` would leave no trace.
    """

    _name = "isp.service.credentials.show"
    _description = "Show Credentials"

    service_id = fields.Many2one("isp.service", required=True, readonly=True)
    username = fields.Char("User Name", compute="_compute_credentials")
    password = fields.Char(compute="_compute_credentials")

    @api.depends("service_id")
    @api.depends_context("uid")
    def _compute_credentials(self):
        for wizard in self:
            service = wizard._origin.service_id
            service._check_may_see_credentials()
            wizard.username = service.username
            wizard.password = service._isp_get_secret("password")

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for service in wizards.service_id:
            service._check_may_see_credentials()
            service._message_log(body=self.env._("The credentials were shown."))
            service._isp_note_look("password", "visit")
        return wizards
