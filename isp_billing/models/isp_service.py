from contextlib import closing
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..const import LEDGER_GROUPS, PRICE_GROUPS
from ..rating import DAY, Days, next_invoice_date

HELP_ACTIVITY = "isp_billing.mail_activity_billing_help"
BILLED_BY = ("activation_date", "billing_schedule_id", "partner_id")


class IspService(models.Model):
    _name = "isp.service"
    _inherit = ["isp.service", "isp.takeover.mixin", "isp.dues.mixin"]
    _rec_names_search = ["name", "contact_name", "username", "phone", "legacy_number"]

    activation_date = fields.Date(
        copy=False, tracking=True, help="From this day on the service is billed."
    )
    billing_schedule_id = fields.Many2one(
        "isp.billing.schedule",
        check_company=True,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        compute="_compute_tax_ids",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), "
        "('company_id', 'parent_of', company_id)]",
        groups=PRICE_GROUPS,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    own_price = fields.Monetary(
        "Own Monthly Price",
        copy=False,
        tracking=True,
        groups=PRICE_GROUPS,
        help="Agreed with this subscriber; empty: the plan's price.",
    )
    monthly_price = fields.Monetary(
        compute="_compute_monthly_price", aggregator=None, groups=PRICE_GROUPS
    )
    installation_fee = fields.Monetary(tracking=True, groups=PRICE_GROUPS)
    restrict_before_payment = fields.Boolean(
        "Restrict Internet Before Payment",
        copy=False,
        tracking=True,
        help="The service becomes active and stays isolated until the first payment.",
    )
    charge_ids = fields.One2many(
        "isp.service.charge", "service_id", "Further Charges", groups=PRICE_GROUPS
    )
    period_ids = fields.One2many(
        "isp.billing.period",
        "service_id",
        "Billed Periods",
        groups=LEDGER_GROUPS,
    )
    next_invoice_date = fields.Date(
        readonly=True, copy=False, help="When it is invoiced again, by itself."
    )
    billed_until = fields.Date(compute="_compute_billed_until")
    billing_error = fields.Text(readonly=True, copy=False, groups=LEDGER_GROUPS)
    first_invoice_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        groups=LEDGER_GROUPS,
        index="btree_not_null",
    )
    promise_date = fields.Date(
        "Payment Promised Until",
        copy=False,
        tracking=True,
        help="Until the end of this day it is not isolated for being overdue.",
    )
    _installation_fee_positive = models.Constraint(
        "CHECK (installation_fee >= 0)", "The installation fee cannot be negative."
    )
    _own_price_positive = models.Constraint(
        "CHECK (own_price >= 0)",
        "A price of its own cannot be negative: for a discount add a charge.",
    )
    _next_invoice_idx = models.Index("(next_invoice_date) WHERE state = 'active'")

    @api.depends("plan_id", "company_id")
    def _compute_tax_ids(self):
        for service in self:
            service.tax_ids = service.plan_id.taxes_id._filter_taxes_by_company(
                service.company_id
            )

    @api.depends("plan_id.list_price", "own_price", "partner_id", "company_id")
    def _compute_monthly_price(self):
        for service in self:
            today = service.company_id._get_isp_today()
            plan_price = service.sudo()._get_plan_price(today)
            service.monthly_price = service.own_price or plan_price

    @api.depends("period_ids.date_to", "period_ids.released")
    def _compute_billed_until(self):
        last = dict(
            self.env["isp.billing.period"]
            .sudo()
            ._read_group(
                [
                    ("service_id", "in", self.ids),
                    ("charge_id", "=", False),
                    ("released", "=", False),
                ],
                ["service_id"],
                ["date_to:max"],
            )
        )
        for service in self:
            service.billed_until = last.get(service._origin)

    def _get_pricelist(self):
        """Return the subscriber's price list (product.pricelist), in the currency of
        the books; empty when he has none such."""
        self.ensure_one()
        partner = self.partner_id.with_company(self.company_id)
        pricelist = partner.property_product_pricelist
        if pricelist.currency_id != self.company_id.currency_id:
            return pricelist.browse()
        return pricelist

    def _get_plan_price(self, day):
        """Return the plan's price (float, a month) for this subscriber on a day."""
        plan = self.plan_id.with_company(self.company_id)
        pricelist = self._get_pricelist()
        if not pricelist:
            # In the currency of the books: a plan without company has the main one's.
            books = self.company_id.currency_id
            return plan.currency_id._convert(
                plan.list_price, books, self.company_id, day, round=False
            )
        noon = self.company_id._get_isp_moment(day, 12)
        return pricelist._get_product_price(plan, 1.0, date=noon)

    # Changes

    @api.model
    def _get_protected_fields(self):
        billed = {"next_invoice_date", "first_invoice_id", "billing_error"}
        return super()._get_protected_fields() | billed

    def _get_diagnosis(self):
        """Whether it is paid, for those who may know."""
        findings = super()._get_diagnosis()
        knows = any(map(self.env.user.has_group, PRICE_GROUPS.split(",")))
        if not knows or self.billing_status not in ("open", "overdue"):
            return findings
        due = format_amount(self.env, self.amount_due, self.currency_id)
        if self.billing_status == "overdue":
            text = self.env._("Overdue: %(amount)s", amount=due)
            return [*findings, {"level": "warn", "text": text}]
        text = self.env._("To pay: %(amount)s", amount=due)
        return [*findings, {"level": "ok", "text": text}]

    def _get_missing_for_activation(self):
        missing = super()._get_missing_for_activation()
        return missing + self._get_missing(["activation_date", "billing_schedule_id"])

    def write(self, vals):
        self._check_stays_billed(vals)
        repriced = self._get_repriced(vals)
        self._forget_days_of_other_begin(vals)
        if repriced:
            repriced._close_days()
        result = super().write(vals)
        if vals.keys() & {"billing_schedule_id", "activation_date"}:
            self.sudo()._refresh_next_invoice_date()
        if "promise_date" in vals:
            self._judge_dues()
        return result

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

    def _get_repriced(self, vals):
        """Return the running services that these values give another price."""
        names = vals.keys() & {"plan_id", "own_price"}
        if not names:
            return self.browse()
        return self.sudo().filtered(
            lambda service: (
                service.state == "active"
                and any(
                    self._fields[name].convert_to_cache(vals[name], service)
                    != self._fields[name].convert_to_cache(service[name], service)
                    for name in names
                )
            )
        )

    def _close_days(self):
        """Put down what is owed until yesterday; release what is billed from today."""
        self._settle_until_yesterday()
        for company, services in self.grouped("company_id").items():
            services._release_from(company._get_isp_today(), plan_alone=True)

    def _settle_until_yesterday(self):
        """Put down, at the prices of now, what is owed until yesterday."""
        biller = self.env["isp.biller"]
        for company, services in self.grouped("company_id").items():
            today = company._get_isp_today()
            biller._lock(services)
            biller._settle(services, today, until=today - DAY)

    def _release_from(self, day, plan_alone=False):
        """Let go of the days from this one on, of all that is charged by days.

        :param plan_alone: not of charges whose price does not depend on the plan's
        """
        rows = self.env["isp.billing.period"]._search_live(self, day)
        rows.filtered(
            lambda row: (
                row.kind != "taken_over"
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

    def _refresh_next_invoice_date(self):
        """Set when the next regular invoice comes, after the last one."""
        last = dict(
            self.env["isp.billing.period"]._read_group(
                [("service_id", "in", self.ids), ("charge_id", "=", False)],
                ["service_id"],
                ["date_to:max"],
            )
        )
        dates = {
            service: service._get_next_invoice_date(last.get(service))
            for service in self
        }
        quiet = self.with_context(tracking_disable=True)
        for day, services in quiet.grouped(dates.get).items():
            services.next_invoice_date = day

    def _get_next_invoice_date(self, reached):
        """Return the date of the next invoice, False when there will be none.

        :param reached: the last day that was ever settled, None before the first
        """
        schedule, begin = self.billing_schedule_id, self.activation_date
        if self.state != "active" or not schedule or not begin:
            return False
        return next_invoice_date(
            reached or begin - DAY,
            schedule._get_calendar(begin),
            not schedule.in_arrears,
        )

    # First and last invoice

    def _activate(self, services):
        """A service that is ready later than planned is billed from that day on."""
        result = super()._activate(services)
        services.sudo()._begin_billing()
        return result

    def _begin_billing(self):
        for company, services in self.grouped("company_id").items():
            today = company._get_isp_today()
            late = services.filtered(lambda s, today=today: s.activation_date < today)
            late.activation_date = today
            services._charge_installation()
            self.env["isp.biller"]._bill(services)
        unpaid = self.filtered(
            lambda s: (
                s.restrict_before_payment
                and s.first_invoice_id
                and s.first_invoice_id._isp_is_open()
            )
        )
        if unpaid:
            unpaid._suspend("before_payment")

    def _charge_installation(self):
        product = self.env.ref("isp_billing.product_installation")
        self.env["isp.service.charge"].create(
            [
                {
                    "service_id": service.id,
                    "product_id": product.id,
                    "kind": "once",
                    "price": service.installation_fee,
                    "tax_ids": [fields.Command.set(service.tax_ids.ids)],
                    "date_from": service.activation_date,
                }
                for service in self
                if service.installation_fee
            ]
        )

    def _terminate(self, reason):
        """The days until today are invoiced, those after it credited, at once."""
        result = super()._terminate(reason)
        services = self.sudo()
        for company, group in services.grouped("company_id").items():
            today = company._get_isp_today()
            group._release_from(today + DAY)
            moves = self.env["isp.biller"]._bill(group, until=today)
            moves._isp_offset_credits()
        return result

    # Invoices

    def _get_invoice_partner(self):
        self.ensure_one()
        partner = self.partner_id
        return partner.browse(partner.address_get(["invoice"])["invoice"])

    def action_view_invoices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        action["domain"] = [
            ("line_ids.isp_service_id", "=", self.id),
            ("move_type", "in", ["out_invoice", "out_refund"]),
        ]
        action["context"] = {"create": False}
        return action

    def action_invoice_now(self):
        """Invoice what is owed by today without waiting for the next date."""
        self._check_service_admin()
        self._check_states(["active", "terminated"])
        moves = self.env["isp.biller"]._bill(self)
        if not moves:
            raise UserError(
                self.env._("Nothing to invoice: all days until now are settled.")
            )
        return self[:1].action_view_invoices()

    # Previews: what a change would bring is done, described and undone

    def action_preview_invoice(self):
        self.ensure_one()
        preview = self.env["isp.invoice.preview"].create({"service_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Next invoice"),
            "res_model": preview._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_change_price(self):
        """Ask for the new price of a running service."""
        self._check_service_admin()
        self._check_states(["active"])
        return self._open_wizard("isp_billing.isp_service_price_action")

    def _change_price(self, own_price):
        """Give running services a monthly price of their own, 0: the plan's."""
        self._check_service_admin()
        self._check_states(["active"])
        self.sudo().write({"own_price": own_price})

    def _render_next_invoice(self, vals=None):
        """Return, as HTML, the next regular invoice.

        :param vals: as if these were written today
        """
        self.ensure_one()
        self.check_access("read")
        service = self.sudo()
        date = service.next_invoice_date or service.company_id._get_isp_today()
        with closing(self.env.cr.savepoint()):
            service.write(vals or {})
            invoices = self.env["isp.biller"]._preview(service, date)
        return self._render_invoices(invoices)

    def _render_last_invoice(self):
        """Return, as HTML, what ending these services today would invoice.

        :raises AccessError: for anyone who may not end them: it tells prices
        """
        self._check_service_admin()
        invoices = []
        for company, services in self.sudo().grouped("company_id").items():
            today = company._get_isp_today()
            with closing(self.env.cr.savepoint()):
                services._release_from(today + DAY)
                invoices += self.env["isp.biller"]._preview(services, today, today)
        return self._render_invoices(invoices)

    @api.model
    def _render_invoices(self, invoices):
        return self.env["ir.qweb"]._render(
            "isp_billing.invoice_preview", {"invoices": invoices}
        )

    def _billing_went_well(self):
        """Forget the last failure, and close the activity that it had raised."""
        failed = self.filtered("billing_error")
        failed.billing_error = False
        failed.activity_unlink([HELP_ACTIVITY])

    def _billing_failed(self, error):
        self.billing_error = error
        self._ask_for_help(self.env._("Not billed: %(error)s", error=error))

    def _ask_for_help(self, note):
        """Give the company's accountant one activity about this service."""
        self.ensure_one()
        service = self.sudo()
        if service.activity_search([HELP_ACTIVITY]):
            return
        company = service.company_id
        service.activity_schedule(
            HELP_ACTIVITY,
            date_deadline=company._get_isp_today(),
            note=note,
            user_id=company._get_isp_billing_user().id,
        )

    def _judge_dues(self):
        self.env["isp.dunning"]._judge(self)
