from odoo import models
from odoo.exceptions import UserError


class IspService(models.Model):
    """Whose taxes a service has: the plan's, or its own."""

    _inherit = "isp.service"

    def action_follow_plan_taxes(self):
        """Forget the taxes that were chosen for these services: they have the plan's,
        now and whenever these change."""
        self._check_service_admin()
        for service in self.sudo():
            service.has_own_taxes = False
            service.tax_ids = service._get_plan_taxes()

    def _check_taxes_known(self, taxes):
        """:raises UserError: when the plan has taxes, and none of this company, which
        sells with taxes as a rule"""
        self.ensure_one()
        if taxes or self.has_own_taxes or not self.company_id.account_sale_tax_id:
            return
        plan = self.plan_id.with_context(active_test=False)
        if plan.taxes_id:
            raise UserError(
                self.env._(
                    "%(service)s: the taxes of %(plan)s are those of another company. "
                    "Choose one of %(company)s for the plan.",
                    service=self.name,
                    plan=plan.display_name,
                    company=self.company_id.name,
                )
            )
