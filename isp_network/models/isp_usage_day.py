from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import split_every

from ..const import LOGIN_DAYS, SESSION_DAYS, USAGE_DAYS
from ..radius import usage

BATCH = 5000
COUNTED_AT = "isp_network.usage_counted_at"
SILENT_HOURS = 1


class IspUsageDay(models.Model):
    """What a service used in a day of its company: rolled up from the sessions.

    ``bytes_in`` is what the router received from the subscriber, his upload.
    """

    _name = "isp.usage.day"
    _description = "Usage of a Day"
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    service_id = fields.Many2one(
        "isp.service", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    bytes_in = fields.Float("Upload (bytes)", digits=(20, 0), readonly=True)
    bytes_out = fields.Float("Download (bytes)", digits=(20, 0), readonly=True)
    seconds = fields.Integer("Online (s)", readonly=True)
    sessions = fields.Integer(readonly=True, help="Sessions begun that day.")

    _day_uniq = models.Constraint("UNIQUE (service_id, date)", "Counted already.")
    _date_idx = models.Index("(date)")

    @api.model
    def _cron_count(self):
        """Count what moved, batch by batch; killed in the middle it goes on there."""
        parameters = self.env["ir.config_parameter"].sudo()
        now = fields.Datetime.now()
        since = fields.Datetime.to_datetime(parameters.get_param(COUNTED_AT))
        usage.close_silent(self.env.cr, now - timedelta(hours=SILENT_HOURS))
        changed = usage.find_changed(self.env.cr, since)
        remaining = len(changed)
        for ids in split_every(BATCH, changed):
            self._count(ids)
            remaining -= len(ids)
            self.env["ir.cron"]._commit_progress(len(ids), remaining=remaining)
        parameters.set_param(COUNTED_AT, fields.Datetime.to_string(now))

    @api.model
    def _count(self, session_ids):
        company_ids = usage.find_companies(self.env.cr, session_ids)
        companies = self.env["res.company"].sudo().browse(company_ids)
        zones = {company.id: company._get_isp_zone() for company in companies}
        usage.count(self.env.cr, session_ids, zones)
        self.invalidate_model()

    @api.model
    def _cron_tidy(self):
        """Move old sessions to the archive and delete what is too old to be kept."""
        parameters = self.env["ir.config_parameter"].sudo()
        counted = fields.Datetime.to_datetime(parameters.get_param(COUNTED_AT))
        if counted:  # no session leaves before its traffic was counted
            before = self._get_limit(SESSION_DAYS)
            before = before and min(before, counted - timedelta(days=2))
            self._in_batches(lambda: usage.archive(self.env.cr, before, BATCH), before)
        for keep, table, column in (
            (LOGIN_DAYS, "isp_radpostauth", "hour"),
            (USAGE_DAYS, "isp_usage_day", "date"),
        ):
            before = self._get_limit(keep)
            self._in_batches(
                lambda t=table, c=column, b=before: usage.prune(
                    self.env.cr, t, c, b, BATCH
                ),
                before,
            )
        self._prune_archive()
        self.invalidate_model()

    @api.model
    def _prune_archive(self):
        """Delete what is older than its company keeps it; what is of no company any
        more stays as long as that which keeps the longest."""
        now = fields.Datetime.now()
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        kept = dict(companies._read_group([], ["isp_archive_days"], ["id:array_agg"]))
        longest = 0 if 0 in kept else max(kept)
        for days in kept.keys() - {0}:
            ids = [*kept[days], 0] if days == longest else kept[days]
            before = now - timedelta(days=days)
            self._in_batches(
                lambda i=ids, b=before: usage.prune_archive(self.env.cr, i, b, BATCH),
                before,
            )

    @api.model
    def _in_batches(self, work, before):
        """Commit batch by batch until one is not full; nothing is older than None."""
        done = BATCH if before else 0
        while done == BATCH:
            done = work()
            self.env["ir.cron"]._commit_progress(done)

    @api.model
    def _get_limit(self, keep):
        """Return the moment before which things are too old, None when none is."""
        parameter, default = keep
        parameters = self.env["ir.config_parameter"].sudo()
        days = int(parameters.get_param(parameter, default))
        return fields.Datetime.now() - timedelta(days=days) if days > 0 else None
