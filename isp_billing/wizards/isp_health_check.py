from odoo import api, fields, models

from odoo.addons.isp_base.health import OK, PROBLEM, WARNING, Check, Finding, Metric

LATE_DAYS = 1  # a service that is due for longer was forgotten


class IspHealthCheck(models.TransientModel):
    _inherit = "isp.health.check"

    @api.model
    def _get_checks(self) -> list[Check]:
        return super()._get_checks() + [Check("billing", self.env._("Billing"))]

    def _measure_billing(self):
        run = self.env["isp.billing.run"].search([("preview", "=", False)], limit=1)
        late = self._count_late()
        found = (
            self.env._(
                "Last run: %(run)s, %(done)s services done, %(failed)s failed.",
                run=run.name,
                done=run.done_count,
                failed=run.failed_count,
            )
            if run
            else self.env._("No run yet.")
        )
        if late:
            return Finding(
                PROBLEM,
                self.env._(
                    "%(count)s services were to be billed before yesterday. %(found)s",
                    count=late,
                    found=found,
                ),
                self.env._(
                    "Look at Billing > Billing Runs: failed lines say why, and Retry "
                    "bills them. Without a run, look at the scheduled action “bill "
                    "what is due” and at the jobs."
                ),
            )
        if run.failed_count:
            advice = self.env._("Open the run: each failed line says why. Then Retry.")
            return Finding(WARNING, found, advice)
        return Finding(OK, found)

    def _count_late(self):
        """Return how many services should have been invoiced by the day before
        yesterday of their company, and were not."""
        runs = self.env["isp.billing.run"]
        count = 0
        for company in self.env["res.company"]._get_isp_billed():
            day = fields.Date.subtract(company._get_isp_today(), days=LATE_DAYS + 1)
            domain = runs._get_due_domain(company, day)
            count += self.env["isp.service"].search_count(domain)
        return count

    @api.model
    def _get_metrics(self) -> list[Metric]:
        late = self.sudo()._count_late()
        text = "Services that should have been billed before yesterday."
        return super()._get_metrics() + [
            Metric("isp_services_billed_late", text, [({}, late)])
        ]
