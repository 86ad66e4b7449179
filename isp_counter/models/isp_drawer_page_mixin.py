from odoo import models


class IspDrawerPageMixin(models.AbstractModel):
    """What happened to a drawer and is printed on a page to sign."""

    _name = "isp.drawer.page.mixin"
    _description = "Page to Sign of a Drawer"

    _page = None  # external id of the report

    def _get_printed(self):
        """Return it in sudo: who may read it may read all that stands there."""
        self.check_access("read")
        return self.sudo()

    def action_print(self):
        self.check_access("read")
        return self.env.ref(self._page).report_action(self.ids, config=False)
