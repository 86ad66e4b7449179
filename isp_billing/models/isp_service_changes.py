from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rating import DAY, Days

BILLED_BY = ("activation_date", "billing_schedule_id", "partner_id")


class IspService(models.Model):
    """What a change of plan, price or activation date means for settled days."""

    _inherit = "isp.service"

    def _write_checked(self, vals):
        self._check_stays_billed(vals)
        self._forget_days_of_other_begin(vals)
        result = super()._write_checked(vals)
        if vals.keys() & {"billing_schedule_id", "activation_date"}:
            self.sudo()._refresh_next_invoice_date()
        if "activation_date" in vals:
            self.sudo()._follow_activation_date()
        if "promise_date" in vals:
            self._judge_dues()
        return result

    def action_change_price(self):
        """Ask for the new price of a running service."""
        self._check_may_reprice()
        return self._open_wizard("isp_billing.isp_service_price_action")

    def _charge_fee(self, product, price, **vals):
        """Charge for what has happened to this service, with the taxes of its plan.

        :param product: external id, whose name is told in the subscriber's language
        :param vals: further ones of the isp.service.charge
        """
        product = self.env.ref(product)
        lang = self.partner_id.lang or self.env.lang
        taxes = self.with_context(active_test=False).tax_ids
        self.env["isp.service.charge"].create(
            {
                "service_id": self.id,
                "product_id": product.id,
                "name": product.with_context(lang=lang).name,
                "price": price,
                "tax_ids": [fields.Command.set(taxes.ids)],
                **vals,
            }
        )

    def _change_plan(self, plan):
        """Days until yesterday keep the price of the plan that they had."""
        self._check_may_reprice()
        self.sudo().filtered(lambda service: service.plan_id != plan)._close_days()
        return super()._change_plan(plan)

    def _change_price(self, own_price: float) -> None:
        """Give running services a monthly price of their own from today on.

        :param own_price: in the currency of the books; 0 means the plan's price
        """
        self._check_may_reprice()
        services = self.sudo()
        services.filtered(
            lambda service: service.currency_id.compare_amounts(
                service.own_price, own_price
            )
        )._close_days()
        services.write({"own_price": own_price})

    def _check_may_reprice(self):
        self._check_service_admin()
        self._check_states(["active"])

    @api.model
    def _get_fields_of_verbs(self):
        return super()._get_fields_of_verbs() | {"own_price"}

    def _check_stays_billed(self, vals):
        """:raises UserError: when running services lose what their bills follow from"""
        emptied = [name for name in BILLED_BY if not vals.get(name, True)]
        running = emptied and self.filtered(lambda service: service.state == "active")
        for service in running:
            if lost := [name for name in emptied if service[name]]:
                labels = [self._fields[n]._description_string(self.env) for n in lost]
                raise UserError(
                    self.env._(
                        "%(service)s is active, and cannot be billed without "
                        "%(fields)s. Choose another instead.",
                        service=service.name,
                        fields=", ".join(labels),
                    )
                )

    def _close_days(self, day=None):
        """Put down what is owed until yesterday; release what is billed from today.

        :param day: that counts as today, when what will happen is foreseen
        """
        self._settle_until_yesterday(day)
        for company, services in self.grouped("company_id").items():
            today = day or company._get_isp_today()
            services._release_from(today, plan_alone=True)
            services._hasten_next_invoice(today)

    def _hasten_next_invoice(self, today):
        """What was billed for more than this month, and has another price now, is
        settled on the next billing day: not when all of it is over."""
        rows = self.env["isp.billing.period"]._search_to_credit(self)
        for service, group in rows.grouped("service_id").items():
            calendar = service.billing_schedule_id._get_calendar(
                service.activation_date
            )
            last = calendar.cycle(max(today, service.activation_date)).last
            if max(group.mapped("date_to")) > last:
                service.next_invoice_date = last + DAY

    def _settle_until_yesterday(self, day=None):
        """Put down, at the prices of now, what is owed until yesterday."""
        biller = self.env["isp.biller"]
        for company, services in self.grouped("company_id").items():
            today = day or company._get_isp_today()
            services._bump_access_version()
            biller._settle(services, today, until=today - DAY)

    def _release_from(self, day, plan_alone=False):
        """Let go of the days from this one on, of all that is charged by days.

        :param plan_alone: not of charges whose price does not depend on the plan's
        """
        rows = self.env["isp.billing.period"]._search_live(self, day)
        rows.filtered(
            lambda row: (
                row.kind not in ("taken_over", "paused")
                and not row.charge_id.is_of_pause
                and row.charge_id.kind != "once"
                and not (plan_alone and row.charge_id.kind == "monthly")
            )
        )._release(Days(day, date.max))

    def _forget_days_of_other_begin(self, vals):
        """Let go of days that were put down, not invoiced, before the service gets
        another activation date.

        :raises UserError: when days are invoiced already
        """
        if "activation_date" not in vals:
            return
        begin = fields.Date.to_date(vals["activation_date"])
        moved = self.sudo().filtered(lambda s: s.activation_date != begin)
        live = self.env["isp.billing.period"].sudo()._search_live(moved)
        for service in live.filtered("move_line_id").service_id[:1]:
            raise UserError(
                self.env._(
                    "%(service)s is billed already since %(date)s. Credit the "
                    "invoices first, then change the activation date.",
                    service=service.name,
                    date=service.activation_date,
                )
            )
        live.filtered(lambda row: row.kind != "taken_over").unlink()
