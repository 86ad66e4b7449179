from odoo import models
from odoo.tools import format_amount


class IspBulk(models.Model):
    _inherit = "isp.bulk"

    def _describe_effects(self, services):
        """Another plan costs what the subscriber sees in his portal, with taxes; a
        price of his own stays."""
        effects = super()._describe_effects(services)
        if self.kind != "plan" or not self.plan_id:
            return effects
        for service in services:
            effects[service.id] = self.env._(
                "%(plans)s: %(price)s a month",
                plans=effects[service.id],
                price=self._describe_price(service),
            )
        return effects

    def _describe_price(self, service):
        if service.own_price:
            return self.env._("a price of his own, which stays,")
        before, after = (
            format_amount(
                self.env, service._describe_plan(plan)["price"], service.currency_id
            )
            for plan in (service.plan_id, self.plan_id)
        )
        return f"{before} → {after}"

    def _describe_total(self, services):
        """What all who get another price pay a month before and after, with taxes."""
        if self.kind != "plan" or not self.plan_id:
            return super()._describe_total(services)
        groups = services.grouped("currency_id")
        return "; ".join(map(self._describe_sums, groups.values())) or False

    def _describe_sums(self, services):
        """:param services: of one currency"""
        priced = services.filtered(lambda service: not service.own_price)
        before = sum(s._describe_plan(s.plan_id)["price"] for s in priced)
        after = sum(s._describe_plan(self.plan_id)["price"] for s in priced)
        currency = services.currency_id
        return self.env._(
            "%(before)s → %(after)s a month, without %(count)s with a price of their "
            "own",
            before=format_amount(self.env, before, currency),
            after=format_amount(self.env, after, currency),
            count=len(services - priced),
        )
