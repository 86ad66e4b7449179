from odoo import models


class IspSharedMixin(models.AbstractModel):
    """May belong to no company: then all read it, and who works in all writes it.

    Record rules say so (``…_rule_shared``). Odoo asks them before something is written;
    here they are asked again afterwards, so that nobody gives away to all what he could
    not take back.
    """

    _name = "isp.shared.mixin"
    _description = "Shared by Companies"

    def write(self, vals):
        result = super().write(vals)
        self.check_access("write")
        return result
