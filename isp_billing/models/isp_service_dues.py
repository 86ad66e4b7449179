from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import PRICE_GROUPS

PROMISE_DAYS = 60  # a slip of the pen in the year is no promise


class IspService(models.Model):
    """What of a service's invoices is open, without the invoices themselves."""

    _inherit = "isp.service"

    billing_status = fields.Selection(
        [
            ("nothing", "Nothing invoiced"),
            ("paid", "Paid"),
            ("open", "To pay"),
            ("overdue", "Overdue"),
        ],
        compute="_compute_billing_status",
        search="_search_billing_status",
        groups=PRICE_GROUPS,
    )
    waits_for_payment = fields.Boolean(
        compute="_compute_waits_for_payment",
        help="It is isolated for being overdue, and for nothing else.",
    )
    amount_due = fields.Monetary(
        compute="_compute_billing_status", aggregator=None, groups=PRICE_GROUPS
    )

    def _compute_billing_status(self):
        """Sales sees whether it is paid, not the ledger: hence one query as is."""
        self._flush_dues()
        rows = self.env.execute_query_dict(
            SQL("%s SELECT * FROM service_dues", self._get_dues_query(self.ids))
        )
        dues = {row["service_id"]: row for row in rows}
        for service in self:
            row = dues.get(service._origin.id, {})
            service.billing_status = row.get("status", "nothing")
            service.amount_due = row.get("due", 0.0)

    @api.depends("suspension_ids.date_end", "suspension_ids.reason")
    def _compute_waits_for_payment(self):
        for service in self:
            rows = service.sudo().suspension_ids.filtered(lambda row: not row.date_end)
            service.waits_for_payment = set(rows.mapped("reason")) == {"overdue"}

    @api.model
    def _flush_dues(self):
        self.env["account.move"].flush_model()
        self.env["account.move.line"].flush_model(["isp_service_id", "move_id"])

    @api.model
    def _get_dues_query(self, ids=None):
        """Return the SQL of a table `service_dues` (service_id, due, status)."""
        return SQL(
            """
            WITH service_moves AS (
                SELECT DISTINCT isp_service_id AS service_id, move_id
                FROM account_move_line WHERE isp_service_id IS NOT NULL AND %s
            ), service_dues AS (
                SELECT service_id,
                       COALESCE(SUM(m.amount_residual) FILTER (WHERE unpaid), 0) AS due,
                       CASE WHEN bool_or(unpaid AND m.invoice_date_due < %s)
                            THEN 'overdue'
                            WHEN bool_or(unpaid) THEN 'open' ELSE 'paid' END AS status
                FROM service_moves
                JOIN account_move m ON m.id = move_id
                CROSS JOIN LATERAL (
                    SELECT m.payment_state IN ('not_paid', 'partial') AS unpaid) u
                WHERE m.state = 'posted' AND m.move_type = 'out_invoice'
                  AND NOT EXISTS (
                      SELECT FROM isp_service_former_holder_rel f
                      WHERE f.service_id = service_moves.service_id
                        AND f.partner_id = m.commercial_partner_id)
                GROUP BY service_id
            )""",
            SQL("TRUE") if ids is None else SQL("isp_service_id = ANY(%s)", ids),
            self.env.company._get_isp_today(),
        )

    @api.model
    def _search_billing_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["billing_status"], "read")
        self._flush_dues()
        billed = SQL(
            "(%s SELECT service_id FROM service_dues WHERE status = ANY(%s))",
            self._get_dues_query(),
            [status for status in value if status],  # every service has one
        )
        domain = Domain("id", "in", billed)
        if "nothing" in value:
            every = SQL(
                "(%s SELECT service_id FROM service_dues)", self._get_dues_query()
            )
            domain |= Domain("id", "not in", every)
        return domain

    def _is_promised(self, today):
        """Whether its payment is promised for this day or later."""
        self.ensure_one()
        return bool(self.promise_date) and self.promise_date >= today

    def _judge_dues(self):
        self.env["isp.dunning"]._judge(self)

    # Promised payments

    def action_promise(self):
        """Ask until when payment is promised."""
        self._check_may_promise()
        self._check_states(["active"])
        return self._open_wizard("isp_billing.isp_service_promise_action")

    def _promise_payment(self, date):
        """Do not isolate these services for being overdue until the end of a day.

        :raises UserError: when the day is over, or too far away to be a promise
        """
        self._check_may_promise()
        self._note_promise(date)

    def _note_promise(self, date):
        """Note a promise; who calls has checked that the user may take it down."""
        self._check_states(["active"])
        for company in self.company_id:
            today = company._get_isp_today()
            if date < today:
                raise UserError(self.env._("That day is over: choose a later one."))
            if date > fields.Date.add(today, days=PROMISE_DAYS):
                raise UserError(
                    self.env._(
                        "A promise holds for %(days)s days at most: choose an earlier "
                        "day. For who is never to be isolated, tick “Never Isolate” in "
                        "his contact.",
                        days=PROMISE_DAYS,
                    )
                )
        self.sudo().write({"promise_date": date})

    def _check_may_promise(self):
        """:raises AccessError: for anyone but those who make invoices"""
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(
                self.env._("Only those who make invoices take down a promise.")
            )
