from functools import partial

from odoo import models
from odoo.service.model import retrying


class IrCron(models.Model):
    _inherit = "ir.cron"

    def _callback(self, cron_name, server_action_id):
        """A scheduled action that meets another transaction at a row is run again.

        Odoo does so with requests only. A scheduled action that lost would stay
        undone until its next turn, and be switched off when that happens often.
        """
        return retrying(
            partial(super()._callback, cron_name, server_action_id), self.env
        )
