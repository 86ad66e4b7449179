"""Rows that a transaction works on: of two transactions that want them, one waits."""

from odoo import models
from odoo.tools import SQL


def lock_or_retry(records: models.Model) -> None:
    """Wait for the rows of these records and hold them until the transaction ends.

    A transaction that had to wait, for one that changed a row, fails to serialize
    here, and Odoo runs it again on what the other one has left. So the caller reads
    nothing that is out of date, and need not say no to anybody. Who would rather
    leave out rows that are taken calls the ORM's ``try_lock_for_update``.

    :raises psycopg2.errors.SerializationFailure: let it through, see above
    """
    records.flush_recordset()
    query = "SELECT FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
    table = SQL.identifier(records._table)
    records.env.cr.execute(SQL(query, table, records.ids))
