import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..check_queries import QUERIES, get_query
from .account_move import DRAFT_ACTIVITY

_logger = logging.getLogger(__name__)

CHECK_ACTIVITY = "isp_billing.mail_activity_billing_check"
DRAFT_DAYS = 2


class IspBillingCheck(models.Model):
    """A month of the books set against the days of the services: what differs. People
    read it, and ask for it anew; code alone writes what it found."""

    _name = "isp.billing.check"
    _description = "Monthly Check of Billing"
    _inherit = ["mail.thread", "mail.activity.mixin", "isp.notice.mixin"]
    _order = "month desc, id desc"
    _rec_name = "month"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True)
    date_checked = fields.Datetime("Checked On", readonly=True)
    line_ids = fields.One2many(
        "isp.billing.check.line", "check_id", "Differences", readonly=True
    )
    count = fields.Integer("Number of Differences", compute="_compute_sums", store=True)
    difference = fields.Monetary(compute="_compute_sums", store=True)
    service_count = fields.Integer("Services", readonly=True)

    _month_uniq = models.UniqueIndex(
        "(company_id, month)", "This month has a check already."
    )

    @api.depends("line_ids.difference")
    def _compute_sums(self):
        for check in self:
            check.count = len(check.line_ids)
            check.difference = sum(check.line_ids.mapped("difference"))

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for check in self:
            check.display_name = check.month and format_date(
                self.env, check.month, date_format="MMMM yyyy"
            )

    @api.model
    def action_open(self):
        """Check the present and the former month now, and show them."""
        self.check_access("write")
        company = self.env.company
        today = company._get_isp_today()
        for months in (1, 0):
            self._check_month(company, today - relativedelta(months=months))
        return self.env["ir.actions.act_window"]._for_xml_id(
            "isp_billing.isp_billing_check_action"
        )

    def action_check(self):
        """Look again: what was put right is gone from the list."""
        self.check_access("write")
        self.sudo()._refresh()

    @api.model
    def _check_month(self, company, day):
        """Return the check of the month of a day, made or brought up to date."""
        month = day + relativedelta(day=1)
        check = self.sudo().search(
            [("company_id", "=", company.id), ("month", "=", month)]
        ) or self.sudo().create({"company_id": company.id, "month": month})
        check._refresh()
        return check

    def _refresh(self):
        self.env.flush_all()
        for check in self:
            check.line_ids.unlink()
            values = check._get_values()
            rows = []
            for kind in QUERIES:
                self.env.cr.execute(get_query(kind, **values))
                rows += [(kind, *row) for row in self.env.cr.fetchall()]
            self.env["isp.billing.check.line"].create(
                [check._prepare_line(*row) for row in rows]
            )
            check.date_checked = fields.Datetime.now()
            check.service_count = check._count_services()

    def _get_values(self):
        company = self.company_id
        return {
            "company": company.id,
            "first": self.month,
            "last": self.month + relativedelta(day=31),
            "today": company._get_isp_today(),
            "zone": company._get_isp_zone(),
            "unit": company.currency_id.rounding,
        }

    def _prepare_line(self, kind, service_id, first, last, expected, found, move_id):
        return {
            "check_id": self.id,
            "kind": kind,
            "service_id": service_id,
            "date_from": first,
            "date_to": last,
            "expected": expected,
            "found": found,
            "move_id": move_id,
        }

    def _count_services(self):
        values = self._get_values()
        ((count,),) = self.env.execute_query(
            SQL(
                """SELECT count(DISTINCT service_id) FROM isp_billing_period
                WHERE company_id = %(company)s AND date_from <= %(last)s
                AND date_to >= %(first)s""",
                company=values["company"],
                first=values["first"],
                last=values["last"],
            )
        )
        return count

    @api.model
    def _cron_check(self):
        """Check the former month of every company, and tell somebody of what differs;
        tell of invoices that were set to draft and forgotten."""
        self.env["res.company"]._get_isp_billed()._isp_take_turns(
            self._check_former_month, self.env._("The former month was not checked")
        )
        self._tell_of_drafts()

    @api.model
    def _check_former_month(self, company):
        day = company._get_isp_today() - relativedelta(months=1)
        check = self._check_month(company, day)
        if check.count:
            check._ask_person(
                CHECK_ACTIVITY,
                "billing",
                self.env._("Differences: %(count)s", count=check.count),
            )
        else:
            check._close_question(CHECK_ACTIVITY)
        _logger.info(
            "Check of %s, %s: %d differences",
            *(company.name, check.display_name, check.count),
        )

    @api.model
    def _tell_of_drafts(self):
        since = fields.Datetime.subtract(fields.Datetime.now(), days=DRAFT_DAYS)
        periods = self.env["isp.billing.period"].sudo()
        rows = periods.search(
            [
                ("move_line_id.parent_state", "=", "draft"),
                ("move_line_id.move_id.write_date", "<", since),
            ]
        )
        for move in rows.move_id:
            move._ask_person(
                DRAFT_ACTIVITY,
                "billing",
                self.env._(
                    "It is in draft, and what it charges is on no other invoice: post "
                    "it, or cancel it to have it on the next one."
                ),
            )


class IspBillingCheckLine(models.Model):
    _name = "isp.billing.check.line"
    _description = "Difference between Days and Books"
    _order = "check_id, kind, service_id, date_from, id"
    _rec_name = "service_id"

    check_id = fields.Many2one(
        "isp.billing.check", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True)
    currency_id = fields.Many2one(related="check_id.currency_id")
    service_id = fields.Many2one("isp.service", ondelete="cascade")
    partner_id = fields.Many2one(related="service_id.partner_id")
    kind = fields.Selection(
        [
            ("changed", "Posted with another amount than the days cost"),
            ("forgotten", "The days do not know what was posted"),
            ("draft", "The invoice is in draft: nobody is charged"),
            ("cancelled", "The invoice is cancelled: nobody is charged"),
            ("untaxed", "Posted without the taxes of the service"),
            ("hole", "Days between others that nobody is charged for"),
            ("late", "Not invoiced since this day"),
            ("waiting", "Settled, and no invoice will come"),
            ("to_credit", "To be credited, and no credit note will come"),
            ("outside", "Charged before the service began or after its end"),
            ("by_hand", "A line by hand, beside what the days charge"),
            ("credit", "Credited with another amount than the days know of"),
            ("price", "Charged at another price than was agreed"),
        ],
        "Why",
        required=True,
    )
    date_from = fields.Date("From")
    date_to = fields.Date("To")
    expected = fields.Monetary("Days × Price")
    found = fields.Monetary("In the Books")
    difference = fields.Monetary(compute="_compute_difference", store=True)
    move_id = fields.Many2one("account.move", "Invoice", ondelete="set null")

    @api.depends("expected", "found")
    def _compute_difference(self):
        for line in self:
            line.difference = line.found - line.expected

    def action_open(self):
        """Open what is to be looked at: the invoice, else the service."""
        self.ensure_one()
        return (self.move_id or self.service_id)._get_records_action()
