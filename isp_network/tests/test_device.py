from contextlib import closing
from types import SimpleNamespace

from odoo import fields, sql_db
from odoo.tests import tagged

from odoo.addons.isp_base.tests.common import IspCommon
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from ..const import HELP_AFTER
from ..models.isp_device import HELP_ACTIVITY
from . import fake_models


@tagged("post_install", "-at_install", "isp_alone")
class TestDevice(IspCommon):
    """What a router has, another kind of device has by inheriting isp.device."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from .fake_olt import FakeOlt, FakeOltDrift, FakeOnu

        fake_models.load(cls, FakeOnu, FakeOltDrift, FakeOlt)
        cls.olt = cls.env["isp.fake.olt"].create(
            {"name": "OLT 1", "address": "10.0.0.9", "pop_id": cls.pop.id}
        )

    def _create_items(self, *names):
        return self.env["isp.fake.onu"].create(
            [{"olt_id": self.olt.id, "name": name} for name in names]
        )

    def test_items_are_brought_onto_it_by_a_job(self):
        items = self._create_items("a", "b")
        with trap_jobs() as trap:
            self.olt._enqueue_items(items)
            trap.perform_enqueued_jobs()
        self.assertEqual(self.olt.held, ["a", "b"])
        self.assertEqual(set(items.mapped("state")), {"applied"})
        self.assertEqual(self.olt.state, "up")

    def test_while_it_is_down_they_wait_and_are_taken_up_when_it_answers(self):
        items = self._create_items("a")
        self.olt.is_on = False
        self.assertIn("dark", self.olt._sync_items(items.ids))
        self.assertEqual(self.olt.state, "down")
        self.olt.is_on = True
        self.assertIn("down", self.olt._sync_items(items.ids), "nobody talks to it")
        with trap_jobs() as trap:
            with self.olt._open_api():
                pass
            trap.perform_enqueued_jobs()
        self.assertEqual(items.state, "applied")

    def test_one_talks_with_it_at_a_time(self):
        items = self._create_items("a")
        with closing(sql_db.db_connect(self.cr.dbname).cursor()) as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(hashtext('isp.fake.olt'), %s)",
                [self.olt.id],
            )
            with self.assertRaises(RetryableJobError):
                self.olt._sync_items(items.ids)
        self.olt._sync_items(items.ids)
        self.assertEqual(items.state, "applied")

    def test_what_it_refuses_is_tried_ever_more_rarely_and_then_a_person_is_asked(self):
        items = self._create_items("a", "bad")
        self.olt._set_answers(True)
        for tries in range(1, HELP_AFTER + 1):
            with trap_jobs() as trap:
                self.olt._sync_items(items.ids)
                (job,) = trap.enqueued_jobs
            self.assertEqual(items.mapped("state"), ["applied", "failed"])
            self.assertEqual((items[1].tries, items[1].error), (tries, "It is full."))
            self.assertEqual(job.args, ([items[1].id],))
            self.assertGreater(job.eta, fields.Datetime.now())
            asked = self.olt.activity_search([HELP_ACTIVITY])
            self.assertEqual(bool(asked), tries >= HELP_AFTER)
        items[1].name = "good"
        self.olt._sync_items(items.ids)
        self.assertFalse(self.olt.activity_search([HELP_ACTIVITY]))

    def test_differences_are_listed_once_and_closed(self):
        difference = SimpleNamespace(
            kind="missing",
            menu="onu",
            label="a",
            owner=None,
            fields={"name": ("", "a")},
            reaches_session=False,
        )
        drifts = self.env["isp.fake.olt.drift"]
        for _time in range(2):
            rows = drifts._record(self.olt, [difference], set(), {0: ("odoo", False)})
            self.assertEqual(rows[0].olt_id, self.olt)
            self.assertEqual(drifts.search([]), rows[0])
        self.assertEqual(rows[0].todo, "Adds it.")
        drifts._record(self.olt, [], set(), {})
        self.assertEqual((rows[0].state, rows[0].right), ("2_closed", "itself"))
