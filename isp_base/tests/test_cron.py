from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import IspCommon

CRON = "odoo.addons.isp_base.models.ir_cron"


@tagged("post_install", "-at_install", "isp_alone")
class TestCron(IspCommon):
    """Our scheduled actions are run again after a conflict, others' are not (H6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours = cls.env.ref("isp_base.isp_service_dates_cron")
        cls.others = cls.env["ir.cron"].create(
            {
                "name": "Of another addon",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": "model.search([], limit=1)",
            }
        )

    def _is_retried(self, cron):
        with (
            patch(f"{CRON}.retrying", side_effect=lambda run, env: run()) as retrying,
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        return retrying.called

    def test_ours_are_run_again(self):
        self.assertTrue(self._is_retried(self.ours))

    def test_those_of_others_are_left_alone(self):
        self.assertFalse(self._is_retried(self.others))

    def test_whoever_wants_it_for_another_ticks_it(self):
        self.others.isp_retry = True
        self.assertTrue(self._is_retried(self.others))

    def test_nobody_runs_them_by_a_call(self):
        """Odoo asks in sudo whether the user may write on their model."""
        self.others.code = "env['res.partner'].sudo().create({'name': 'It ran'})"
        ours = self.ours.copy({"code": self.others.code})
        roles = ("public", "portal", "employee", "technician", "sales", "admin")
        for role in roles:
            actions = [ours.ir_actions_server_id]
            if role in ("public", "portal", "employee", "technician"):
                actions.append(self.others.ir_actions_server_id)
            for action in actions:
                with self.subTest(role=role, action=action.name):
                    self._assert_refused(AccessError, self._as(role, action).run)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "It ran")]))
