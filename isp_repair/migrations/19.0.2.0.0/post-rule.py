from odoo import SUPERUSER_ID, api

RULE = "isp_repair.stock_lot_rule_technician"


def migrate(cr, version):
    """A technician takes serial numbers from the stock of his own company alone."""
    rule = api.Environment(cr, SUPERUSER_ID, {}).ref(RULE, raise_if_not_found=False)
    if rule and rule.domain_force == "[('location_id.usage', '=', 'internal')]":
        rule.domain_force = (
            "[('location_id.usage', '=', 'internal'),"
            " ('location_id.company_id', 'in', company_ids)]"
        )
