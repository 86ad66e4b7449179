from odoo import api, fields, models

from ..routeros.normalise import normalise


class IspRouterProfile(models.Model):
    """A profile that a router has for a plan, instead of one of ours.

    Its pool and addresses stay as they are. Its rates are those of the plan, or, where
    a person says so, the router's own business.
    """

    _name = "isp.router.profile"
    _description = "Profile of a Plan on a Router"
    _order = "router_id, plan_id"
    _rec_name = "name"

    router_id = fields.Many2one(
        "isp.router", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="router_id.company_id", store=True)
    plan_id = fields.Many2one(
        "product.template",
        required=True,
        ondelete="cascade",
        domain="[('is_internet_plan', '=', True),"
        " ('company_id', 'in', [False, company_id])]",
    )
    name = fields.Char("Profile", required=True, help="As on the router.")

    own_rates = fields.Boolean(
        "Its Own Rates",
        default=True,
        help="The router's rates stay as they are, whatever the plan says: a change of "
        "the plan's speed does nothing here. Without it they are compared and put "
        "right.",
    )

    router_rates = fields.Char(
        "Rates There",
        compute="_compute_rates",
        help="Upload/download, when it was last compared.",
    )
    plan_rates = fields.Char("Rates of the Plan", compute="_compute_rates")
    is_otherwise = fields.Boolean(compute="_compute_rates")

    _plan_uniq = models.Constraint(
        "UNIQUE (router_id, plan_id)", "The router has a profile for this plan already."
    )

    @api.depends("name", "plan_id", "router_id.api_rates")
    def _compute_rates(self):
        for profile in self:
            profile.router_rates = (profile.router_id.api_rates or {}).get(profile.name)
            policy = profile.company_id._isp_get_radius_policy()
            profile.plan_rates = profile.plan_id._isp_get_rate_limit(policy)
            there, here = (
                normalise("rate-limit", rates)
                for rates in (profile.router_rates, profile.plan_rates)
            )
            profile.is_otherwise = bool(there) and there != here

    @api.model_create_multi
    def create(self, vals_list):
        profiles = super().create(vals_list)
        profiles._profiles_changed()
        return profiles

    def write(self, vals):
        result = super().write(vals)
        self._profiles_changed()
        return result

    def unlink(self):
        routers, plans = self.router_id, self.plan_id
        result = super().unlink()
        routers._sync_plans(plans)
        return result

    def _profiles_changed(self):
        self.router_id._sync_plans(self.plan_id)
