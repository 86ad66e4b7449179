import sys
import unittest
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import NoticeCommon

PROJECT = Path(__file__).resolve().parents[2]
NAME, PLAN = "{{ object.partner_id.name }}", "{{ object.plan_id.name }}"
NUMBER = "{{ object.name }}"
FITS = f"Halo {NAME}, tagihan {NUMBER}: {PLAN}"  # as the peer has it


@tagged("post_install", "-at_install")
class TestTemplates(NoticeCommon):
    """What Meta has not approved in these words is refused before anything is sent."""

    has_peer = False

    @classmethod
    def setUpClass(cls):
        if not (PROJECT / "simulator").is_dir():
            raise unittest.SkipTest("the simulator of the project is not here")
        super().setUpClass()
        sys.path.insert(0, str(PROJECT))
        cls.addClassCleanup(sys.path.remove, str(PROJECT))
        from simulator.whatsapp.control import Background

        cls.meta = cls.enterClassContext(Background("meta"))
        cls.gateway.active = False
        cls.gateway = cls._create_gateway(
            "Meta",
            provider="meta",
            url=cls.meta.url,
            account="106540352242922",
            business="102290129340398",
            token="meta-token",
            secret="meta-secret",
        )
        cls.env["res.lang"]._activate_lang("id_ID")
        cls.partner.lang = "id_ID"
        cls.event.write({"text": FITS, "template_name": "invoice"})

    def setUp(self):
        super().setUp()
        self.gateway.templates_on = False
        self.before = self.meta.run("counts")["messages"]

    def _tell_and_send(self):
        message = self._tell()
        self._send()
        return message

    def _count_sent(self):
        return self.meta.run("counts")["messages"] - self.before

    def _check_refused(self, words):
        message = self._tell_and_send()
        self.assertEqual(message.state, "failed")
        self.assertIn(words, message.reason)
        self.assertFalse(self._count_sent())
        return message

    def test_what_is_approved_is_sent(self):
        message = self._tell_and_send()
        self.assertEqual((message.state, message.reason), ("sent", False))
        self.assertEqual(self._count_sent(), 1)

    def test_a_value_too_few(self):
        self.event.text = f"Halo {NAME}, tagihan {NUMBER}"
        self._check_refused("another number of values")

    def test_values_at_each_others_place(self):
        self.event.text = f"Tagihan {NUMBER}, halo {NAME}: {PLAN}"
        self._check_refused("other words")

    def test_a_template_that_waits_for_its_approval(self):
        self.event.write(
            {"template_name": "reminder", "text": f"Halo {NAME}, mohon bayar {PLAN}"}
        )
        self._check_refused("not approved")

    def test_a_language_without_a_template(self):
        self.partner.lang = "en_US"
        self._check_refused("none of this name")

    def test_a_message_that_is_older_than_the_text(self):
        self.event.text = f"Halo {NAME}"
        message = self._tell()
        self.event.text = FITS
        self._send()
        self.assertEqual(message.state, "failed")
        self.assertFalse(self._count_sent())

    def test_the_next_channel_is_taken(self):
        self.event.template_name = "nowhere"
        known = self._get_messages()
        self._check_refused("nowhere")
        told = self._get_messages() - known
        self.assertEqual(set(told.mapped("channel")), {"whatsapp", "email"})
        self.assertEqual(self.gateway.state, "active", "it is not the number's fault")

    def test_it_is_said_where_the_template_is_named(self):
        self.assertFalse(self._as("manager", self.event).template_problem)
        self._as("manager", self.gateway).action_check()
        problems = self._as("manager", self.event).template_problem
        self.assertIn("(en)", problems)
        self.assertNotIn("(id)", problems)

    def test_a_number_of_which_nobody_knows_the_templates_sends(self):
        self.gateway.business = False
        self.assertEqual(self._tell_and_send().state, "sent")

    def test_a_broadcast_that_does_not_fit_is_not_begun(self):
        self.company.partner_id.lang = "id_ID"
        broadcast = self.env["isp.notice.broadcast"].create(
            {
                "name": "Works",
                "text": "Halo {name}",
                "template_name": "invoice",
                "plan_ids": [(6, 0, self.plan.ids)],
                "company_id": self.company.id,
            }
        )
        with self.assertRaisesRegex(UserError, "another number of values"):
            self._as("manager", broadcast).action_start()
        broadcast.text = "Halo {name}, tagihan {number}: {number}"
        broadcast._check_ready()
