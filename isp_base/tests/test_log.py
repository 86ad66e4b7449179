import base64

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PNG, IspCommon


@tagged("post_install", "-at_install")
class TestLog(IspCommon):
    """What the system writes of a record, who looked at a password say, stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.group_ids |= cls.env.ref("base.group_system")
        cls.service = cls._create_service()
        cls.order = cls._create_order(cls.service, "started")
        cls.looker = cls._as("technician", cls.env["isp.service.credentials.show"])
        cls.looker.create({"service_id": cls.service.id})
        cls.line = cls._get_last_line()

    @classmethod
    def _get_last_line(cls):
        cls.env.invalidate_all()
        return cls.service.sudo().message_ids.sorted("id")[-1:]

    def test_nobody_changes_a_line(self):
        self.assertIn("credentials were shown", self.line.body)
        place = {"model": "isp.work.order", "res_id": self.order.id}
        for role in ("technician", "engineer", "admin", "manager", "root"):
            line = self.line.sudo() if role == "root" else self._as(role, self.line)
            for vals in (
                {"body": "."},
                {"date": "2020-01-01 00:00:00"},
                {"author_id": self.admin.partner_id.id},
                {"message_type": "comment"},
                {"subject": "."},
                place,
            ):
                with self.subTest(role=role, vals=vals):
                    self._assert_refused(AccessError, line.write, vals)
            with self.subTest(role=role):
                self._assert_refused(AccessError, line.unlink)
                forged = line.with_context(isp_going=True)
                self._assert_refused(AccessError, forged.unlink)
        self.assertIn("credentials were shown", self.line.body)

    def test_nobody_takes_a_line_away_by_its_record(self):
        for role in ("technician", "engineer", "admin", "manager"):
            for command in (
                Command.update(self.line.id, {"body": "."}),
                Command.delete(self.line.id),
                Command.unlink(self.line.id),
                Command.clear(),
            ):
                service = self._as(role, self.service)
                with self.subTest(role=role, command=command):
                    self._assert_refused(
                        AccessError, service.write, {"message_ids": [command]}
                    )
        other = self._create_service()
        for role in ("engineer", "admin", "manager"):
            service = self._as(role, self.service)
            with self.subTest(role=role):
                self._assert_refused(AccessError, service.message_change_thread, other)
        self.assertEqual(self.line.res_id, self.service.id)

    def test_nobody_writes_a_line_in_anothers_name(self):
        vals = {
            "model": "isp.service",
            "res_id": self.service.id,
            "body": "The credentials were shown.",
            "message_type": "notification",
            "author_id": self.engineer.partner_id.id,
        }
        for role in ("technician", "admin", "manager"):
            messages = self._as(role, self.env["mail.message"])
            with self.subTest(role=role):
                self._assert_refused(AccessError, messages.create, vals)
                self._assert_refused(
                    AccessError,
                    self._as(role, self.service).message_post,
                    body=vals["body"],
                    author_id=vals["author_id"],
                )

    def test_nobody_speaks_in_anothers_name(self):
        said = {"body": "I have paid.", "message_type": "comment"}
        for role in ("technician", "sales", "admin"):
            if role == "sales":
                self.service.user_id = self.users["sales"]
            service = self._as(role, self.service)
            for author in (
                {"author_id": self.engineer.partner_id.id},
                {"email_from": self.engineer.email_formatted},
            ):
                with self.subTest(role=role, author=author):
                    self._assert_refused(
                        AccessError, service.message_post, **said, **author
                    )
            self.assertTrue(service.message_post(**said))

    def test_a_comment_does_not_become_a_line(self):
        place = {"model": "isp.service", "res_id": self.service.id}
        for role in ("technician", "sales", "admin", "manager"):
            messages = self._as(role, self.env["mail.message"])
            if role == "sales":
                self.service.user_id = self.users["sales"]
            comment = messages.create(
                {**place, "body": "Hello", "message_type": "comment"}
            )
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError, comment.write, {"message_type": "notification"}
                )
                dated = {
                    **place,
                    "body": "Isolated",
                    "message_type": "notification",
                    "date": "2020-01-01 00:00:00",
                }
                self._assert_refused(AccessError, messages.create, dated)

    def test_nobody_changes_what_somebody_else_said(self):
        """Not even who was told of it, or may write its record."""
        self.service.user_id = self.users["sales"]
        told = self.admin.partner_id | self.users["sales"].partner_id
        comment = self._as("technician", self.service).message_post(
            body="He has two lines.", message_type="comment", partner_ids=told.ids
        )
        for role in ("sales", "admin", "manager"):
            said = self._as(role, comment)
            for vals in (
                {"body": "He has one line."},
                {"date": "2020-01-01 00:00:00"},
                {"author_id": said.env.user.partner_id.id},
                {"subtype_id": self.env.ref("mail.mt_comment").id},
                {"model": "isp.work.order", "res_id": self.order.id},
            ):
                with self.subTest(role=role, vals=vals):
                    self._assert_refused(AccessError, said.write, vals)
            with self.subTest(role=role):
                self._assert_refused(AccessError, said.unlink)
            said.toggle_message_starred()
        self.assertIn("two lines", comment.body)

    def test_who_said_it_and_when_stays(self):
        for role in ("technician", "sales", "admin"):
            if role == "sales":
                self.service.user_id = self.users["sales"]
            service = self._as(role, self.service)
            comment = service.message_post(body="Hello", message_type="comment")
            for vals in (
                {"author_id": self.engineer.partner_id.id},
                {"email_from": self.engineer.email_formatted},
                {"date": "2020-01-01 00:00:00"},
                {"model": "isp.work.order", "res_id": self.order.id},
            ):
                with self.subTest(role=role, vals=vals):
                    self._assert_refused(AccessError, comment.write, vals)
            with self.subTest(role=role):
                self._assert_refused(
                    AccessError,
                    service.message_post,
                    body="Hello",
                    message_type="comment",
                    date="2020-01-01 00:00:00",
                )

    def test_what_has_changed_is_part_of_a_line(self):
        self._flush_tracking()
        self._as("admin", self.service).priority = "3"
        self._flush_tracking()
        self.env.invalidate_all()
        values = self.service.sudo().message_ids.tracking_value_ids
        self.assertTrue(values)
        for role in ("admin", "manager"):
            tracked = self._as(role, values)
            self._assert_refused(AccessError, tracked.write, {"new_value_char": "."})
            self._assert_refused(AccessError, tracked.unlink)

    def test_people_still_talk(self):
        """A comment is his who wrote it, and a line can be starred."""
        self._as("technician", self.line).toggle_message_starred()
        service = self._as("technician", self.service)
        comment = service.message_post(body="Hello", message_type="comment")
        service._message_update_content(comment, body="Good morning")
        self.assertIn("Good morning", comment.body)

    def test_the_log_goes_with_a_draft(self):
        service = self._create_service()
        line = service.message_ids
        self.assertTrue(line)
        self._as("admin", service).unlink()
        self.assertFalse(line.exists())

    def test_a_finished_visit_takes_no_files_of_technicians(self):
        vals = {
            "name": "late.png",
            "datas": PNG.decode(),
            "res_model": "isp.work.order",
            "res_id": self.order.id,
        }
        files = self._as("technician", self.env["ir.attachment"])
        photo = files.create(vals)
        self.order.sudo().write({"state": "done"})
        files = self._as("technician", self.env["ir.attachment"])
        self._assert_refused(AccessError, files.create, vals)
        late = self._as("technician", photo)
        content = base64.b64encode(b"other").decode()
        self._assert_refused(AccessError, late.write, {"datas": content})
        self._assert_refused(AccessError, late.unlink)
