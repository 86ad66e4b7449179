from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.isp_base.health import OK, PROBLEM, WARNING

from .session_common import SessionCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestNetworkHealth(SessionCommon):
    """What the page Health says of FreeRADIUS and routers."""

    def setUp(self):
        super().setUp()
        self.env.cr.execute("DELETE FROM isp_radacct; DELETE FROM isp_radpostauth")
        self.checks = self.env["isp.health.check"].sudo()

    def _state(self, code):
        return self.checks._measure(code).state

    def test_freeradius_that_writes_nothing_while_people_are_online(self):
        self.env["isp.radius.server"].search([]).active = False
        self.assertEqual(self._state("radius"), OK, "nobody uses it")
        self.env["isp.radius.server"].create({"name": "R", "host": "127.0.0.1"})
        self.assertEqual(self._state("radius"), WARNING, "it has never written")
        self._add_session(minutes=2)
        self.assertEqual(self._state("radius"), OK)
        self.env.cr.execute("DELETE FROM isp_radacct")
        self._add_session(minutes=40)
        self.assertEqual(self._state("radius"), PROBLEM)

    def _add_session(self, minutes):
        heard = fields.Datetime.now() - timedelta(minutes=minutes)
        self.env.cr.execute(
            "INSERT INTO isp_radacct (unique_id, session_id, username, router_id, "
            "started_at, updated_at) VALUES ('h', 'h', 'h', %s, %s, %s)",
            [self.router.id, heard, heard],
        )

    def test_routers_that_are_silent_or_of_the_demo(self):
        self.env["isp.router"].search([("id", "!=", self.router.id)]).active = False
        self.router._set_answers(True)
        self.assertEqual(self._state("routers"), OK)
        self.router._set_answers(False)
        self.assertEqual(self._state("routers"), WARNING)
        self.env["ir.model.data"].create(
            {
                "module": "isp_network",
                "name": "router_of_a_test",
                "model": "isp.router",
                "res_id": self.router.id,
            }
        )
        self.assertEqual(self._state("routers"), PROBLEM)

    def test_connections_are_judged_as_freeradius_page_does(self):
        admitted, needed, _reserved = self.env["isp.radius.server"]._get_connections()
        too_few = needed > admitted and self.checks._uses_radius()
        state = PROBLEM if too_few else OK
        self.assertEqual(self._state("radius_connections"), state)

    def test_metrics(self):
        self._add_session(minutes=2)
        numbers = {metric.name: metric.samples for metric in self.checks._get_metrics()}
        self.assertEqual(numbers["isp_sessions"], [({}, 1)])
        self.assertEqual(numbers["isp_radius_silent_seconds"], [({}, 120)])
