from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestTransfer(IspCommon):
    """A running service goes on with another subscriber."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_active_service(partner_id=cls.subscriber.id)
        cls.heir = cls.env["res.partner"].create(
            {
                "name": "Ratna Dewi",
                "phone": "+62 812-9999-1111",
                "email": "ratna@example.com",
                "company_id": cls.company.id,
            }
        )

    def _transfer(self, role="admin", partner=None, **kwargs):
        service = self._as(role, self.service)
        service._transfer(partner or self.heir, **kwargs)

    def test_the_line_goes_on_and_the_person_is_another_one(self):
        self.service.access_token = "of the former one"
        kept = (self.service.name, self.service.username)
        password = self.service._isp_get_secret("password")
        with self._mails_at_once() as left:
            self._transfer()
        mails = self.env["mail.mail"].browse(left)
        self.assertIn(self.subscriber, mails.recipient_ids)
        self.assertIn(self.heir, mails.recipient_ids)
        self.assertEqual(self.service.partner_id, self.heir)
        self.assertEqual(self.service.contact_name, "Ratna Dewi")
        self.assertEqual(self.service.phone, self.heir.phone)
        self.assertEqual(self.service.email, "ratna@example.com")
        self.assertEqual((self.service.name, self.service.username), kept)
        self.assertEqual(self.service._isp_get_secret("password"), password)
        self.assertFalse(self.service.access_token)
        self.assertEqual((self.service.state, self.service.access), ("active", "open"))

    def test_nothing_of_the_former_one_is_left_where_the_new_one_has_none(self):
        self.heir.email = False
        self._transfer()
        self.assertFalse(self.service.email)
        self.assertFalse(self.heir.email)

    def test_with_a_new_password(self):
        password = self.service._isp_get_secret("password")
        self._transfer(new_password=True)
        self.assertNotEqual(self.service._isp_get_secret("password"), password)

    def test_the_new_holder_keeps_his_own_address(self):
        self.heir.write({"street": "Jalan Melati 3", "city": "Bandung"})
        self._transfer()
        self.assertEqual(self.heir.street, "Jalan Melati 3")
        self.assertEqual(self.heir.city, "Bandung")
        self.assertEqual(self.service.street, "Jalan Anggrek 14")

    def test_who_has_no_address_gets_that_of_the_service(self):
        self._transfer()
        self.assertEqual(self.heir.street, "Jalan Anggrek 14")

    def test_what_the_former_one_planned_is_not_done_to_the_new_one(self):
        day = fields.Date.add(self.company._get_isp_today(), days=10)
        service = self._as("admin", self.service)
        service._plan_change(self.other_plan.with_env(service.env), day)
        service._pause(day, fields.Date.add(day, days=10))
        self._transfer()
        self.assertFalse(self.service.next_plan_id or self.service.next_plan_date)
        self.assertFalse(self.service.pause_from or self.service.pause_until)

    def test_pressed_twice_the_second_one_is_told(self):
        self._transfer()
        self._assert_refused(UserError, self._transfer)

    def test_who_has_no_phone_is_asked_for_it(self):
        self.heir.phone = False
        self._assert_refused(UserError, self._transfer)

    def test_only_administrators_change_the_holder(self):
        for role in self.users.keys() - {"admin", "manager"}:
            with self.subTest(role=role):
                self._assert_refused(AccessError, self._transfer, role=role)
