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
        "(run_id, service_id)",
        "Somebody else has started this billing run just now: look at Billing Runs.",
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
                biller = self.env["isp.biller"].with_context(
                    isp_billing_run=self.run_id.id
                )
                moves = biller._bill(self.service_id)
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
            self._fail(error)
            return self.move_id
        return moves

    def _finish(self, moves):
        amounts = moves._isp_get_amounts()
        moves = moves.sorted(lambda move: move.move_type == "out_invoice")
        invoices = {line.isp_service_id: line.move_id for line in moves.line_ids}
        for line in self:
            line.move_id = invoices.get(line.service_id)
        self._set_done(amounts)
        self.service_id._billing_went_well()

    def _set_done(self, amounts):
        """:param amounts: {service: what it is charged, with taxes}"""
        for line in self:
            line.amount = amounts.get(line.service_id, 0.0)
        self.write(
            {"state": "done", "date_done": fields.Datetime.now(), "error": False}
        )

    def _fail(self, error):
        self.write(self._prepare_failure(error))
        self.service_id._billing_failed(str(error))

    def _prepare_failure(self, error):
        now = fields.Datetime.now()
        return {"state": "failed", "error": str(error), "date_done": now}

    def _preview_or_split(self):
        """Write down what each service would be invoiced, tax included; what fails
        together is tried one by one."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                amounts = self.env["isp.biller"]._preview_amounts(
                    self.service_id, self.run_id.date
                )
                self._set_done(amounts)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(self) > 1:
                for line in self:
                    line._preview_or_split()
                return
            self.write(self._prepare_failure(error))
