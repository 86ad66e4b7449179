import re

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.isp_service import PRIVATE
from ..radius import users
from .common import RadiusCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestPools(RadiusCommon):
    """Ranges of addresses, the plans that name them, fixed addresses."""

    def test_ranges_are_ranges_and_pools_do_not_overlap(self):
        for values in (
            {"ranges": "10.20.0.9-10.20.0.2"},
            {"ranges": "10.20.0.2-10.20.0.300"},
            {"ranges": "all of them"},
            {"name": 'a"b'},
            {"ranges": "10.99.0.200-10.99.1.9"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.pool.write(values)
        self.pool.ranges = "10.20.0.2-10.20.0.9, 10.20.1.2-10.20.1.9"

    def test_a_name_that_no_router_takes_is_refused(self):
        for name in ("home pool", "größe", "a" * 64, "x;y"):
            with self.assertRaisesRegex(ValidationError, "no name for a pool"):
                self.plan.isp_address_pool = name
        self.plan.isp_address_pool = "home-2.vip_x"

    def test_the_plan_says_where_its_pool_is_missing(self):
        self.assertFalse(self.plan.isp_pool_note)
        self.plan.isp_address_pool = "isolated"
        self.assertIn("No router has a pool", self.plan.isp_pool_note)
        self.plan.isp_address_pool = "home"
        self.assertFalse(self.plan.isp_pool_note)
        pop = self.pop.copy({"name": "Slipi", "code": "SLP"})
        router = self._create_router("SLP-1", "10.0.0.9", pop_id=pop.id)
        self.plan.invalidate_recordset()
        self.assertFalse(self.plan.isp_pool_note)
        pool = self.pool.copy({"router_id": router.id, "name": "business"})
        self.plan.invalidate_recordset()
        sales = self.as_user(self.plan, self.sales)
        self.assertIn("Slipi", sales.isp_pool_note)
        pool.name = "home"
        self.plan.invalidate_recordset()
        self.assertFalse(self.plan.isp_pool_note)

    def test_a_fixed_address_is_of_the_range_and_of_one_service(self):
        service = self._create_active_service(static_address=" 203.0.113.2 ")
        self.env.cr.flush()
        reply = dict(
            (name, value)
            for name, _op, value in users.read_users(self.cr, service.ids)[service.id][
                "reply_items"
            ]
        )
        self.assertEqual(reply["Framed-IP-Address"], "203.0.113.2")
        other = self._create_active_service()
        engineer = self.as_user(other, self.engineer)
        for address, message in (
            ("203.0.113.99", "not in the range"),
            ("10.20.0.5", "not in the range"),
            ("tomorrow", "no IPv4 address"),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                engineer.static_address = address
        engineer.action_next_static_address()
        self.assertEqual(other.static_address, "203.0.113.3")

    def test_who_may_give_a_fixed_address(self):
        service = self._create_active_service()
        self.as_user(service, self.engineer).static_address = "203.0.113.9"
        self.as_user(service, self.admin).static_address = "203.0.113.10"
        self._create_order(service)
        for user in (self.sales, self.technician, self.warehouse):
            with self.assertRaises(AccessError):
                self.as_user(service, user).static_address = "203.0.113.11"
            with self.assertRaises(AccessError):
                self.as_user(service, user).action_next_static_address()

    def test_a_range_in_use_stays(self):
        service = self._create_active_service(static_address="203.0.113.2")
        with self.assertRaisesRegex(ValidationError, service.name):
            self.fixed_pool.ranges = "203.0.113.10-203.0.113.20"
        with self.assertRaisesRegex(ValidationError, service.name):
            self.fixed_pool.unlink()
        with self.assertRaisesRegex(ValidationError, service.name):
            self.router.pop_id = False

    def test_an_ended_service_frees_its_address(self):
        service = self._create_active_service(static_address="203.0.113.2")
        service._terminate("moved")
        self._create_active_service(static_address="203.0.113.2")
        self.env.flush_all()

    def _create_twin(self, ranges):
        """Return (a POP, its pool) with the same range of fixed addresses."""
        pop = self.pop.copy({"name": "Slipi", "code": "SLP"})
        router = self._create_router("SLP-1", "10.0.0.9", pop_id=pop.id)
        self.fixed_pool.ranges = ranges
        return pop, self.fixed_pool.copy({"router_id": router.id})

    def test_each_pop_has_its_own_private_addresses(self):
        pop, _pool = self._create_twin("10.1.1.2-10.1.1.9")
        here = self._create_active_service(static_address="10.1.1.2")
        there = self._create_active_service(pop_id=pop.id)
        engineer = self.as_user(there, self.engineer)
        engineer.action_next_static_address()
        self.assertEqual(there.static_address, here.static_address)
        self.env.flush_all()
        other = self._create_active_service(static_address="10.1.1.3")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            other.static_address = "10.1.1.2"
            self.env.flush_all()

    def test_a_public_address_is_at_one_pop(self):
        pop, _pool = self._create_twin("203.0.113.2-203.0.113.9")
        self._create_active_service(static_address="203.0.113.2")
        there = self._create_active_service(pop_id=pop.id)
        self.as_user(there, self.engineer).action_next_static_address()
        self.assertEqual(there.static_address, "203.0.113.3")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            there.static_address = "203.0.113.2"
            self.env.flush_all()

    def test_what_is_private(self):
        for address, private in (
            ("10.255.0.1", True),
            ("172.15.0.1", False),
            ("172.16.0.1", True),
            ("172.31.9.1", True),
            ("172.32.0.1", False),
            ("192.168.4.1", True),
            ("192.169.4.1", False),
            ("100.63.0.1", False),
            ("100.64.0.1", True),
            ("100.127.0.1", True),
            ("100.128.0.1", False),
            ("101.0.0.1", False),
        ):
            self.assertEqual(bool(re.match(PRIVATE, address)), private, address)
            self.cr.execute("SELECT %s ~ %s", [address, PRIVATE])
            self.assertEqual(self.cr.fetchone()[0], private, address)
