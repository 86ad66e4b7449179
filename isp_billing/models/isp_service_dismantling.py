from odoo import models
from odoo.exceptions import UserError

from ..rating import DAY, Days, uncovered


class IspService(models.Model):
    """Devices that do not come back are charged; days without service are not."""

    _inherit = "isp.service"

    def _settle_equipment(self, rows):
        charged = [row for row in rows if row["outcome"] == "charged"]
        if charged:
            self._check_service_admin()
            self.sudo()._check_chargeable(charged)
        result = super()._settle_equipment(rows)
        if charged:
            self.sudo()._charge_missing(charged)
        return result

    def _check_chargeable(self, rows):
        if self.state != "terminated" or not self.billing_schedule_id:
            raise UserError(
                self.env._(
                    "%(service)s was never billed. Write the device off, and make an "
                    "invoice by hand if it is to be paid.",
                    service=self.name,
                )
            )
        if any(row.get("amount", 0) <= 0 for row in rows):
            raise UserError(self.env._("What is charged is above zero."))

    def _charge_missing(self, rows):
        """Invoice devices that are missing, at once: see `_settle_equipment`."""
        today = self.company_id._get_isp_today()
        self.env["isp.service.charge"].create(
            [
                {
                    "service_id": self.id,
                    "product_id": row["lot"].product_id.id,
                    "name": f"{row['lot'].product_id.name} {row['lot'].name}",
                    "kind": "once",
                    "price": row["amount"],
                    "date_from": today,
                }
                for row in rows
            ]
        )
        self.env["isp.biller"]._bill(self)

    def _reactivate(self):
        """The days since its end are not charged; from today on it is billed again."""
        services = self.sudo()
        self._check_states(["terminated"])
        ended = {
            service: service.company_id._get_isp_day(service.date_terminated)
            for service in services.filtered("date_terminated")
        }
        result = super()._reactivate()
        for service, day in ended.items():
            if service.billing_schedule_id and service.activation_date:
                today = service.company_id._get_isp_today()
                service._put_aside(day, today)
        services._refresh_next_invoice_date()
        return result

    def _put_aside(self, after, before, kind="free"):
        """Settle the days between two others without charging them, nor what is
        charged beside the plan. What is settled already stays so.

        :param kind: of isp.billing.period
        """
        plan = self.env["isp.service.charge"]
        days = Days(after + DAY, before - DAY)
        if days.first > days.last:
            return
        charges = self.charge_ids.filtered(lambda charge: charge.kind != "once")
        product = self.plan_id._isp_get_product()
        rows = self.env["isp.billing.period"]
        rows.flush_model()  # the constraint must not see what was released beside it
        live = rows._search_live(self, days.first)
        rows.create(
            [
                {
                    "service_id": self.id,
                    "charge_id": charge.id,
                    "product_id": (charge.product_id or product).id,
                    "date_from": part.first,
                    "date_to": part.last,
                    "kind": kind,
                }
                for charge in [plan, *charges]
                for part in uncovered(
                    days, [row.days for row in live if row.charge_id == charge]
                )
            ]
        )
