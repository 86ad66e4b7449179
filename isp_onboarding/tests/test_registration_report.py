from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestRegistrationReport(OnboardingCommon):
    """How many who registered became active, how long it took, why others did not."""

    def _read(self, services, role="admin"):
        self.env.flush_all()
        report = self._as(role, self.env["isp.registration.report"])
        return report.search([("service_id", "in", services.ids)])

    def test_each_outcome_with_how_far_it_came(self):
        won = self._reach("active")
        lost = self._reach("account")
        dear = self.env.ref("isp_base.isp_lost_reason_price")
        self._as("admin", lost)._cancel("Too dear", dear)
        waiting = self._reach("survey")
        rows = {row.service_id: row for row in self._read(won | lost | waiting)}
        told = {
            s: (row.outcome, row.reached, row.lost_reason) for s, row in rows.items()
        }
        self.assertEqual(told[won][:2], ("won", "6_active"))
        self.assertEqual(told[lost], ("lost", "3_surveyed", "Too dear"))
        self.assertEqual(rows[lost].lost_reason_id, dear)
        self.assertEqual(told[waiting], ("open", "2_survey", False))
        self.assertFalse(rows[waiting].days_survey)
        report = self._as("admin", self.env["isp.registration.report"])
        ((count, active, gone, rate),) = report._read_group(
            [("service_id", "in", (won | lost).ids)],
            [],
            [
                "registration_count:sum",
                "won_count:sum",
                "lost_count:sum",
                "conversion:avg",
            ],
        )
        self.assertEqual((count, active, gone, rate), (2, 1, 1, 50.0))

    def test_days_of_each_step(self):
        won = self._reach("active")
        self.env.flush_all()
        steps = {"survey": (2, 5), "installation": (6, 9)}
        for kind, (asked, done) in steps.items():
            self.env.cr.execute(
                """UPDATE isp_work_order SET
                    create_date = s.create_date + %s * interval '1 day',
                    date_finished = s.create_date + %s * interval '1 day'
                FROM isp_service s
                WHERE s.id = service_id AND kind = %s AND s.id = %s""",
                (asked, done, kind, won.id),
            )
        self.env.cr.execute(
            """UPDATE isp_service SET date_activated = create_date + interval '10 days'
            WHERE id = %s""",
            (won.id,),
        )
        self.env.invalidate_all()
        row = self._read(won)
        names = (
            "registration",
            "survey",
            "office",
            "installation",
            "activation",
            "total",
        )
        days = [row[f"days_{name}"] for name in names]
        self.assertEqual(days, [2, 3, 1, 3, 1, 10])

    def test_a_salesman_reads_his_own(self):
        own = self._reach("survey")
        others = self._reach("survey")
        others.sudo().user_id = self.users["admin"]
        self.assertEqual(self._read(own | others, "sales").service_id, own)
        self.assertEqual(self._read(own | others).service_id, own | others)
        for role in ("technician", "engineer", "warehouse", "portal"):
            with self.assertRaises(AccessError):
                self._read(own, role)
