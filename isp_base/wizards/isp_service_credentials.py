from odoo import api, fields, models


class IspServiceCredentials(models.TransientModel):
    """New credentials of a running service; the password is emptied once applied."""

    _name = "isp.service.credentials"
    _description = "Change Credentials"

    service_id = fields.Many2one(
        "isp.service",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    username = fields.Char(
        "User Name",
        compute="_compute_username",
        store=True,
        readonly=False,
        required=True,
    )
    password = fields.Char(
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
        self.service_id._change_credentials(self.username, self.password)
        self.password = False
        return {"type": "ir.actions.act_window_close"}


class IspServiceCredentialsShow(models.TransientModel):
    """Shows the credentials to those who may see them; making one is logged."""

    _name = "isp.service.credentials.show"
    _description = "Show Credentials"

    service_id = fields.Many2one(
        "isp.service",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    username = fields.Char(related="service_id.username")
    password = fields.Char(compute="_compute_password")

    @api.depends("service_id")
    def _compute_password(self):
        for wizard in self:
            wizard.service_id._check_may_see_credentials()
            wizard.password = wizard.service_id.sudo().password

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for service in wizards.service_id:
            service._check_may_see_credentials()
            service._message_log(body=self.env._("The credentials were shown."))
        return wizards
