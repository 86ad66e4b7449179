import logging

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

STATES = ["first", "proven", "ordinary"]


class IspBillingKind(models.Model):
    """Invoices of a run that differ in customer, number, texts and days alone: what
    the first one is in the books, and whether the second one, made by Odoo and by
    copying the first, came out the same."""

    _name = "isp.billing.kind"
    _description = "Kind of Invoices in a Billing Run"
    _order = "run_id, id"

    run_id = fields.Many2one(
        "isp.billing.run", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    name = fields.Char("Invoices", required=True, readonly=True)
    key = fields.Char(
        required=True, readonly=True, help="What its invoices have in common."
    )
    state = fields.Selection(
        [
            ("first", "One so far"),
            ("proven", "By template"),
            ("ordinary", "One by one"),
        ],
        "Made",
        required=True,
        readonly=True,
    )
    reason = fields.Text("Why One by One", readonly=True)
    rows = fields.Json(
        readonly=True,
        groups="base.group_system",
        help="The first invoice as it is in the tables.",
    )

    @api.model
    def _of(self, run):
        """Return {key: kind}; of two jobs that found one, what refuses it counts."""
        kinds = self.search([("run_id", "=", run.id)])
        kinds = kinds.sorted(lambda kind: STATES.index(kind.state))
        return {kind.key: kind for kind in kinds}

    @api.model
    def _note_obstacle(self, run, key, name, reason):
        """Note, once, that these invoices of a run are made one by one, and why."""
        domain = [("run_id", "=", run.id), ("key", "=", key), ("reason", "=", reason)]
        if not self.search_count(domain, limit=1):
            _logger.info("Billing run %d, %s one by one: %s", run.id, name, reason)
            vals = {"run_id": run.id, "key": key, "name": name, "reason": reason}
            self.create({**vals, "state": "ordinary"})

    def _is_open(self):
        """Whether its second invoice will tell how it is made."""
        return self.state == "first"

    def _refuse(self, reason):
        for kind in self:
            _logger.info(
                "Billing run %d, %s one by one: %s", kind.run_id.id, kind.name, reason
            )
        self.write({"state": "ordinary", "reason": reason})
