from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .session_common import SessionCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestOnlineList(SessionCommon):
    """Who is online and who is not is asked of the list of subscribers."""

    def setUp(self):
        super().setUp()
        self.silent = self._create_active_service(pop_id=self.pop.id)
        self.offline = self._create_active_service()
        self.never = self._create_active_service()
        self._start_session(self.silent, updated_at=self._ago(minutes=16))
        for hours in (90, 30):
            self._start_session(
                self.offline,
                session_id=f"past-{hours}",
                started_at=self._ago(hours=hours),
                updated_at=self._ago(hours=hours - 5),
                stopped_at=self._ago(hours=hours - 5),
            )
        self.all = self.service | self.silent | self.offline | self.never

    def _ago(self, **delta):
        return fields.Datetime.subtract(fields.Datetime.now(), **delta)

    def _search(self, *domain, user=None):
        services = self.as_user(self.env["isp.service"], user or self.engineer)
        found = services.search([("id", "in", self.all.ids), *domain])
        return self.env["isp.service"].browse(found.ids)

    def test_each_is_found_by_what_its_form_says(self):
        for status in ("online", "silent", "offline", "never"):
            expected = getattr(self, status, self.service)
            with self.subTest(status):
                found = self._search(("session_status", "=", status))
                self.assertEqual(found, expected)
                seen = self.as_user(expected, self.engineer)
                self.assertEqual(seen.session_status, status)
                others = self._search(("session_status", "!=", status))
                self.assertEqual(others, self.all - expected)
        several = self._search(("session_status", "in", ("offline", "never")))
        self.assertEqual(several, self.offline | self.never)

    def test_offline_since(self):
        day, two = (("session_since", "<", f"now -{days}d") for days in (1, 2))
        offline = ("session_status", "=", "offline")
        self.assertEqual(self._search(offline, day), self.offline)
        self.assertFalse(self._search(offline, two))

    def test_grouped_by_the_database(self):
        services = self.as_user(self.env["isp.service"], self.engineer)
        groups = services._read_group(
            [("id", "in", self.all.ids)], ["session_status"], ["__count"]
        )
        counts = dict.fromkeys(("online", "silent", "offline", "never"), 1)
        self.assertEqual(dict(groups), counts)
        description = services.fields_get(["session_status"])["session_status"]
        self.assertTrue(description["groupable"])

    def test_who_is_online_at_a_router(self):
        for domain in (
            ("session_router", "ilike", self.router.name),
            ("session_router_ids", "in", self.router.ids),
        ):
            self.assertEqual(self._search(domain), self.service | self.silent)

    def test_the_number_of_a_pop_is_a_link(self):
        pop = self.as_user(self.offline.pop_id, self.engineer)
        self.assertEqual(pop.offline_count, 1)
        action = pop.action_view_offline()
        found = self._search(*action["domain"], ("session_status", "=", "offline"))
        self.assertEqual(found, self.offline)

    def test_a_technician_asks_where_he_has_work_to_do(self):
        self.env["isp.work.order"].create(
            {
                "service_id": self.service.id,
                "kind": "installation",
                "pic_id": self.technician.id,
                "technician_ids": [(6, 0, self.technician.ids)],
            }
        )
        domain = ("session_status", "!=", False)
        self.assertLessEqual(self._search(domain, user=self.technician), self.service)
        with self.assertRaises(AccessError):
            self._search(domain, user=self.sales)

    def test_one_query_for_any_number(self):
        services = self.as_user(self.env["isp.service"], self.engineer)
        domain = [("session_status", "=", "offline"), ("session_since", "<", "now")]
        services.search(domain)
        with self.assertQueryCount(1):
            services.search(domain)
