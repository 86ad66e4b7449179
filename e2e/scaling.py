"""docs/scaling.md: two of each machine, and one of each ends as a power cut ends it,
while people log in, are accounted, are billed and pay. All are on the loopback: Odoo,
FreeRADIUS and PostgreSQL are processes with folders of their own."""

import shutil
import time
from itertools import count
from operator import gt

import pytest
import requests

from harness import DemoServer, Radius, RemoteError
from harness.billing import (
    STOP_HOURLY,
    bill_now,
    make_subscribers,
    run_lines,
    wrongly_billed,
)
from harness.cluster import Machine
from harness.work import invoice_and_pay, working
from tools import databases, odoo, postgres, process, templates
from tools.console import Failure
from tools.layout import DATA, TEST_LOG, VAR

DATABASE = "isp_e2e_scaling"
BILLED = 300
LOGIN = ("grow-0000", "kata-sandi-0000")
ONLINE = "grow-0001"
BILLED_AT_LAST = 4 * 60  # seconds; a job whose worker died is taken up after ten
PAID = """SELECT count(*) FROM account_move
    WHERE id = ANY('{{{}}}') AND payment_state IN ('paid', 'in_payment')"""
KNOWN = "SELECT count(DISTINCT session_id) FROM isp_radacct WHERE session_id ~ '^grow'"
FOLLOWS = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"


class Host(DemoServer):
    """Odoo of one machine, in a data folder of its own. The files of the database and
    the sessions of people are in a folder that all machines have."""

    def __init__(self, number, folder, databases_at):
        super().__init__(f"scaling-{number}")
        self.database = DATABASE
        self.options = (f"--data-dir={folder}", f"--db_host={databases_at}")
        folder.mkdir()
        for name in ("filestore", "sessions"):
            (DATA / name).mkdir(exist_ok=True)
            (folder / name).symlink_to(DATA / name)


class Site:
    """All machines, and what those who work with them were told."""

    def __init__(self, folder):
        self.folder = folder
        self.leader, self.follower = Machine(), Machine()
        self.hosts, self.radius = [], []
        self.paid, self.accounted, self.answers = [], [], []
        self.moments = {"pay": [], "log in": [], "account": []}
        self._numbers = count()

    def create_database(self):
        """The demo on the leader, and its copy on the follower."""
        dump = self.folder / "dump"
        databases.copy(templates.with_demo(), DATABASE)
        command = ["pg_dump", "-Fc", "-f", dump, DATABASE]
        process.run(command, "pg_dump", env=odoo.environment())
        databases.query(f"DROP DATABASE {DATABASE}")
        self.leader.create()
        self.leader.query(f"CREATE DATABASE {DATABASE}")
        command = ["pg_restore", "-h", self.leader.host, "-U", postgres.ROLE]
        command += ["--no-owner", "-j2", "-d", DATABASE, dump]
        process.run(command, "pg_restore")
        self.follower.follow(self.leader)
        self.leader.lead()

    def settings(self):
        """What all that speak to PostgreSQL are told: both, and to take the one that
        writes."""
        return {
            "PGHOST": f"{self.leader.host},{self.follower.host}",
            "PGPORT": postgres.PORT,
            "PGUSER": postgres.ROLE,
            "PGTARGETSESSIONATTRS": "read-write",
        }

    def start(self):
        for number in (1, 2):
            folder = self.folder / f"odoo-{number}"
            host = Host(number, folder, self.settings()["PGHOST"])
            host.start()
            self.hosts.append(host)
            radius = Radius(host)
            radius.folder = VAR / "e2e" / f"{DATABASE}-{number}"
            radius.log = TEST_LOG / f"{DATABASE}-freeradius-{number}.log"
            radius.create()
            self.radius.append(radius)
        self.routers = [radius.nas() for radius in self.radius]

    def remove(self):
        for machine in (*self.hosts, *self.radius):
            machine.stop()
        for machine in (self.leader, self.follower):
            machine.remove()

    def pay(self):
        """An accountant whose page does not come presses again, at the other host."""
        for host in self.hosts:
            try:
                self.paid.append(invoice_and_pay(host))
            except (RemoteError, requests.RequestException, Failure):
                continue
            return self._note("pay")
        return False

    def log_in(self):
        """A router that gets no answer asks the second server, then the first again."""
        for router in self.routers:
            answer, _values = router.log_in(*LOGIN, timeout=2, sends=2)
            if answer != "silence":
                self.answers.append(answer)
                return self._note("log in")
        return False

    def account(self):
        session = f"grow-{next(self._numbers)}"
        for router in self.routers:
            if router.account("Start", session, ONLINE, timeout=2):
                self.accounted.append(session)
                return self._note("account")
        return False

    def _note(self, work):
        self.moments[work].append(time.monotonic())
        return True

    def longest_waits(self):
        """{work: seconds between two that were done, at most}."""
        return {
            work: round(max(b - a for a, b in zip(all_, all_[1:], strict=False)), 1)
            for work, all_ in self.moments.items()
        }


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    odoo.write_config()
    site = Site(tmp_path_factory.mktemp("scaling"))
    try:
        site.create_database()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in site.settings().items():
                patch.setenv(name, value)
            site.start()
            yield site
            site.remove()
    finally:
        shutil.rmtree(DATA / "filestore" / DATABASE, ignore_errors=True)


def test_one_of_each_ends_and_nothing_is_lost(site, wait_until, record_property):
    first, second = site.hosts
    wait_until(lambda: site.leader.query(FOLLOWS), "the leader has a follower")
    make_subscribers(first, "Grow", BILLED)
    first.query(STOP_HOURLY)
    works = (site.pay, site.log_in, site.account)
    repeated = [lambda work=work: wait_until(work, work.__name__) for work in works]
    with working(*repeated) as (done, errors):

        def goes_on(what):
            before = list(done)
            wait_until(
                lambda: errors or all(map(gt, done, (n + 1 for n in before))), what
            )
            assert not errors, errors

        goes_on("all work")
        site.radius[0].kill()
        goes_on("work at the other FreeRADIUS")
        bill_now(first)
        wait_until(lambda: run_lines(second, "done"), "the first batch")
        first.kill()
        assert run_lines(second, "pending"), "it was killed in the middle"
        goes_on("work at the other Odoo")
        site.leader.kill()
        site.follower.promote()
        goes_on("work on the other PostgreSQL")
        wait_until(
            lambda: not run_lines(second, "pending"), "all are billed", BILLED_AT_LAST
        )
        site.leader.follow(site.follower)
        site.follower.lead()
        wait_until(lambda: site.follower.query(FOLLOWS), "it has a follower again")
        goes_on("work with a follower")
    assert not errors, errors
    record_property("longest waits in seconds", str(site.longest_waits()))

    assert wrongly_billed(second, "Grow") == []
    assert run_lines(second, "failed") == 0
    paid = ",".join(map(str, site.paid))
    assert second.query(PAID.format(paid)) == [str(len(site.paid))]
    assert int(second.query(KNOWN)[0]) >= len(site.accounted)
    assert set(site.answers) == {"accept"}, "nobody was refused"
