from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import IspCommon

TODO = "mail.mail_activity_data_todo"


@tagged("post_install", "-at_install", "isp_alone")
class TestNotices(IspCommon):
    """Whoever has something to tell a person does it in one way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_service(email="siti@pelanggan.example")
        cls.mute = cls._create_service(email=False)
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Maintenance",
                "model_id": cls.env["ir.model"]._get_id("isp.service"),
                "subject": "Maintenance of {{ object.name }}",
                "body_html": "<p>From <t t-out=\"ctx.get('isp_from')\"/></p>",
                "partner_to": "{{ object.partner_id.id }}",
                "lang": "{{ object.partner_id.lang }}",
                "auto_delete": False,
            }
        )
        cls.event = cls.env["isp.notice.event"].create(
            {"name": "Maintenance", "code": "works", "template_id": cls.template.id}
        )

    def _notify(self, **values):
        """Return the mails that a salesman's notice of the event has made."""
        known = self.env["mail.mail"].search([])
        both = self.as_user(self.service | self.mute, self.sales)
        both._notify_subscriber("works", isp_from="8:00", **values)
        return self.env["mail.mail"].search([]) - known

    def test_who_has_an_address_is_told_by_mail(self):
        mail = self._notify()
        self.assertEqual(mail.subject, f"Maintenance of {self.service.name}")
        self.assertIn("From 8:00", mail.body_html)
        self.assertEqual(mail.recipient_ids, self.service.partner_id)
        self.assertEqual(mail.state, "outgoing", "the queue takes it along")

    def test_what_answers_a_person_leaves_at_once(self):
        with self._mails_at_once() as left:
            self._notify()
            self.assertFalse(left)
            self.event.at_once = True
            self.assertEqual(self._notify().ids, left)

    def test_nobody_reads_the_message_for_having_caused_it(self):
        message = self._notify().mail_message_id
        self.assertNotEqual(message.create_uid, self.sales)

    def test_what_is_switched_off_is_told_to_nobody(self):
        self.event.active = False
        self.assertFalse(self._notify())

    def test_the_message_of_the_caller_replaces_the_events(self):
        other = self.template.copy({"subject": "Other"})
        self.assertEqual(self._notify(template=other).subject, "Other")

    def test_an_event_that_nobody_brought_is_told_to_the_developer(self):
        with self.assertRaisesRegex(ValueError, "no notice 'unheard'"):
            self.service._notify_subscriber("unheard")

    def test_a_channel_is_added_by_an_addon(self):
        told = []
        event, service = (
            self.registry[name] for name in ("isp.notice.event", "isp.service")
        )
        self.patch(event, "_get_channels", lambda event: ["email", "pigeon"])

        def notify_by_pigeon(services, notice, values):
            told.append((services.sudo(False), notice.code, values))

        service._notify_by_pigeon = notify_by_pigeon
        self.addCleanup(delattr, service, "_notify_by_pigeon")
        self.assertTrue(self._notify())
        both = self.service | self.mute
        self.assertEqual(told, [(both, "works", {"isp_from": "8:00"})])

    def test_a_person_of_the_office_is_asked_once(self):
        for _twice in range(2):
            self.service._ask_person(TODO, "office", "Call him")
        activity = self.service.activity_search([TODO])
        self.assertEqual(len(activity), 1)
        self.assertIn("Call him", activity.note)
        self.assertEqual(activity.user_id, self.company._get_isp_person("office"))
        self.assertEqual(activity.date_deadline, self.company._get_isp_today())
        self.service._close_question(TODO)
        self.assertFalse(self.service.activity_search([TODO]))

    def test_who_has_a_role_may_do_it(self):
        for role, (_field, group) in self.company._get_isp_roles().items():
            person = self.company._get_isp_person(role)
            self.assertTrue(person.has_group(group), role)

    def test_who_is_isolated_and_let_through_again_is_told_once_where_it_is_wanted(
        self,
    ):
        service = self._create_active_service(email="budi@pelanggan.example")
        mails = self.env["mail.mail"].search([])
        service._suspend("manual")
        service._restore("manual")
        self.assertFalse(self.env["mail.mail"].search([]) - mails)
        events = self.env["isp.notice.event"]
        for code in ("isolated", "restored"):
            events._get_event(code).active = True
        for _twice in range(2):
            service._suspend("manual")
        for _twice in range(2):
            service._restore("manual")
        told = self.env["mail.mail"].search([]) - mails
        self.assertEqual(
            sorted(told.mapped("subject")),
            [
                f"Your internet service {service.name} is isolated",
                f"Your internet service {service.name} runs again",
            ],
        )

    def test_managers_choose_what_is_told(self):
        self.manager.company_ids = self.env["res.company"].search([])
        self.as_user(self.event, self.manager).write({"active": False})
        self.as_user(self.event, self.manager).write({"at_once": True})
        for role in ("admin", "sales", "technician"):
            with self.assertRaises(AccessError, msg=role):
                self.as_user(self.event, self.users[role]).active = True
