from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """Invoices that wait to be mailed by jobs of the billing run are given to the jobs
    that mail them now. The method of the old ones is gone: the ORM cannot load them."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    jobs = env["queue.job"].search(
        [
            ("model_name", "=", "isp.billing.run"),
            ("method_name", "=", "_send_invoices"),
            ("state", "not in", ["done", "cancelled"]),
        ]
    )
    for job in jobs:
        moves = env["account.move"].with_user(job.user_id).browse(job.args[0])
        moves.exists()._isp_enqueue_sending()
    cr.execute(
        SQL(
            "UPDATE queue_job SET state = 'cancelled', date_cancelled = now() "
            "WHERE id = ANY(%s)",
            jobs.ids,
        )
    )
    jobs.invalidate_recordset()
