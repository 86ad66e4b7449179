from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Records that were handed over before are sealed as they are now."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    seals = env["isp.handover.seal"]
    orders = env["isp.work.order"].search([("handover_id", "!=", False)])
    for order in orders.filtered(lambda order: not order.handover_seal_ids):
        seals._seal(order, order.handover_id, code=seals._make_code())
