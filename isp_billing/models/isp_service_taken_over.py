from typing import Literal, Self

from odoo import api, fields, models

from ..rating import DAY


class IspService(models.Model):
    """A service that ran, and was billed, before it was kept here."""

    _inherit = "isp.service"

    @api.model
    def _take_over(self, rows: list[dict]) -> Self:
        """Make running services out of what another system knew of them.

        They are active at once, without the steps before it and without a first
        invoice; the network hears of them as of any other. Until ``billed_until``
        all is settled, the next regular invoice begins on the day after it. Without
        that date the other system has billed until yesterday; the day before the
        activation means that it has never billed.

        Whoever brings in running subscribers calls it: lists do (isp_takeover).

        :param rows: list of dict: service (vals of isp.service), billed_until,
            balance (what is open, negative: his credit), balance_due (dates or False)
        :return: isp.service in the order of the rows
        """
        today = self.env.company._get_isp_today()
        services = self._create_taken_over(
            [
                {
                    **row["service"],
                    **self._prepare_taken_over(row["service"]["activation_date"]),
                }
                for row in rows
            ]
        )
        services._settle_taken_over(rows, today)
        services._refresh_access()
        services._refresh_next_invoice_date()
        services._open_balances(rows, today)
        return services.with_env(self.env)

    @api.model
    def _prepare_taken_over(self, activation_date):
        company = self.env.company
        return {
            "company_id": company.id,
            "date_activated": company._get_isp_moment(activation_date),
        }

    def _write_checked(self, vals):
        result = super()._write_checked(vals)
        if "activation_date" in vals:
            self.sudo()._stretch_taken_over()
        return result

    def _stretch_taken_over(self):
        """An activation date that is corrected makes no days ours to bill."""
        rows = self.env["isp.billing.period"].search(
            [("service_id", "in", self.ids), ("kind", "=", "taken_over")]
        )
        for row in rows:
            begun = row.service_id.activation_date
            if begun and begun <= row.date_to:
                row.date_from = begun

    def _settle_taken_over(self, rows, today):
        """Put down the days that the other system has billed."""
        vals_list = []
        for service, row in zip(self, rows, strict=True):
            begun = service.activation_date
            until = row["billed_until"] or today - DAY
            if begun <= until:
                vals_list.append(
                    {
                        "service_id": service.id,
                        "product_id": service.plan_id._isp_get_product().id,
                        "date_from": begun,
                        "date_to": until,
                        "kind": "taken_over",
                    }
                )
        self.env["isp.billing.period"].create(vals_list)

    def _open_balances(self, rows, today):
        """Post what is open as invoices, and credits as credit notes."""
        moves = self.env["account.move"].create(
            [
                service._prepare_opening_move(row, today)
                for service, row in zip(self, rows, strict=True)
                if not service.currency_id.is_zero(row["balance"])
            ]
        )
        moves._post(soft=False)

    def _get_former_number(self) -> str | Literal[False]:
        """Hook: what the subscriber was known by before; False without any."""
        return False

    def _prepare_opening_move(self, row, today):
        """Return the vals of an invoice without days, which dunning knows all the
        same by its schedule. Its counterpart is the income account of the product."""
        self.ensure_one()
        product = self.env.ref("isp_billing.product_opening_balance")
        partner = self._get_invoice_partner()
        schedule = self.billing_schedule_id
        name = product.with_context(
            lang=partner.lang or self.env.lang, display_default_code=False
        ).display_name
        former = self._get_former_number()
        return {
            "move_type": "out_refund" if row["balance"] < 0 else "out_invoice",
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "invoice_date": today,
            "invoice_user_id": False,
            "invoice_payment_term_id": False,
            "invoice_date_due": row["balance_due"]
            or today + DAY * schedule.days_until_due,
            "isp_grace_days": schedule.grace_days,
            "isp_schedule_id": schedule.id,
            "ref": former,
            "invoice_line_ids": [
                fields.Command.create(
                    {
                        "product_id": product.id,
                        "name": f"{name} · {former or self.name}",
                        "quantity": 1,
                        "price_unit": abs(row["balance"]),
                        "tax_ids": [fields.Command.clear()],
                        "isp_service_id": self.id,
                    }
                )
            ],
        }
