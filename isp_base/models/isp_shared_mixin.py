from odoo import api, models


class IspSharedMixin(models.AbstractModel):
    """May belong to no company: then all read it, and who works in all writes it.

    Record rules say so (``…_rule_shared``). They are asked before something is written;
    here they are asked again after its company was, so that nobody gives away to all
    what he could not take back.
    """

    _name = "isp.shared.mixin"
    _description = "Shared by Companies"

    @api.constrains("company_id")
    def _isp_check_shared(self):
        self.sudo(False).check_access("write")
