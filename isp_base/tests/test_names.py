from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestNames(IspCommon):
    """Nobody writes, or mails, in the name of somebody else: Odoo takes whatever name
    a call brings along."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.manager.partner_id
        cls.card = cls.env["res.partner"].create(
            {"name": "Contact", "email": "contact@example.com"}
        )

    def _get_names(self):
        """Return what a call would bring along to be somebody else."""
        return (
            {"author_id": self.boss.id},
            {"email_from": self.manager.email_formatted},
            {"author_id": False, "email_from": self.manager.email_formatted},
            {
                "author_id": self.sales.partner_id.id,
                "email_from": f"Other <{self.manager.email.upper()}>",
            },
            {"author_id": self.subscriber.id},
        )

    def test_no_message_is_written_as_another(self):
        card = self._as("sales", self.card)
        for name in self._get_names():
            for kind in ("comment", "notification", "email_outgoing"):
                with self.subTest(name=name, kind=kind):
                    self._assert_refused(
                        AccessError,
                        card.message_post,
                        body="Pay to this account.",
                        message_type=kind,
                        partner_ids=self.card.ids,
                        **name,
                    )
        self.assertTrue(card.message_post(body="Hello", message_type="comment"))

    def test_nobody_is_told_something_by_another(self):
        for name in self._get_names():
            for records in (self.card, self.env["mail.thread"]):
                with self.subTest(name=name, model=records._name):
                    self._assert_refused(
                        AccessError,
                        self._as("technician", records).message_notify,
                        partner_ids=self.admin.partner_id.ids,
                        body="Give me your password.",
                        subject="Urgent",
                        **name,
                    )
        told = self._as("sales", self.card).message_notify(
            partner_ids=self.admin.partner_id.ids, body="Hello", subject="Hello"
        )
        self.assertEqual(told.author_id, self.sales.partner_id)

    def test_no_mail_goes_out_as_another(self):
        for mode in ("comment", "mass_mail"):
            for name in self._get_names():
                composer = self._as("sales", self.env["mail.compose.message"]).create(
                    {
                        "composition_mode": mode,
                        "model": "res.partner",
                        "res_ids": str(self.card.ids),
                        "body": "Pay to this account.",
                        "subject": "New account",
                        "partner_ids": [(6, 0, self.card.ids)],
                        **name,
                    }
                )
                with self.subTest(mode=mode, name=name):
                    if composer.author_id == self.sales.partner_id and (
                        composer.email_from == self.sales.email_formatted
                    ):
                        continue  # it has been put right
                    self._assert_refused(AccessError, composer._action_send_mail)

    def test_company_and_machine_have_a_voice(self):
        card = self._as("sales", self.card)
        for partner in (self.company.partner_id, self.env.ref("base.partner_root")):
            self.assertTrue(card.message_post(body="Hello", author_id=partner.id))
        address = '"Provider" <no-reply@provider.example>'
        self.assertTrue(card.message_post(body="Hello", email_from=address))
