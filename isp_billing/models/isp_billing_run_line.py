import logging

from odoo import fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class IspBillingRunLine(models.Model):
    _name = "isp.billing.run.line"
    _description = "Service in a Billing Run"
    _order = "run_id, batch, id"
    _rec_name = "service_id"

    run_id = fields.Many2one("isp.billing.run", required=True, ondelete="cascade")
    service_id = fields.Many2one(
        "isp.service", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(related="service_id.partner_id")
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    batch = fields.Integer(required=True, aggregator=None)
    state = fields.Selection(
        [("pending", "Waiting"), ("done", "Done"), ("failed", "Failed")],
        "Status",
        required=True,
        default="pending",
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", ondelete="set null", index="btree_not_null"
    )
    amount = fields.Monetary()
    error = fields.Text()
    date_done = fields.Datetime("Done on")

    _service_uniq = models.UniqueIndex(
        "(run_id, service_id)", "A service is once in a run."
    )
    _batch_idx = models.Index("(run_id, state, batch)")

    def _bill_or_split(self):
        """Bill these services; return the invoices (account.move).

        What fails together is tried one by one; what fails alone keeps its error.
        A conflict with another transaction is not caught: the job is run again.
        """
        if not self:
            return self.move_id
        try:
            with self.env.cr.savepoint():
                moves = self.env["isp.biller"]._bill(self.service_id)
                self._finish(moves)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(self) > 1:
                moves = self.move_id
                for line in self:
                    moves |= line._bill_or_split()
                return moves
            _logger.warning("%s was not billed: %s", self.service_id.name, error)
            self._fail(str(error))
            return self.move_id
        return moves

    def _finish(self, moves):
        amounts = {}
        for line in moves.invoice_line_ids:
            sign = -1 if line.move_id.move_type == "out_refund" else 1
            move, amount = amounts.get(line.isp_service_id, (None, 0.0))
            amounts[line.isp_service_id] = (
                line.move_id,
                amount + sign * line.price_total,
            )
        now = fields.Datetime.now()
        for line in self:
            move, amount = amounts.get(line.service_id, (moves.browse(), 0.0))
            line.write(
                {
                    "state": "done",
                    "move_id": move.id,
                    "amount": amount,
                    "date_done": now,
                    "error": False,
                }
            )
        self.service_id._billing_went_well()

    def _fail(self, error):
        self.write(
            {"state": "failed", "error": error, "date_done": fields.Datetime.now()}
        )
        self.service_id._billing_failed(error)

    def _preview_each(self):
        """Write down what each service would be invoiced, tax included."""
        for line in self:
            try:
                invoices = self.env["isp.biller"]._preview(
                    line.service_id, line.run_id.date
                )
                vals = {
                    "state": "done",
                    "amount": sum(invoice["total"] for invoice in invoices),
                }
            except Exception as error:
                vals = {"state": "failed", "error": str(error)}
            line.write({**vals, "date_done": fields.Datetime.now()})
