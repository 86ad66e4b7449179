from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.isp_work_order_phone import WrittenMeanwhile
from .common import IspCommon


@tagged("post_install", "-at_install")
class TestMeanwhile(IspCommon):
    """P13: of two who write at a visit at once, nobody loses what he wrote."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(
            state="started",
            technician_ids=[(6, 0, (cls.technician | cls.stranger).ids)],
        )

    def _save(self, user, vals, seen, **context):
        """Save the form as a browser does that has read these values."""
        order = self.as_user(self.order, user)
        return order.with_context(
            isp_seen={"state": "started", **seen}, **context
        ).web_save(vals, {})

    def _write_first(self):
        self._save(self.stranger, {"report": "Dog in the yard"}, {"report": False})
        self.env.flush_all()
        self.cr.flush()

    def test_of_two_the_second_is_told_who_wrote_what(self):
        self._write_first()
        with self.assertRaises(WrittenMeanwhile) as caught:
            self._save(self.technician, {"report": "Roof"}, {"report": ""})
        message = str(caught.exception)
        for text in (self.stranger.name, "Dog in the yard"):
            self.assertIn(text, message)
        self.assertEqual(caught.exception.context["isp_now"]["report"], self._note())
        self.assertEqual(self._note(), "Dog in the yard")

    def _note(self):
        self.env.invalidate_all()
        return self.order.report

    def test_who_has_seen_it_writes_on(self):
        self._write_first()
        both = "Dog in the yard\nRoof"
        self._save(self.technician, {"report": both}, {"report": "Dog in the yard"})
        self.assertEqual(self._note(), both)

    def test_other_fields_and_the_same_words_are_no_conflict(self):
        self._write_first()
        self._save(self.technician, {"report": "Dog in the yard"}, {"report": False})
        self._save(self.admin, {"instruction": "Call first"}, {"instruction": False})
        self.assertEqual(self.order.instruction, "Call first")

    def test_a_stale_tab_writes_nothing(self):
        self._write_first()
        # As the button does; addons above ask for more in a report.
        self.as_user(self.order, self.stranger).sudo().write({"state": "done"})
        self.cr.flush()
        for user in (self.technician, self.admin):
            vals = {"report": "Late words"}
            with self.assertRaises(UserError) as caught:
                self._save(user, vals, {"report": "Dog in the yard"})
            self.assertIn(self.stranger.name, str(caught.exception))
            self.assertEqual(self._note(), "Dog in the yard")

    def test_what_a_closing_tab_sends_is_kept_beside_it(self):
        """Nobody reads the answer any more."""
        self._write_first()
        vals = {"report": "Roof <b>wet</b>"}
        self._save(self.technician, vals, {"report": False}, isp_closing=True)
        self.assertEqual(self._note(), "Dog in the yard")
        message = self.order.message_ids[0]
        self.assertIn("Roof &lt;b&gt;wet&lt;/b&gt;", message.body)
        self.assertEqual(message.author_id, self.technician.partner_id)

    def test_what_cannot_be_read_is_no_reason(self):
        order = self.as_user(self.order, self.technician)
        for seen in ("x", ["report"], {"report": {"a": 1}, "nothing": 2}, {1: 2}):
            values = {"report": "Roof"}
            try:
                order.with_context(isp_seen=seen).web_save(values, {})
            except UserError as error:
                self.assertIsInstance(error, WrittenMeanwhile)
