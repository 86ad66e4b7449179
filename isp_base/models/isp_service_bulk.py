from odoo import models
from odoo.exceptions import UserError


class IspService(models.Model):
    """The buttons of the list, for one subscriber as on his form, for several with a
    preview; and what is one click away from both."""

    _inherit = "isp.service"

    def action_suspend_several(self):
        """Isolate those who are chosen in the list."""
        return (
            self.action_suspend() if len(self) == 1 else self._prepare_bulk("suspend")
        )

    def action_restore_several(self):
        """Lift the isolations of those who are chosen in the list."""
        return (
            self.action_restore() if len(self) == 1 else self._prepare_bulk("restore")
        )

    def action_change_plan_several(self):
        """Give another plan to those who are chosen in the list."""
        return (
            self.action_change_plan() if len(self) == 1 else self._prepare_bulk("plan")
        )

    def action_message_several(self):
        """Write to those who are chosen in the list."""
        return self._prepare_bulk("message")

    def action_new_password_several(self):
        """Give him who is chosen in the list a new password."""
        if len(self) != 1:
            raise UserError(
                self.env._("A new password is given to one subscriber at a time.")
            )
        return self.action_change_credentials()

    def _prepare_bulk(self, kind):
        """Return the page that shows what would come of it."""
        bulk = self.env["isp.bulk"]._prepare(kind, self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_base.isp_bulk_action"
        )
        form = self.env.ref("isp_base.isp_bulk_view_form").id
        return {
            **action,
            "res_id": bulk.id,
            "view_mode": "form",
            "views": [(form, "form")],
        }

    def action_plan_visit(self):
        """Ask when technicians go there, who and why."""
        self.ensure_one()
        self._check_service_admin()
        return self._open_wizard("isp_base.isp_service_visit_action")
