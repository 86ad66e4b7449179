import time

from odoo.tests import tagged

from .router_common import RouterCommon


@tagged("post_install", "-at_install")
class TestRouterFleet(RouterCommon):
    """Fifty routers, of which one hangs: the others' changes are through."""

    routers = 50

    def test_one_hangs_and_the_others_have_their_changes_in_their_time(self):
        services = self.env["isp.service"]
        for number, sim in enumerate(self.sims):
            services |= self._create_service(
                pop_id=sim.pop_id.id, username=f"fleet{number:02d}"
            )
        hung = self._create_service(username="fleet-again")
        self.sim.api_timeout = 1
        self.control.fault(router=0, kind="silent", path="/")
        begin = time.monotonic()
        self._do(self._activate, services | hung)
        usual = time.monotonic() - begin - 1
        for number, service in enumerate(services[1:], 1):
            self.assertIn(service.username, self._rows(number=number))
        self.assertLess(usual, 10, "one timeout for all that waits for the hung one")
        self.assertEqual(self.sim.state, "down")
        links = (services[0] | hung).router_link_ids
        self.assertEqual(set(links.mapped("state")), {"pending"})
        self.control.heal(router=0)
        self._do(self.env["isp.router"]._cron_read_health)
        self.assertEqual(set(links.mapped("state")), {"applied"})
