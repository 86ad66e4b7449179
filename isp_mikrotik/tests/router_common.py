import sys
import unittest
from pathlib import Path

from odoo.addons.isp_network.tests.common import RadiusCommon
from odoo.addons.queue_job.tests.common import trap_jobs

RESET = ("/ppp/secret", "/ppp/profile", "/queue/simple", "/ip/firewall/address-list")
PROJECT = Path(__file__).resolve().parents[2]


class RouterCommon(RadiusCommon):
    """A POP whose router keeps its subscribers: a simulated one, over a real socket.

    ``cls.control`` switches its faults; ``cls.sim`` is the first of its routers.
    """

    routers = 1
    tls = "plain"
    options = ()  # of the simulator, beside the number of its routers

    @classmethod
    def setUpClass(cls):
        if not (PROJECT / "simulator").is_dir():
            raise unittest.SkipTest("the simulator of the project is not here")
        super().setUpClass()
        sys.path.insert(0, str(PROJECT))
        cls.addClassCleanup(sys.path.remove, str(PROJECT))
        from simulator.control import Process

        cls.process = Process(f"--routers={cls.routers}", *cls.options)
        cls.addClassCleanup(cls.process.stop)
        cls.control = cls.process.control
        cls.sims = [cls._connect_router(number) for number in range(cls.routers)]
        cls.sim = cls.sims[0]

    @classmethod
    def _connect_router(cls, number):
        """Return the isp.router of a simulated one; the first is that of the POP."""
        vals = {
            "name": f"SIM-{number + 1}",
            "vendor": "mikrotik",
            "use_api": True,
            "use_radius": False,
            "api_tls": cls.tls,
            "api_host": "127.0.0.1",
            "api_port": cls.process.routers[number][
                "plain" if cls.tls == "plain" else "tls"
            ],
            "api_user": "admin",
            "api_password": "admin",
            "api_timeout": 2,
        }
        if not number:
            cls.router.write(vals)
            return cls.router
        pop = cls.env["isp.pop"].create({"name": f"POP {number}", "code": f"P{number}"})
        vals["pop_id"] = pop.id
        return cls._create_router(vals.pop("name"), f"10.0.1.{number}", **vals)

    def setUp(self):
        super().setUp()
        for number in range(self.routers):
            self.control.heal(router=number)
            for path in RESET:
                self.control.reset(router=number, path=path)

    def _rows(self, path="/ppp/secret", number=0):
        """Return {name: row} of a menu as the router has it."""
        rows = self.control.rows(router=number, path=path)
        return {row.get("name") or row.get("address"): row for row in rows}

    def _do(self, change, *args, **kwargs):
        """Make a change and run the jobs that it enqueues, as the runner would."""
        with trap_jobs() as trap:
            result = change(*args, **kwargs)
            self._flush_tracking()
            trap.perform_enqueued_jobs()
        return result

    def _online(self, number=0):
        return self._rows("/ppp/active", number)
