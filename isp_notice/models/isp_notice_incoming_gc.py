from datetime import timedelta

from odoo import api, fields, models

AT_ONCE = 10_000


class IspNoticeIncoming(models.Model):
    """What came in is kept for as long as the company wants."""

    _inherit = "isp.notice.incoming"

    @api.autovacuum
    def _gc_incoming(self):
        keeping = self.env["res.company"].search([("isp_incoming_days", ">", 0)])
        for company in keeping:
            days = timedelta(days=company.isp_incoming_days)
            self._forget_before(company, fields.Datetime.now() - days)

    @api.model
    def _forget_before(self, company, oldest):
        ours = [("company_id", "=", company.id)]
        self.search([*ours, ("date", "<", oldest)], limit=AT_ONCE).unlink()
        talks = self.env["isp.notice.conversation"].search(
            [*ours, ("date_last", "<", oldest), ("incoming_ids", "=", False)],
            limit=AT_ONCE,
        )
        about = [("res_model", "=", talks._name), ("create_date", "<", oldest)]
        self.env["isp.notice.message"].search(
            [*about, ("company_id", "=", company.id)], limit=AT_ONCE
        ).unlink()
        talks.unlink()
