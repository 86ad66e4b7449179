from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import NoticeCommon


class PreviewCommon(NoticeCommon):
    def _create_template(self, model):
        return self.env["mail.template"].create(
            {
                "name": "Another",
                "model_id": self.env["ir.model"]._get_id(model),
                "subject": "Another",
                "body_html": '<p><t t-out="object.sudo().login"/></p>'
                if model == "res.users"
                else "<p>Another</p>",
            }
        )

    def _preview(self, record):
        previews = self._as("manager", self.env["isp.notice.preview"])
        return previews.create(
            {
                "event_id": self.event.id,
                "record_ref": f"{record._name},{record.id}",
                "lang": "en_US",
            }
        )


@tagged("post_install", "-at_install")
class TestPreview(PreviewCommon):
    """Who chooses and sees what subscribers are told."""

    def test_a_manager_sees_how_it_reads(self):
        self.assertIn("From", self._preview(self.service).text)

    def test_a_manager_chooses_no_mail_that_opens_accounts(self):
        """Its preview would show him the link by which an administrator's password is
        chosen anew."""
        companies = self.env["res.company"].search([])
        self.manager.write({"company_ids": [(6, 0, companies.ids)]})
        event = self._as("manager", self.event)
        for model in ("res.users", "isp.work.order"):
            template = self._create_template(model)
            with self.subTest(model=model):
                self._assert_refused(
                    AccessError, event.write, {"template_id": template.id}
                )
        event.template_id = self._create_template("isp.service")
        self.event.template_id = False
        self._assert_refused(
            AccessError,
            event.write,
            {"template_id": self._create_template("res.users").id},
        )


@tagged("post_install", "-at_install", "isp_together")
class TestPreviewOfAccounts(PreviewCommon):
    def test_nobody_sees_what_opens_accounts(self):
        self.event.template_id = self._create_template("res.users")
        admin = self.env.ref("base.user_admin")
        with self.assertRaises(ValueError):  # no record of this kind is offered
            self.assertIn(admin.login, self._preview(admin).text)
