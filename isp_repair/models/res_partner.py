from odoo import fields, models

INTERNAL = "base.group_user"


class ResPartner(models.Model):
    """A customer reads his own card, but not through it what hangs on tickets."""

    _inherit = "res.partner"

    helpdesk_ticket_ids = fields.One2many(groups=INTERNAL)
    helpdesk_ticket_count = fields.Integer(groups=INTERNAL)
    helpdesk_ticket_active_count = fields.Integer(groups=INTERNAL)
    helpdesk_ticket_count_string = fields.Char(groups=INTERNAL)
