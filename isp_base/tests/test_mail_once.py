from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestMailOnce(TransactionCase):
    """Two that send the same e-mail at the same moment, each by a connection to the
    database of its own: it leaves once, and neither is broken by the other."""

    def setUp(self):
        super().setUp()
        self.left = []
        server = self.registry["ir.mail_server"]
        self.startPatcher(patch.object(server, "_disable_send", lambda server: False))
        self.startPatcher(patch.object(server, "_connect__", lambda *args, **kw: None))
        self.startPatcher(patch.object(server, "send_email", self._take_email))
        self.mail_id = self._make_mail()

    def _take_email(self, message, *_args, **_kwargs):
        self.left.append(message["Subject"])
        return message["Message-Id"]

    def _make_mail(self):
        with self.registry.cursor() as cr:
            mail = self._mails(cr).create(
                {
                    "subject": "Once",
                    "body_html": "<p>Once</p>",
                    "email_to": "siti@pelanggan.example",
                    "auto_delete": False,
                    "state": "outgoing",
                }
            )
            mail_id = mail.id
        self.addCleanup(self._drop_mail, mail_id)
        return mail_id

    def _drop_mail(self, mail_id):
        with self.registry.cursor() as cr:
            self._mails(cr).browse(mail_id).exists().unlink()

    def _mails(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})["mail.mail"]

    def _mail(self, cr):
        # Who waits for the other is a failure, and no test that never ends.
        cr.execute("SET LOCAL lock_timeout = '2s'")
        return self._mails(cr).browse(self.mail_id)

    def test_what_a_job_is_sending_the_queue_leaves(self):
        with self.registry.cursor() as job, self.registry.cursor() as queue:
            self._mail(job).send()
            self._mail(queue).process_email_queue([self.mail_id])
            queue.execute("SELECT 1")
        self.assertEqual(self.left, ["Once"])

    def test_what_was_sent_since_the_queue_looked_is_left(self):
        with self.registry.cursor() as queue:
            seen = self._mail(queue)
            self.assertEqual(seen.state, "outgoing")
            with self.registry.cursor() as job:
                self._mail(job).send()
            seen.send()
            queue.execute("SELECT 1")
        self.assertEqual(self.left, ["Once"])
        with self.registry.cursor() as cr:
            self.assertEqual(self._mail(cr).state, "sent")

    def test_what_was_dropped_since_is_left(self):
        with self.registry.cursor() as queue:
            seen = self._mail(queue)
            self.assertEqual(seen.state, "outgoing")
            self._drop_mail(self.mail_id)
            seen.send()
            queue.execute("SELECT 1")
        self.assertFalse(self.left)
