import logging

import psycopg2

from odoo import fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class IspBatchLineMixin(models.AbstractModel):
    """A row that becomes a service: alone it fails alone, and says why."""

    _name = "isp.batch.line.mixin"
    _description = "Row of a Batch"

    batch = fields.Integer(required=True, aggregator=None, readonly=True)
    message = fields.Text("What to Know", readonly=True)
    service_id = fields.Many2one(
        "isp.service",
        "Subscriber",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    def _import_or_split(self):
        """Take these rows over. What fails together is tried one by one, and what fails
        alone keeps its error. A conflict with another transaction is not caught: the
        job is run again."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                self._import()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(self) > 1:
                for line in self:
                    line._import_or_split()
                return
            _logger.warning("%s was not taken over", self.display_name)
            self._note_failure(_describe(error))

    def _import(self):
        """Make the services of these rows."""
        raise NotImplementedError

    def _note_failure(self, message):
        self.write({"state": "error", "message": message})


def _describe(error):
    """Return the error in words; PostgreSQL's own details show the whole record."""
    if isinstance(error, psycopg2.Error):
        return error.diag.message_primary or type(error).__name__
    return str(error)
