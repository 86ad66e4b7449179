from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RadiusCommon


@tagged("post_install", "-at_install")
class TestRouter(RadiusCommon):
    def test_only_engineers_and_managers_read_the_secret(self):
        for user in (self.engineer, self.manager):
            secret = self.as_user(self.router, user).radius_secret
            self.assertRegex(secret, r"^[A-Za-z0-9]{32}$")
        with self.assertRaises(AccessError):
            self.as_user(self.router, self.admin).read(["radius_secret"])
        for user in (self.sales, self.technician, self.warehouse, self.portal):
            with self.assertRaises(AccessError):
                self.as_user(self.router, user).read(["name"])

    def test_an_address_is_of_one_radius_router(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._create_router("PLM-2", self.router.address)
        self._create_router("PLM-3", self.router.address, use_radius=False)
