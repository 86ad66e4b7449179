from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestDialogs(IspCommon):
    """What dialogs of Odoo hold and print is for who has opened them, and for who may
    write what they are about."""

    def test_what_somebody_imports_is_his_own(self):
        """A list of subscribers lies there for an hour, passwords and all."""
        dialog = self._as("manager", self.env["base_import.import"]).create(
            {"res_model": "res.partner", "file": b"cGFzc3dvcmQ=", "file_name": "a.csv"}
        )
        self.assertEqual(dialog.file_name, "a.csv")
        for role in ("employee", "technician", "sales", "admin", "engineer"):
            seen = self._as(role, dialog)
            with self.subTest(role=role):
                self.assertNotIn(dialog, seen.search([]))
                self._assert_refused(AccessError, seen.read, ["file"])
                self._assert_refused(AccessError, seen.write, {"file": b"eA=="})
                self._assert_refused(AccessError, seen.unlink)
        dialog.write({"file_name": "b.csv"})

    def _create_template(self):
        return self.env["mail.template"].create(
            {
                "name": "Second factor",
                "model_id": self.env["ir.model"]._get_id("res.users"),
                "subject": "Code",
                "body_html": '<p><t t-out="object.sudo().login"/></p>',
            }
        )

    def test_nobody_prints_a_template_about_whom_he_may_not_write(self):
        """Odoo's code of the second factor is printed so, also for who only looks."""
        template = self._create_template()
        named = {
            "mail_template_id": template.id,
            "resource_ref": f"res.users,{self.manager.id}",
        }
        composed = {
            "template_id": template.id,
            "model": "res.users",
            "res_ids": str(self.manager.ids),
            "composition_mode": "comment",
        }
        for role in ("employee", "technician", "sales", "admin", "engineer"):
            with self.subTest(role=role):
                previews = self._as(role, self.env["mail.template.preview"])
                seen = previews.create(named)
                self.assertNotIn(self.manager.login, seen.body_html or "")
                shown = previews.onchange(named, ["resource_ref"], {"body_html": {}})
                self.assertNotIn(self.manager.login, str(shown))
                composer = self._as(role, self.env["mail.compose.message"])
                try:
                    shown = composer.onchange(composed, [], {"body": {}})
                except AccessError:
                    continue
                self.assertNotIn(self.manager.login, str(shown))

    def test_who_may_write_prints_it(self):
        template = self._create_template()
        previews = self.env["mail.template.preview"].with_user(
            self.env.ref("base.user_admin")
        )
        seen = previews.create(
            {
                "mail_template_id": template.id,
                "resource_ref": f"res.users,{self.manager.id}",
            }
        )
        self.assertIn(self.manager.login, seen.body_html)
