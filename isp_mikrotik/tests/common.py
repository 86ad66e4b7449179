from odoo.tools import file_open

from odoo.addons.isp_base.tests.common import IspCommon


class RadiusCommon(IspCommon):
    """A POP with a router and its pools, beside the people of the provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.router = cls._create_router("PLM-1", "10.0.0.1")
        cls.pool, cls.fixed_pool, cls.isolated_pool = cls.env[
            "isp.address.pool"
        ].create(
            [
                {
                    "router_id": cls.router.id,
                    "name": name,
                    "kind": kind,
                    "ranges": ranges,
                }
                for name, kind, ranges in (
                    ("home", "dynamic", "10.20.0.2-10.20.3.254"),
                    ("fixed", "fixed", "203.0.113.2-203.0.113.62"),
                    ("isolated", "isolated", "10.99.0.2-10.99.0.254"),
                )
            ]
        )

    def _neutralize(self):
        """Disarm the database as Odoo does with a copy."""
        self.env.flush_all()
        with file_open("isp_mikrotik/data/neutralize.sql") as file:
            self.cr.execute(file.read())
        self.env.invalidate_all()

    @classmethod
    def _create_router(cls, name, address, **vals):
        return cls.env["isp.router"].create(
            {"name": name, "address": address, "pop_id": cls.pop.id, **vals}
        )
