from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_registration_user_id = fields.Many2one(
        "res.users",
        "Registrations Are Handled By",
        help="Who is called when a new subscriber is registered. Empty: the first "
        "service administrator of the company.",
    )
    isp_step_days = fields.Integer(
        "Days for a Step",
        default=2,
        help="A step of the office that takes longer than this is shown as late.",
    )

    isp_restrict_before_payment = fields.Boolean(
        "Restrict Internet Before Payment",
        help="New subscribers are isolated until their first payment, unless their "
        "category or plan says otherwise.",
    )

    _isp_step_days_positive = models.Constraint(
        "CHECK (isp_step_days > 0)", "A step takes at least one day."
    )

    @api.model
    def _get_isp_roles(self):
        office = ("isp_registration_user_id", "isp_base.isp_base_group_admin")
        manager = ("", "isp_base.isp_base_group_manager")
        return {**super()._get_isp_roles(), "office": office, "manager": manager}
