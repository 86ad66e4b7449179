from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.isp_base.tests.common import IspCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestAccountsKept(IspCommon):
    """A link for a new password is its owner's; who takes care of others neither reads
    it nor invites, or shuts out, their subscribers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.users["portal"]
        cls.service = cls._create_service(partner_id=cls.user.partner_id.id)
        cls.service.user_id = cls.admin

    def test_nobody_reads_the_link(self):
        template = self.env.ref("auth_signup.portal_set_password_email")
        self.user.partner_id.signup_prepare()
        for role in ("sales", "admin"):
            card = self._as(role, self.user.partner_id)
            self._assert_refused(AccessError, card._get_signup_url)
            with self.subTest(role=role), self.assertRaises(UserError):
                self._as(role, template)._render_field("body_html", self.user.ids)

    def test_nobody_gets_the_token_of_who_has_no_account_yet(self):
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        stranger = self._create_service(email="wati@example.com").partner_id
        for role in ("employee", "technician", "sales", "admin", "manager"):
            card = self._as(role, stranger)
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError, call_kw, card, "signup_get_auth_param", [card.ids], {}
                )

    def test_sharing_a_record_invites_nobody(self):
        """The link would stand in a message on the record."""
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        stranger = self._create_service(email="wati@example.com").partner_id
        mine = self._create_service().partner_id
        share = self._as("sales", self.env["portal.share"]).create(
            {
                "res_model": "res.partner",
                "res_id": mine.id,
                "partner_ids": stranger.ids,
            }
        )
        self._assert_refused(UserError, share.action_send_mail)
        self.assertNotIn("token=", "".join(mine.message_ids.mapped("body")))

    def test_a_shared_link_speaks_for_nobody(self):
        """Whoever reads the message on the record could write as the recipient."""
        service = self._create_service(user_id=self.users["sales"].id)
        share = self._as("sales", self.env["portal.share"]).create(
            {
                "res_model": "isp.service",
                "res_id": service.id,
                "partner_ids": service.partner_id.ids,
            }
        )
        share.action_send_mail()
        body = service.message_ids[:1].body
        self.assertIn("access_token=", body)
        self.assertNotIn("hash=", body)
        self.assertNotIn("pid=", body)

    def test_who_shares_a_record_alone_reads_the_token_of_its_link(self):
        service = self._create_service(user_id=self.users["sales"].id)
        self.assertTrue(self._as("sales", service).get_portal_url())
        self.assertTrue(service.sudo().access_token)
        self.assertTrue(self._as("sales", service).access_token)
        for role in ("engineer", "warehouse"):
            seen = self._as(role, service)
            with self.subTest(role=role):
                self._assert_refused(AccessError, seen.read, ["access_token"])
                self._assert_refused(
                    AccessError, seen.search, [("access_token", "=like", "a%")]
                )
        self._assert_refused(
            AccessError, self._as("technician", service).get_portal_url
        )

    def _open_wizard(self, role, card):
        wizards = self._as(role, self.env["portal.wizard"])
        return wizards.with_context(active_ids=card.ids).create({}).user_ids

    def test_a_salesman_neither_invites_nor_shuts_out_others(self):
        stranger = self._create_service(email="wati@example.com")
        stranger.user_id = self.admin
        for card in (self.user.partner_id, stranger.partner_id):
            self._assert_refused(AccessError, self._open_wizard, "sales", card)
        line = self._open_wizard("admin", self.user.partner_id)
        line.create_uid = self.users["sales"]
        line.wizard_id.create_uid = self.users["sales"]
        for name in ("action_revoke_access", "action_invite_again"):
            self._assert_refused(AccessError, getattr(self._as("sales", line), name))
        self.assertTrue(self.user.active)

    def test_a_salesman_invites_his_own(self):
        mine = self._create_service(email="rina@example.com")
        mine.user_id = self.users["sales"]
        self._open_wizard("sales", mine.partner_id).action_grant_access()
        self.assertTrue(mine.partner_id.user_ids)
