from functools import partial

from odoo import api, fields, models
from odoo.service.model import retrying


class IrCron(models.Model):
    _inherit = "ir.cron"

    isp_retry = fields.Boolean(
        "Run Again After a Conflict",
        compute="_compute_isp_retry",
        store=True,
        readonly=False,
        help="When another transaction changed a row that this action changes, run it "
        "again at once, as Odoo does with requests of users.",
    )

    @api.depends("model_id")
    def _compute_isp_retry(self):
        """Those of our models; the ones of other addons stay as Odoo runs them."""
        for cron in self:
            cron.isp_retry = (cron.model_id.model or "").startswith("isp.")

    def _callback(self, cron_name, server_action_id):
        """Run it again when it loses against another transaction, where it says so.

        A scheduled action that lost would stay undone until its next turn, and be
        switched off when that happens often.
        """
        run = partial(super()._callback, cron_name, server_action_id)
        return retrying(run, self.env) if self.isp_retry else run()
