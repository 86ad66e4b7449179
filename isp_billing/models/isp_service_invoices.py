from contextlib import closing

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import PRICE_GROUPS
from ..rating import DAY, next_invoice_date

FOUND = 200  # services that a part of a number may mean
HELP_ACTIVITY = "isp_billing.mail_activity_billing_help"


class IspService(models.Model):
    """The invoices of a service: the first, the regular ones and the last, previews of
    them, and what could not be billed."""

    _inherit = "isp.service"

    invoice_number = fields.Char(
        store=False, search="_search_invoice_number", groups=PRICE_GROUPS
    )

    @api.model
    def _search_invoice_number(self, operator, value):
        """Find whose invoice a number is of, among the services that one sees."""
        if operator != "ilike":
            return NotImplemented
        moves = Domain("move_id.name", "ilike", value)
        moves &= Domain("company_id", "in", self.env.companies.ids)
        moves &= Domain("isp_service_id", "!=", False)
        groups = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(moves, ["isp_service_id"], limit=FOUND)
        )
        return Domain("id", "in", [service.id for (service,) in groups])

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
            later = services._get_billed_later()
            self.env["isp.biller"]._bill(services - later)
            later._refresh_next_invoice_date()
            services._wait_for_their_day()
        dunning = self.env["isp.dunning"]
        dunning._use_money(self)
        unpaid = dunning._get_unpaid_first(self.filtered("restrict_before_payment"))
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

    def _get_last_billed(self):
        """Return the last day that is billed: until then nothing new is charged."""
        self.ensure_one()
        return self.billed_until or self.activation_date

    def _terminate(self, reason):
        """The days until today are invoiced, those after it credited, at once."""
        result = super()._terminate(reason)
        services = self.sudo()
        for company, group in services.grouped("company_id").items():
            today = company._get_isp_today()
            group._release_from(today + DAY)
            self.env["isp.biller"]._bill(group, until=today)
        return result

    # Regular invoices

    def _refresh_next_invoice_date(self):
        """Set when the next regular invoice comes: after the last days that are, or
        wait to be, settled."""
        last = dict(
            self.env["isp.billing.period"]._read_group(
                [
                    ("service_id", "in", self.ids),
                    ("charge_id", "=", False),
                    "|",
                    ("released", "=", False),
                    ("credit_line_id", "=", False),
                ],
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
            schedule._get_bill_calendar(begin),
            not schedule.in_arrears,
        )

    def _get_invoice_partner(self):
        self.ensure_one()
        partner = self.partner_id
        return partner.browse(partner.address_get(["invoice"])["invoice"])

    def action_view_invoices(self):
        self.ensure_one()
        self.check_access("read")
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

    def _render_next_invoice(self, change=None):
        """Return, as HTML, the next regular invoice.

        :param change: function of the service; shown is what comes of it, then it is
            undone
        """
        self.ensure_one()
        self.check_access("read")
        return self._render_invoices(*self.sudo()._foresee_invoice(change))

    def _foresee_invoice(self, change=None, until=None):
        """Return what the next regular invoice says, see isp.biller._preview, and what
        the subscriber owes then, see _describe_accounts; nothing is kept.

        :param until: the last day to charge; None: as the schedule says
        """
        with closing(self.env.cr.savepoint()):
            if change:
                change(self)
            date = self.next_invoice_date or self.company_id._get_isp_today()
            invoices = self.env["isp.biller"]._preview(self, date, until)
            return invoices, self._describe_accounts(invoices)

    def _render_last_invoice(self):
        """Return, as HTML, what ending these services today would invoice.

        :raises AccessError: for anyone who may not end them: it tells prices
        """
        self._check_service_admin()
        invoices, accounts = [], []
        for company, services in self.sudo().grouped("company_id").items():
            today = company._get_isp_today()
            with closing(self.env.cr.savepoint()):
                services._withdraw_prepayment()
                services._release_from(today + DAY)
                documents = self.env["isp.biller"]._preview(services, today, today)
                accounts += services._describe_accounts(documents)
                invoices += documents
        return self._render_invoices(invoices, accounts)

    def _describe_accounts(self, invoices):
        """Return what the subscribers of these services owe, or have with us, before
        and after documents that were previewed: a list of dict (partner, before, after,
        currency), below zero what he has."""
        accounts = []
        for (company, partner), before in self._read_balances().items():
            total = sum(
                document["total"]
                for document in invoices
                if self.browse(document["service_ids"]).partner_id.commercial_partner_id
                == partner
            )
            accounts.append(
                {
                    "partner": partner.display_name,
                    "before": before,
                    "after": before + total,
                    "currency": company.currency_id,
                }
            )
        return accounts

    @api.model
    def _render_invoices(self, invoices, accounts=()):
        return self.env["ir.qweb"]._render(
            "isp_billing.invoice_preview", {"invoices": invoices, "accounts": accounts}
        )

    # What could not be billed

    def _billing_went_well(self):
        """Forget the last failure, and close the activity that it had raised."""
        failed = self.filtered("billing_error")
        failed.billing_error = False
        failed._close_question(HELP_ACTIVITY)

    def _billing_failed(self, error):
        self.billing_error = error
        self._ask_person(
            HELP_ACTIVITY, "billing", self.env._("Not billed: %(error)s", error=error)
        )
