from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .test_payment_confirmation import ConfirmationCommon


@tagged("post_install", "-at_install")
class TestTalkOfInvoices(ConfirmationCommon):
    """What is written on an invoice stays as its author wrote it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        login = new_test_user(
            cls.env,
            "isp-invoice-reader",
            "base.group_portal",
            partner_id=cls.subscriber.id,
        )
        cls.login = login
        cls.told = cls._as("accountant", cls.invoice).message_post(
            body="Not paid yet.",
            partner_ids=login.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        cls.said = cls.invoice.sudo().message_post(
            body="I have paid half.",
            author_id=login.partner_id.id,
            partner_ids=cls.users["accountant"].partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def test_nobody_rewrites_the_other(self):
        for message in (
            self.told.with_user(self.login),
            self._as("accountant", self.said),
            self._as("admin", self.said),
        ):
            for vals in ({"date": "2020-01-01 00:00:00"}, {"subject": "All is paid."}):
                with self.subTest(user=message.env.user.login, vals=vals):
                    self._assert_refused(AccessError, message.write, vals)
        self._assert_refused(AccessError, self._as("accountant", self.said).unlink)

    def test_nobody_speaks_as_the_subscriber(self):
        invoice = self._as("accountant", self.invoice)
        self._assert_refused(
            AccessError,
            invoice.message_post,
            body="I pay twice.",
            message_type="comment",
            author_id=self.login.partner_id.id,
        )
        colleague = self.users["admin"].partner_id
        self._assert_refused(
            AccessError, invoice.message_post, body="Pay!", author_id=colleague.id
        )
        self.invoice.sudo().invoice_user_id = self.users["admin"]
        self.assertTrue(
            invoice.message_post(body="Your invoice", author_id=colleague.id)
        )


@tagged("post_install", "-at_install")
class TestSharedInvoice(ConfirmationCommon, HttpCase):
    """Who has a link to an invoice is not its subscriber by that."""

    def _say(self, **signed):
        answer = self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "account.move",
                "thread_id": self.invoice.id,
                "post_data": {
                    "body": "I pay twice.",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
                **signed,
            },
        )
        return self.env["mail.message"].browse(answer["message_id"])

    def test_a_link_speaks_in_nobodys_name(self):
        """Accountants and administrators read the token that is in it."""
        token = self.invoice.sudo()._portal_ensure_token()
        customer = self.invoice.partner_id
        said = self._say(token=token)
        self.assertEqual(said.model, "account.move")
        self.assertNotEqual(said.author_id, customer)
        said = self._say(
            token=token,
            hash=self.invoice.sudo()._sign_token(customer.id),
            pid=customer.id,
        )
        self.assertEqual(said.author_id, customer)
