from datetime import datetime, timedelta
from itertools import count

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..models.isp_usage_day import COUNTED_AT
from .common import RadiusCommon

GIGABYTE = 2**30
NUMBERS = count(1)


@tagged("post_install", "-at_install")
class TestUsage(RadiusCommon):
    """The days of the company begin at 17:00 UTC: it is in Jakarta."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Asia/Jakarta"
        cls.service = cls._create_active_service()
        cls.env.flush_all()

    def _add_session(self, started_at, updated_at, seconds, down, **values):
        values = {
            "unique_id": f"unique-{next(NUMBERS)}",
            "session_id": "81000001",
            "username": self.service.username,
            "service_id": self.service.id,
            "router_id": self.router.id,
            "started_at": started_at,
            "updated_at": updated_at,
            "seconds": seconds,
            "bytes_in": down // 10,
            "bytes_out": down,
            **values,
        }
        self.cr.execute(
            SQL(
                "INSERT INTO isp_radacct (%s) VALUES %s RETURNING id",
                SQL(", ").join(map(SQL.identifier, values)),
                tuple(values.values()),
            )
        )
        return self.cr.fetchone()[0]

    def _report(self, session, updated_at, seconds, down, **values):
        values = {
            "updated_at": updated_at,
            "seconds": seconds,
            "bytes_in": down // 10,
            "bytes_out": down,
            **values,
        }
        self.cr.execute(
            SQL(
                "UPDATE isp_radacct SET %s WHERE id = %s",
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in values.items()
                ),
                session,
            )
        )

    def _run(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"isp_network.{name}").method_direct_trigger()

    def _count(self, at):
        with freeze_time(at):
            self._run("isp_usage_count_cron")

    def _days(self, service=None):
        days = self.env["isp.usage.day"].search(
            [("service_id", "=", (service or self.service).id)], order="date"
        )
        return {
            str(day.date): (int(day.bytes_out), day.seconds, day.sessions)
            for day in days
        }

    def _scalar(self, query):
        self.cr.execute(query)
        return self.cr.fetchone()[0]

    def test_each_report_counts_once(self):
        session = self._add_session(
            datetime(2026, 3, 5, 1), datetime(2026, 3, 5, 1, 5), 300, 6 * GIGABYTE
        )
        for _twice in range(2):
            self._count("2026-03-05 01:10:00")
            self.assertEqual(self._days(), {"2026-03-05": (6 * GIGABYTE, 300, 1)})
        stop = datetime(2026, 3, 5, 1, 15)
        self._report(session, stop, 900, 7 * GIGABYTE, stopped_at=stop)
        for _twice in range(2):
            self._count("2026-03-05 01:20:00")
            self.assertEqual(self._days(), {"2026-03-05": (7 * GIGABYTE, 900, 1)})
        late = {"stopped_at": stop}
        self._report(session, stop, 900, 8 * GIGABYTE, **late)
        self._count("2026-03-05 01:30:00")
        self.assertEqual(self._days(), {"2026-03-05": (8 * GIGABYTE, 900, 1)})

    def test_midnight_is_that_of_the_company(self):
        self._add_session(
            datetime(2026, 3, 5, 16, 30), datetime(2026, 3, 5, 17, 30), 3600, 1001
        )
        self._count("2026-03-05 17:31:00")
        self.assertEqual(
            self._days(), {"2026-03-05": (501, 1800, 1), "2026-03-06": (500, 1800, 0)}
        )

    def test_days_that_nobody_counted_get_their_share(self):
        self._add_session(
            datetime(2026, 3, 1, 17), datetime(2026, 3, 4, 17), 3 * 86400, 3000
        )
        self._count("2026-03-04 17:05:00")
        self.assertEqual(
            self._days(),
            {
                "2026-03-02": (1000, 86400, 1),
                "2026-03-03": (1000, 86400, 0),
                "2026-03-04": (1000, 86400, 0),
                "2026-03-05": (0, 0, 0),
            },
        )

    def test_counters_that_fall_and_sessions_without_a_service(self):
        session = self._add_session(
            datetime(2026, 3, 5, 1), datetime(2026, 3, 5, 1, 5), 300, 1000
        )
        self._add_session(
            datetime(2026, 3, 5, 1), datetime(2026, 3, 5, 1, 5), 1, 1, service_id=None
        )
        self._count("2026-03-05 01:10:00")
        self._report(session, datetime(2026, 3, 5, 1, 10), 300, 400)
        self._count("2026-03-05 01:20:00")
        self.assertEqual(self._days(), {"2026-03-05": (1000, 300, 1)})

    def test_a_session_of_a_hundred_years_is_one(self):
        self._add_session(
            datetime(1926, 1, 1), datetime(2026, 3, 5, 1, 5), 10**9, 10**6
        )
        self._count("2026-03-05 01:10:00")
        days = self._days()
        self.assertLess(len(days), 45)
        self.assertEqual(sum(out for out, _seconds, _begun in days.values()), 10**6)

    def test_a_session_that_never_stops_is_closed(self):
        now = fields.Datetime.now()
        silent, alive = (
            self._add_session(now - timedelta(hours=9), now - ago, 60, 100)
            for ago in (timedelta(hours=2), timedelta(minutes=50))
        )
        self._run("isp_usage_count_cron")
        self.cr.execute(
            "SELECT id, stopped_at = updated_at, terminate_cause FROM isp_radacct "
            "WHERE id IN %s",
            [(silent, alive)],
        )
        self.assertEqual(
            set(self.cr.fetchall()), {(silent, True, "Stale"), (alive, None, None)}
        )

    def test_old_sessions_leave_when_they_were_counted(self):
        now = fields.Datetime.now()
        old = {"stopped_at": now - timedelta(days=61)}
        at = now - timedelta(days=61)
        self._add_session(at - timedelta(hours=1), at, 3600, 500, **old)
        recent = now - timedelta(days=59)
        self._add_session(recent, recent, 1, 1, stopped_at=recent)
        self._add_session(at, now, 1, 1)
        self._run("isp_usage_tidy_cron")
        self.assertEqual(self._scalar("SELECT count(*) FROM isp_radacct"), 3)
        self._run("isp_usage_count_cron")
        self._run("isp_usage_tidy_cron")
        self.assertEqual(self._scalar("SELECT count(*) FROM isp_radacct"), 2)
        self.assertEqual(self._scalar("SELECT bytes_out FROM isp_radacct_archive"), 500)
        self.assertEqual(sum(out for out, *_more in self._days().values()), 502)

    def test_what_is_too_old_to_be_kept_goes(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(COUNTED_AT, fields.Datetime.to_string(datetime.now()))
        self.cr.execute(
            """INSERT INTO isp_radpostauth (hour, username, router_id, reason, last_at)
            VALUES (now() - interval '31 days', 'a', 1, '', now()),
                   (now() - interval '29 days', 'a', 1, '', now());
            INSERT INTO isp_radacct_archive (id, unique_id, session_id, username,
                router_id, started_at, updated_at, stopped_at, seconds, bytes_in,
                bytes_out)
            SELECT days, days::text, '', 'a', 1, now(), now(),
                now() - days * interval '1 day', 1, 1, 1
            FROM unnest('{364,366}'::int[]) AS days"""
        )
        self._run("isp_usage_tidy_cron")
        self.assertEqual(self._scalar("SELECT count(*) FROM isp_radpostauth"), 1)
        self.assertEqual(self._scalar("SELECT id FROM isp_radacct_archive"), 364)
        parameters.set_param("isp_network.login_days", "0")
        self.cr.execute("UPDATE isp_radpostauth SET hour = '2001-01-01'")
        self._run("isp_usage_tidy_cron")
        self.assertEqual(self._scalar("SELECT count(*) FROM isp_radpostauth"), 1)

    def test_companies_and_groups_are_apart(self):
        self._create_other_company(roles=("admin", "engineer"))
        self._add_session(
            datetime(2026, 3, 5, 1), datetime(2026, 3, 5, 1, 5), 300, 1000
        )
        self._count("2026-03-05 01:10:00")
        day = self.env["isp.usage.day"].search([("service_id", "=", self.service.id)])
        for user in (self.engineer, self.admin):
            self.assertEqual(self.as_user(day, user).seconds, 300)
        self.assertFalse(
            self.as_user(day.browse(), self.users_b["engineer"]).search([])
        )
        for user in (self.sales, self.portal, self.warehouse):
            with self.assertRaises(AccessError):
                self.as_user(day, user).read(["seconds"])
        with self.assertRaises(AccessError):
            self.as_user(day, self.engineer).write({"seconds": 1})
