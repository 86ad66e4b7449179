"""Two people, or two jobs, who work on the same record at once."""

from odoo.tools import SQL


def hold_rows(records):
    """Hold the rows of these records until the transaction ends. Whoever has them now
    is waited for.

    As each of our changes writes the rows that it holds, who has waited fails to
    serialize: Odoo runs his request or job again, on what the other one left. (The
    ORM's `lock_for_update` does not wait. It refuses at once, so that somebody would
    have to press his button again, without being told what has become of the record.)

    :param records: recordset; what is cached of it is written first
    """
    records.flush_recordset()
    records.env.cr.execute(
        SQL(
            "SELECT FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            SQL.identifier(records._table),
            records.ids,
        )
    )
