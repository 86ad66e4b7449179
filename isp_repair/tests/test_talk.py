from odoo.exceptions import AccessError
from odoo.tests import tagged

from .portal_common import RepairPortalCommon


@tagged("post_install", "-at_install")
class TestTalk(RepairPortalCommon):
    """What customer and provider wrote to each other stays as they wrote it, though all
    of them were told of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._book()
        cls.login = cls.subscriber.user_ids[0]
        cls.ticket.sudo()._isp_say(
            cls.subscriber, "It is your cable.", cls.env["ir.attachment"]
        )
        cls.asked = cls.ticket.sudo().message_ids.sorted("id")[-1:]
        cls.answer = cls._as("admin", cls.ticket).message_post(
            body="We come on Monday.",
            author_id=cls.company.partner_id.id,
            partner_ids=cls.subscriber.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def test_nobody_rewrites_the_customer(self):
        crew = self.users["technician"].partner_id
        self.asked.sudo().partner_ids |= crew  # as those are who may take the order
        for role in ("technician", "engineer", "admin", "manager"):
            asked = self._as(role, self.asked)
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError, asked.write, {"body": "It is my cable."}
                )
                self._assert_refused(
                    AccessError, asked.write, {"date": "2020-01-01 00:00:00"}
                )
                self._assert_refused(AccessError, asked.unlink)
        self.assertIn("your cable", self.asked.body)

    def test_nobody_becomes_the_customer(self):
        for role in ("technician", "admin"):
            ticket = self._as(role, self.ticket)
            said = ticket.message_post(body="I pay twice.", message_type="comment")
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError, said.write, {"author_id": self.subscriber.id}
                )

    def test_the_customer_rewrites_nobody(self):
        answer = self.answer.with_user(self.login)
        for vals in (
            {"body": "We come today."},
            {"date": "2020-01-01 00:00:00"},
            {"author_id": self.subscriber.id},
        ):
            with self.subTest(vals=vals):
                self._assert_refused(AccessError, answer.write, vals)
        self.assertIn("Monday", self.answer.body)

    def test_the_office_corrects_its_own_answer(self):
        answer = self._as("admin", self.answer)
        answer.body = "We come on Tuesday."
        self.assertIn("Tuesday", self.answer.body)
