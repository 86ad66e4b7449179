from odoo.tools import file_open

from odoo.addons.isp_base.tests.common import IspCommon

from . import fake_models


class RadiusCommon(IspCommon):
    """A POP with a router and its pools, beside the people of the provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._remove_demo_network()
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

    def _neutralize(self, *addons):
        """Disarm the database as Odoo does with a copy."""
        self.env.flush_all()
        for addon in ("isp_base", "isp_network", *addons):
            with file_open(f"{addon}/data/neutralize.sql") as file:
                self.cr.execute(file.read())
        self.env.invalidate_all()

    @classmethod
    def _load_cisco(cls):
        """Add a second brand, as an addon does; until the class is through."""
        from .isp_test_cisco.models import IspRouter

        fake_models.load(cls, IspRouter)

    @staticmethod
    def _rates(upload, download):
        """Return how that brand is told the speeds (Mbit/s)."""
        ways = {"in": upload, "out": download}
        return [f"ip:sub-qos-policy-{w}=isp-{1000 * s}k" for w, s in ways.items()]

    @classmethod
    def _remove_demo_network(cls):
        """Take away routers and servers of the demo: FreeRADIUS is of the whole
        database, so they would be counted, asked and answered along."""
        routers = cls.env["isp.router"].with_context(active_test=False)
        routers.search([("company_id", "!=", cls.company.id)]).unlink()
        cls.env["isp.radius.server"].search([]).unlink()

    @classmethod
    def _create_router(cls, name, address, **vals):
        return cls.env["isp.router"].create(
            {"name": name, "address": address, "pop_id": cls.pop.id, **vals}
        )
