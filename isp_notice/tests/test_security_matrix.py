from odoo.tests import tagged

from odoo.addons.isp_base.tests.common import GROUPS, IspCommon

OPERATIONS = ("read", "write", "create", "unlink")
INTERNAL = "sales technician engineer admin manager warehouse employee"
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
class TestSecurityMatrix(IspCommon):
    """Which group may do what with which model."""

    def test_every_model_of_the_addon_is_in_the_matrix(self):
        models = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == "isp_notice" and not model._abstract
        }
        self.assertEqual(models - RIGHTS.keys(), set())

    def test_rights_are_those_of_the_matrix(self):
        for model, rights in RIGHTS.items():
            expected = dict.fromkeys(GROUPS, "")
            for names, letters in rights.items():
                expected.update(dict.fromkeys(names.split(), letters))
            for name, letters in expected.items():
                records = self.env[model].with_user(self.users[name])
                found = "".join(o[0] for o in OPERATIONS if records.has_access(o))
                self.assertEqual(found, letters, f"{name} on {model}")

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
