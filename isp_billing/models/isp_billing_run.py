import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..const import BATCH

_logger = logging.getLogger(__name__)

STALLED_MINUTES = 15
PREVIEW_DAYS = 7  # so long a preview is kept


class IspBillingRun(models.Model):
    """The services of a company that are billed on a day, cut into jobs.

    A line for each service says what became of it; how far the run is follows from
    the lines. A batch that is worked on twice finds nothing left to bill. People start
    it, code alone writes what it is.
    """

    _name = "isp.billing.run"
    _description = "Billing Run"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["date"]
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    preview = fields.Boolean(
        readonly=True, help="Shows what would be invoiced, and changes nothing."
    )
    line_ids = fields.One2many("isp.billing.run.line", "run_id", readonly=True)
    date_started = fields.Datetime("Started", readonly=True)
    date_resumed = fields.Datetime(
        "Last Started", readonly=True, help="When it was last given work."
    )
    state = fields.Selection(
        [("running", "Running"), ("failed", "Done, with failures"), ("done", "Done")],
        "Status",
        compute="_compute_progress",
    )
    total_count = fields.Integer("Services", compute="_compute_progress")
    done_count = fields.Integer("Done", compute="_compute_progress")
    failed_count = fields.Integer("Failed", compute="_compute_progress")
    progress = fields.Float("Progress (%)", compute="_compute_progress")
    amount = fields.Monetary(compute="_compute_progress")
    rate = fields.Float("Services per Second", compute="_compute_progress")
    hours_left = fields.Float("Time Left", compute="_compute_progress")
    date_finished = fields.Datetime("Finished", compute="_compute_progress")
    move_count = fields.Integer("Invoices", compute="_compute_progress")

    _once_a_day = models.UniqueIndex(
        "(company_id, date) WHERE preview IS NOT TRUE",
        "Somebody else has started the billing run of today: look at Billing Runs.",
    )

    @api.depends("date", "preview")
    @api.depends_context("lang")
    def _compute_name(self):
        for run in self:
            day = format_date(self.env, run.date)
            run.name = self.env._("Preview of %(day)s", day=day) if run.preview else day

    @api.depends("line_ids.state", "line_ids.amount", "date_resumed")
    def _compute_progress(self):
        self.flush_model(["date_resumed"])
        self.env["isp.billing.run.line"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT run_id, count(*) AS total_count,
                       count(*) FILTER (WHERE state = 'done') AS done_count,
                       count(*) FILTER (WHERE state = 'failed') AS failed_count,
                       count(DISTINCT move_id) AS move_count,
                       COALESCE(sum(amount), 0) AS amount,
                       max(date_done) AS last,
                       count(*) FILTER (WHERE date_done >= date_resumed
                                        AND state != 'pending') AS recent
                FROM isp_billing_run_line JOIN isp_billing_run run ON run.id = run_id
                WHERE run_id = ANY(%s) GROUP BY run_id
                """,
                self.ids,
            )
        )
        numbers = {row.pop("run_id"): row for row in rows}
        for run in self:
            run._show_progress(numbers.get(run.id) or {})

    def _show_progress(self, row):
        """Write a row of numbers. The rate is that of the work given last: a run
        that somebody goes on with later did not work in between."""
        last = row.get("last")
        for name in ("total_count", "done_count", "failed_count", "move_count"):
            self[name] = row.get(name, 0)
        self.amount = row.get("amount", 0.0)
        finished = self.done_count + self.failed_count
        left = self.total_count - finished
        self.progress = 100.0 * finished / self.total_count if self.total_count else 100
        recent = row.get("recent", 0)
        seconds = (last - self.date_resumed).total_seconds() if recent else 0
        self.rate = recent / seconds if seconds > 0 else 0.0
        self.hours_left = left / self.rate / 3600 if self.rate else 0.0
        self.date_finished = last if last and not left else False
        done = "failed" if self.failed_count else "done"
        self.state = "running" if left else done

    # Filling and starting

    @api.model
    def _get_due_domain(self, company, date):
        """Domain of the services that are invoiced by a date. An isolated one waits
        until it is restored, unless it is charged all the same, or for what it used
        before."""
        return [
            ("company_id", "=", company.id),
            ("state", "=", "active"),
            ("next_invoice_date", "<=", date),
            "|",
            "|",
            ("access", "=", "open"),
            ("billing_schedule_id.in_arrears", "=", True),
            ("billing_schedule_id.isolated_charge", "=", "full"),
        ]

    def _fill(self):
        """Add a line for each service that is due and has none; return how many.

        Services of one partner are in one batch: they may share an invoice.
        """
        self.ensure_one()
        services = self.env["isp.service"].sudo()
        services.flush_model()
        due = services._search(self._get_due_domain(self.company_id, self.date))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO isp_billing_run_line
                       (run_id, service_id, company_id, state, batch)
                SELECT %(run)s, id, company_id, 'pending',
                       %(first)s + (dense_rank() OVER (ORDER BY partner_id) - 1)
                       / %(size)s
                FROM isp_service
                WHERE id IN %(due)s AND id NOT IN (
                    SELECT service_id FROM isp_billing_run_line WHERE run_id = %(run)s)
                """,
                run=self.id,
                size=BATCH,
                first=self._get_next_batch(),
                due=due.subselect(),
            )
        )
        count = self.env.cr.rowcount
        self.env["isp.billing.run.line"].invalidate_model()
        self.invalidate_recordset()
        return count

    def _get_next_batch(self):
        ((last, count),) = self.env["isp.billing.run.line"]._read_group(
            [("run_id", "=", self.id)], [], ["batch:max", "__count"]
        )
        return last + 1 if count else 0

    def _enqueue(self):
        """Make a job for every batch that has lines waiting."""
        for run in self:
            now = fields.Datetime.now()
            run.sudo().write(
                {"date_resumed": now, "date_started": run.date_started or now}
            )
            batches = self.env["isp.billing.run.line"]._read_group(
                [("run_id", "=", run.id), ("state", "=", "pending")], ["batch"]
            )
            _logger.info("Billing run %d: %d batches to work on", run.id, len(batches))
            for (batch,) in batches:
                run.with_delay(
                    description=self.env._(
                        "Billing %(day)s, batch %(n)s", day=run.name, n=batch + 1
                    )
                )._bill_batch(batch)

    @api.model
    def _cron_bill(self):
        """Bill what is due in every company, and go on where a run was broken off."""
        self.env["account.move"]._isp_withdraw_unpaid()
        self.env["res.company"]._get_isp_billed()._isp_take_turns(
            self._bill_today, self.env._("The billing run could not be started")
        )

    @api.model
    def _bill_today(self, company):
        run = self._get_run_of_today(company)
        if run and (run._fill() or run._is_stalled()):
            run._enqueue()

    @api.model
    def _get_run_of_today(self, company):
        """Return today's run, made when something is due; else an empty recordset."""
        today = company._get_isp_today()
        run = self.search(
            [
                ("company_id", "=", company.id),
                ("date", "=", today),
                ("preview", "=", False),
            ]
        )
        due = self.env["isp.service"].search_count(
            self._get_due_domain(company, today), limit=1
        )
        if not run and due:
            run = self._make({"company_id": company.id, "date": today})
        return run

    @api.model
    def _make(self, vals):
        return self.sudo().create(vals).sudo(self.env.su)

    def _is_stalled(self):
        """Whether lines wait and none was finished for some minutes."""
        if self.state != "running":
            return False
        ((last,),) = self.env["isp.billing.run.line"]._read_group(
            [("run_id", "=", self.id)], [], ["date_done:max"]
        )
        since = max(last or self.date_resumed, self.date_resumed)
        return (
            fields.Datetime.subtract(fields.Datetime.now(), minutes=STALLED_MINUTES)
            > since
        )

    def action_run_now(self):
        """Bill at once what is due today; show the run."""
        self._check_may_bill()
        run = self._get_run_of_today(self.env.company)
        if not run or not (run._fill() or run.state == "running"):
            raise UserError(self.env._("No service is due today that was not billed."))
        run._enqueue()
        return run._open()

    def action_preview(self):
        """Show what a run of today would invoice, without invoicing it."""
        self._check_may_bill()
        company = self.env.company
        run = self._make(
            {
                "company_id": company.id,
                "date": company._get_isp_today(),
                "preview": True,
            }
        )
        if not run._fill():
            raise UserError(self.env._("No service is due today that was not billed."))
        run._enqueue()
        return run._open()

    def action_retry(self):
        """Try the failed services of these runs again."""
        self._check_may_bill()
        failed = self.sudo().line_ids.filtered(lambda line: line.state == "failed")
        failed.write({"state": "pending", "error": False})
        self._enqueue()

    @api.autovacuum
    def _gc_previews(self):
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=PREVIEW_DAYS)
        self.search([("preview", "=", True), ("create_date", "<", limit)]).unlink()

    def action_refresh(self):
        """Show how far these runs are by now."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_may_bill(self):
        self.check_access("write")

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # The work of a job

    def _bill_batch(self, batch):
        """Bill the lines of a batch that wait: together or, when that fails, each by
        itself, so that one that cannot be billed stops no other."""
        self.ensure_one()
        lines = self.sudo().line_ids.search(
            [
                ("run_id", "=", self.id),
                ("batch", "=", batch),
                ("state", "=", "pending"),
            ]
        )
        if self.preview:
            return lines._preview_or_split()
        moves = lines._bill_or_split()
        if lines:
            self._log_batch(batch, lines)
        if self.company_id.isp_send_invoices:
            moves.filtered("amount_total")._notify_subscriber("invoice")
        return None

    def _log_batch(self, batch, lines):
        failed = len(lines.filtered(lambda line: line.state == "failed"))
        _logger.info(
            "Billing run %d, batch %d: %d services billed, %d failed",
            *(self.id, batch + 1, len(lines) - failed, failed),
        )
        if self.state != "running":
            _logger.info(
                "Billing run %d ended: %d services billed, %d failed, %d invoices",
                *(self.id, self.done_count, self.failed_count, self.move_count),
            )

    def action_view_moves(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        action["domain"] = [("id", "in", self.line_ids.move_id.ids)]
        action["context"] = {"create": False}
        return action

    def action_view_failed(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_billing.isp_billing_run_line_action"
        )
        action["domain"] = [("run_id", "=", self.id), ("state", "=", "failed")]
        return action
