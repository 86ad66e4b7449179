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
        totals = []
        for currency, group in services.grouped("currency_id").items():
            priced = group.filtered(lambda service: not service.own_price)
            before, after = (
                format_amount(
                    self.env,
                    sum(
                        service._describe_plan(self.plan_id if new else service.plan_id)[
                            "price"
                        ]
                        for service in priced
                    ),
                    currency,
                )
                for new in (False, True)
            )
            totals.append(
                self.env._(
                    "%(before)s → %(after)s a month, without %(count)s with a price of "
                    "their own",
                    before=before,
                    after=after,
                    count=len(group - priced),
                )
            )
        return "; ".join(totals) or False
