from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_network_user_id = fields.Many2one(
        "res.users",
        "Responsible for the Network",
        domain="[('share', '=', False)]",
        help="Is asked to look after routers and sessions that do not obey.",
    )

    def _get_isp_network_user(self):
        """Return who looks after the network; without one, somebody who may."""
        self.ensure_one()
        if self.isp_network_user_id:
            return self.isp_network_user_id
        group = self.env.ref("isp_base.isp_base_group_network_engineer")
        users = group.sudo().all_user_ids.filtered(
            lambda user: self in user.company_ids and not user.share
        )
        return users[:1] or self.env.ref("base.user_admin")
