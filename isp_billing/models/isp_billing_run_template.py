from odoo import api, fields, models


class IspBillingRun(models.Model):
    """How the invoices of a run were made: by template or one by one, and why."""

    _inherit = "isp.billing.run"

    all_kind_ids = fields.One2many(
        "isp.billing.kind", "run_id", "Kinds as Jobs Found Them", readonly=True
    )
    kind_ids = fields.Many2many(
        "isp.billing.kind", compute="_compute_kinds", string="Kinds of Invoices"
    )
    copied_count = fields.Integer("By Template", compute="_compute_copied_count")

    @api.depends("all_kind_ids.state")
    def _compute_kinds(self):
        for run in self:
            kinds = self.env["isp.billing.kind"]._of(run)
            run.kind_ids = run.all_kind_ids.union(*kinds.values())

    @api.depends("line_ids.by_template")
    def _compute_copied_count(self):
        counts = self.env["isp.billing.run.line"]._read_group(
            [("run_id", "in", self.ids), ("by_template", "=", True)],
            ["run_id"],
            ["move_id:count_distinct"],
        )
        counts = dict(counts)
        for run in self:
            run.copied_count = counts.get(run, 0)


class IspBillingRunLine(models.Model):
    _inherit = "isp.billing.run.line"

    by_template = fields.Boolean(
        readonly=True, help="Its invoice was copied from the first one of its kind."
    )
