from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Invoices that wait to be mailed by jobs of the billing run are given to the jobs
    that mail them now."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    jobs = env["queue.job"].search(
        [
            ("model_name", "=", "isp.billing.run"),
            ("method_name", "=", "_send_invoices"),
            ("state", "not in", ["done", "cancelled"]),
        ]
    )
    ids = {move_id for job in jobs for move_id in job.args[0]}
    env["account.move"].browse(ids).exists()._isp_enqueue_sending()
    jobs.button_cancelled()
