from freezegun import freeze_time

from odoo.addons.isp_base.tests.common import IspCommon

GROUPS = {
    "other_sales": "isp_base.isp_base_group_sales",
    "accountant": "account.group_account_manager",
}


class BillingCommon(IspCommon):
    """The provider of isp_base, with a chart of accounts, prices, a tax, a schedule
    and an accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Asia/Jakarta"
        # The services of the demo are not billed along, at whatever day it is here.
        services = cls.env["isp.service"].search([("company_id", "!=", cls.company.id)])
        services.next_invoice_date = False
        cls.demo_runs = cls.env["isp.billing.run"].search([])
        cls._open_books(cls.company)
        cls.users.update(cls._create_users(GROUPS))
        cls.users["stranger"] = cls.stranger
        cls.tax = cls._create_tax("PPN", cls.company)
        cls.plan.write({"list_price": 200_000, "taxes_id": [(6, 0, cls.tax.ids)]})
        cls.schedule = cls.env["isp.billing.schedule"].create(
            {"name": "Every 5th", "billing_day": 5, "days_until_due": 7}
        )

    @classmethod
    def _open_books(cls, company):
        """Give an Indonesian company a chart of accounts, in Rupiah, if it has none:
        to load one takes longer than most classes of tests."""
        country = cls.env.ref("base.id")
        rupiah = cls.env.ref("base.IDR")
        rupiah.active = True
        if rupiah.rounding != 1.0:  # l10n_id_isp has done so, where it is installed
            rupiah.rounding = 1.0
        company.write(
            {
                "country_id": country.id,
                "account_fiscal_country_id": country.id,
                "currency_id": rupiah.id,
            }
        )
        if company.chart_template != "generic_coa":
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=company, install_demo=False
            )

    @classmethod
    def _create_subscription(cls, day="2026-05-10", **vals):
        """Return a service that was activated at 10:00 of this day, open and billed.

        Use it within freeze_time: what follows happens at the frozen moment.
        """
        service = cls._create_service(
            **{
                "activation_date": day,
                "billing_schedule_id": cls.schedule.id,
                "partner_id": cls.subscriber.id,
                **vals,
            }
        )
        with freeze_time(f"{day} 03:00:00"):
            cls._activate(service)
        return service

    @classmethod
    def _pay(cls, moves, amount=None, **vals):
        """Register a payment of these invoices, by bank, as the accountant does."""
        wizard = (
            cls._as("accountant", cls.env["account.payment.register"])
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({**({"amount": amount} if amount else {}), **vals})
        )
        payments = wizard._create_payments()
        cls._before_commit()
        return payments

    @classmethod
    def _before_commit(cls):
        """Do what a transaction does at its end, such as judging dues."""
        cls.env.cr.flush()

    @classmethod
    def _bill_due(cls):
        """Do what the hourly cron does, its jobs included; return all runs."""
        runs = cls.env["isp.billing.run"].with_context(queue_job__no_delay=True)
        runs._cron_bill()
        return runs.search([("preview", "=", False)]) - cls.demo_runs

    @classmethod
    def _isolate_due(cls):
        dunning = cls.env["isp.dunning"].with_context(queue_job__no_delay=True)
        dunning._cron_isolate()

    @classmethod
    def _get_invoices(cls, services):
        """Return the documents of these services, the latest last."""
        lines = cls.env["account.move.line"].search(
            [("isp_service_id", "in", services.ids)]
        )
        return lines.move_id.sorted("id")

    @classmethod
    def _get_lines(cls, moves):
        """Return [(first day, last day, amount)] of a document, as month-day; of an
        invoice and the credit note beside it, first what this one gives back."""
        signs = {"out_invoice": 1, "out_refund": -1 if len(moves) > 1 else 1}
        return [
            (
                line.isp_date_from.strftime("%m-%d"),
                line.isp_date_to.strftime("%m-%d"),
                signs[move.move_type] * line.price_subtotal,
            )
            for move in moves.sorted("move_type", reverse=True)
            for line in move.invoice_line_ids.sorted("sequence")
        ]

    @classmethod
    def _reverse(cls, move, role="accountant", post=True, **vals):
        """Return the credit note of an invoice, of today."""
        note = cls._as(role, move)._reverse_moves(
            [{"invoice_date": move.company_id._get_isp_today(), **vals}]
        )
        if post:
            note.action_post()
            cls._before_commit()
        return note

    @classmethod
    def _create_tax(cls, name, company):
        country = {"company_id": company.id, "country_id": cls.env.ref("base.id").id}
        group = cls.env["account.tax.group"].create({"name": name, **country})
        return cls.env["account.tax"].create(
            {
                "name": name,
                "amount": 11.0,
                "type_tax_use": "sale",
                "tax_group_id": group.id,
                **country,
            }
        )

    @classmethod
    def _register(cls, role="sales", **vals):
        """Return a service as the user of this role writes it down."""
        services = cls._as(role, cls.env["isp.service"])
        return services.create(cls._prepare_registration(**vals))
