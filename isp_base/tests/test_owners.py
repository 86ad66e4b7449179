from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import IspCommon
from .fake_models import IspSuspension, IspWorkOrder


@tagged("post_install", "-at_install")
class TestOwners(IspCommon):
    """A reason and a kind of visit come with the addon that owns them (H5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._extend_models(IspSuspension, IspWorkOrder)

    def _get_open_reasons(self, service):
        suspensions = service.suspension_ids.filtered(lambda s: not s.date_end)
        return set(suspensions.mapped("reason"))

    def test_administrators_give_the_reason_that_its_owner_lets_them_give(self):
        service = self._create_active_service()
        action = service.with_user(self.admin).action_suspend()
        wizards = self.env[action["res_model"]].with_user(self.admin)
        choices = dict(wizards.fields_get(["reason"])["reason"]["selection"])
        self.assertLessEqual({"manual", "abuse", "storm"}, choices.keys())
        self.assertNotIn("strike", choices)
        with Form(wizards.with_context(**action["context"])) as form:
            form.reason = "storm"
        form.record.action_apply()
        self.assertEqual(self._get_open_reasons(service), {"storm"})

    def test_lifting_by_hand_leaves_what_its_owner_alone_lifts(self):
        service = self._create_active_service().with_user(self.admin)
        for reason in ("manual", "abuse", "storm", "strike"):
            service._suspend(reason)
        service.action_restore()
        self.assertEqual(self._get_open_reasons(service), {"strike"})
        self.assertEqual(service.access, "isolated")
        service._restore("strike")
        self.assertEqual(service.access, "open")

    def test_a_reason_that_goes_isolates_nobody_and_stays_in_the_history(self):
        service = self._create_active_service()
        service._suspend("strike", note="On Monday")
        suspension = service.suspension_ids
        suspension._drop_reason()
        self.assertEqual(service.access, "open")
        self.assertTrue(suspension.date_end)
        self.assertEqual(suspension.note, "Strike: On Monday")

    @mute_logger("odoo.sql_db")
    def test_one_open_visit_of_a_kind_when_its_owner_says_so(self):
        service = self._create_service()
        for _time in range(2):
            self._create_order(service, kind="tree")
        self._create_order(service, kind="audit")
        with self.assertRaisesRegex(IntegrityError, "open_kind_uniq"):
            self._create_order(service, kind="audit")

    def test_a_kind_needs_a_service_when_its_owner_says_so(self):
        orders = self.env["isp.work.order"]
        orders.create({"kind": "tree"})
        with self.assertRaisesRegex(ValidationError, "needs its service"):
            orders.create({"kind": "audit"})

    def test_a_kind_has_no_line_when_its_owner_says_so(self):
        order = self._create_order(kind="tree", state="started")
        with self.assertRaisesRegex(UserError, "no line"):
            order.with_user(self.technician).action_test_line()
        self._create_order(kind="audit", state="started").action_test_line()
