from odoo.tests import tagged

from odoo.addons.isp_base.tests.common import IspCommon
from odoo.addons.isp_base.tests.matrix import INTERNAL, MatrixCase

RIGHTS = {
    "isp.notice.message": {"admin manager": "r"},
    "isp.notice.gateway": {"admin": "r", "manager": "rwcu"},
    "isp.notice.step": {INTERNAL: "r", "manager": "rwcu"},
    "isp.notice.conversation": {"admin manager": "rw"},
    "isp.notice.incoming": {"admin manager": "r"},
    "isp.notice.broadcast": {"admin": "r", "manager": "rwcu"},
    "isp.notice.preview": {"manager": "rwcu"},
}


@tagged("post_install", "-at_install", "isp_alone")
class TestSecurityMatrix(MatrixCase, IspCommon):
    """Which group may do what with which model."""

    def test_every_model_of_the_addon_is_in_the_matrix(self):
        self._assert_all_are_in(RIGHTS, "isp_notice")

    def test_rights_are_those_of_the_matrix(self):
        self._assert_rights(RIGHTS)

    def test_another_company_sees_nothing(self):
        self._create_other_company()
        gateway = self.env["isp.notice.gateway"].create(
            {"name": "Office", "provider": "fonnte", "company_id": self.company.id}
        )
        gateway.token = "s3cret-of-the-office"
        foreign = self.env["isp.notice.gateway"].with_user(self.users_b["admin"])
        self.assertFalse(foreign.search([("id", "=", gateway.id)]))
        own = self.as_user(gateway, self.manager)
        self.assertNotIn("s3cret", str(own.read(["token"])))
