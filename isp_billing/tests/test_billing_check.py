from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.isp_billing_check import CHECK_ACTIVITY, DRAFT_ACTIVITY
from .common import BillingCommon

BEGIN = "2026-06-05"
NEXT = "2026-07-05 03:00:00"
LATER = "2026-07-10 03:00:00"
PLANTED = {
    "changed": 4,
    "forgotten": 3,
    "draft": 3,
    "cancelled": 2,
    "untaxed": 3,
    "hole": 3,
    "late": 3,
    "waiting": 2,
    "to_credit": 2,
    "outside": 2,
    "by_hand": 1,
    "credit": 1,
    "price": 1,
}


class CheckCommon(BillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_send_invoices = False
        cls.subscriber.isp_never_isolate = True

    def _check(self, day=date(2026, 7, 10)):
        check = self.env["isp.billing.check"]._check_month(self.company, day)
        return check.line_ids

    def _run(self, query, *values):
        self.env.flush_all()
        self.env.cr.execute(query, values)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestBillingCheck(CheckCommon):
    """Days × price against the books, month by month."""

    def _subscribe(self, count):
        services = self.env["isp.service"]
        for number in range(count):
            partner = self.env["res.partner"].create({"name": f"Checked {number}"})
            partner.isp_never_isolate = True
            services |= self._create_subscription(BEGIN, partner_id=partner.id)
        with freeze_time(NEXT):
            self._bill_due()
        return services

    def _get_rows(self, service):
        """Its periods: of June, and of July."""
        return service.period_ids.sorted("date_from")

    @freeze_time(LATER)
    def test_thirty_planted_errors(self):
        services = self._subscribe(sum(PLANTED.values()) + 3)
        self.assertFalse(self._check())
        self.assertFalse(self._check(date(2026, 6, 10)))
        planted, left = [], iter(services)
        for kind, count in PLANTED.items():
            for _number in range(count):
                service = next(left)
                getattr(self, f"_plant_{kind}")(service)
                planted.append((kind, service))
        self.assertEqual(len(planted), 30)
        lines = self._check(date(2026, 6, 10)) | self._check()
        found = {(line.kind, line.service_id) for line in lines}
        self.assertFalse(set(planted) - found)
        well = services.browse(service.id for service in left)
        self.assertFalse(lines.service_id & well)

    def _plant_changed(self, service):
        invoice = self._as("accountant", self._get_rows(service)[-1].move_id)
        invoice.button_draft()
        line = invoice.invoice_line_ids
        vals = Command.update(line.id, {"price_unit": line.price_unit - 50_000})
        invoice.write({"invoice_line_ids": [vals]})
        invoice.action_post()

    def _plant_forgotten(self, service):
        self._run(
            "UPDATE isp_billing_period SET charged = charged - 5000 WHERE id = %s",
            self._get_rows(service)[-1].id,
        )

    def _plant_draft(self, service):
        self._as("accountant", self._get_rows(service)[-1].move_id).button_draft()

    def _plant_cancelled(self, service):
        move = self._get_rows(service)[-1].move_id
        self._run("UPDATE account_move SET state = 'cancel' WHERE id = %s", move.id)

    def _plant_untaxed(self, service):
        self._run(
            "DELETE FROM account_move_line_account_tax_rel "
            "WHERE account_move_line_id = %s",
            self._get_rows(service)[-1].move_line_id.id,
        )

    def _plant_hole(self, service):
        self._run(
            "UPDATE isp_billing_period SET date_to = date_to - 3 WHERE id = %s",
            self._get_rows(service)[0].id,
        )

    def _plant_late(self, service):
        self._run(
            "UPDATE isp_service SET next_invoice_date = '2026-07-06' WHERE id = %s",
            service.id,
        )

    def _plant_waiting(self, service):
        self._run(
            "UPDATE isp_billing_period SET move_line_id = NULL WHERE id = %s",
            self._get_rows(service)[-1].id,
        )
        self._plant_late(service)

    def _plant_to_credit(self, service):
        self._run(
            "UPDATE isp_billing_period SET released = TRUE WHERE id = %s",
            self._get_rows(service)[-1].id,
        )
        self._plant_late(service)

    def _plant_outside(self, service):
        self._run(
            "UPDATE isp_service SET activation_date = '2026-06-20' WHERE id = %s",
            service.id,
        )

    def _plant_by_hand(self, service):
        move = self._as("accountant", service.first_invoice_id).copy(
            {"invoice_date": "2026-07-06"}
        )
        move.invoice_line_ids.sudo().write(
            {
                "isp_service_id": service.id,
                "isp_date_from": "2026-07-05",
                "isp_date_to": "2026-07-10",
            }
        )
        move.action_post()

    def _plant_credit(self, service):
        note = self._reverse(self._get_rows(service)[-1].move_id, post=False)
        note.invoice_line_ids.price_unit = 100_000
        note.action_post()
        self._run(
            "UPDATE isp_billing_credit SET amount = 90000 WHERE move_line_id = ANY(%s)",
            note.invoice_line_ids.ids,
        )

    def _plant_price(self, service):
        self._run("UPDATE isp_service SET own_price = 150000 WHERE id = %s", service.id)

    @freeze_time(LATER)
    def test_what_accountants_do_is_no_error(self):
        """A change of plan, isolation by days, a credit note, a favour, the end."""
        self.schedule.isolated_charge = "days"
        self.other_plan.write({"list_price": 300_000, "taxes_id": self.tax.ids})
        with freeze_time("2026-06-20 03:00:00"):
            changed, isolated, credited, ended = (
                self._create_subscription(BEGIN) for _number in range(4)
            )
            self._as("admin", changed)._change_plan(self.other_plan)
            self._as("admin", isolated)._suspend("manual")
            self._reverse(credited.first_invoice_id)
            self._as("admin", ended)._terminate("Moved away")
        with freeze_time("2026-06-25 03:00:00"):
            self._as("admin", isolated).action_restore()
        with freeze_time(NEXT):
            self._bill_due()
            self._reverse(
                changed.first_invoice_id.search(
                    [
                        ("line_ids.isp_service_id", "=", changed.id),
                        ("move_type", "=", "out_invoice"),
                    ],
                    limit=1,
                ),
                isp_days_stay_settled=True,
            )
        for day in (date(2026, 6, 10), date(2026, 7, 10)):
            lines = self._check(day)
            self.assertFalse(lines, lines.mapped("kind"))

    @freeze_time(LATER)
    def test_one_activity_until_all_is_right(self):
        service = self._subscribe(1)
        self._plant_forgotten(service)
        checks = self.env["isp.billing.check"]
        with freeze_time("2026-08-02 03:00:00"):
            for _day in range(2):
                checks._cron_check()
            check = checks.search(
                [("company_id", "=", self.company.id), ("month", "=", "2026-07-01")]
            )
            self.assertEqual(len(check.activity_search([CHECK_ACTIVITY])), 1)
            row = self._get_rows(service)[-1]
            row.charged = 200_000
            checks._cron_check()
        self.assertFalse(check.activity_search([CHECK_ACTIVITY]))

    @freeze_time(LATER)
    def test_m18_a_draft_that_was_forgotten(self):
        service = self._subscribe(1)
        invoice = self._as("accountant", service.first_invoice_id)
        invoice.button_draft()
        self.assertEqual(self._check(date(2026, 6, 10)).kind, "draft")
        checks = self.env["isp.billing.check"]
        self._run(
            "UPDATE account_move SET write_date = '2026-07-09' WHERE id = %s",
            invoice.id,
        )
        checks._cron_check()
        self.assertFalse(invoice.activity_search([DRAFT_ACTIVITY]), "not at once")
        with freeze_time("2026-07-12 03:00:00"):
            checks._cron_check()
        self.assertTrue(invoice.activity_search([DRAFT_ACTIVITY]))
        invoice.action_post()
        self.assertFalse(invoice.activity_search([DRAFT_ACTIVITY]))

    def test_nobody_writes_what_was_found(self):
        check = self._check_month_of_july()
        vals = {
            "month": "2020-01-01",
            "company_id": self.company.id,
            "count": 0,
            "difference": 0,
            "date_checked": False,
            "service_count": 1,
            "line_ids": [Command.clear()],
        }
        for role in ("accountant", "admin", "manager"):
            for name, value in vals.items():
                with self.subTest(role=role, name=name):
                    act = self._as(role, check).write
                    self._assert_refused(AccessError, act, {name: value})
            checks = self._as(role, check).with_context(default_month="2020-01-01")
            self._assert_refused(AccessError, checks.create, {})
        self._as("accountant", check).action_check()

    def _check_month_of_july(self):
        checks = self.env["isp.billing.check"]
        return checks._check_month(self.company, date(2026, 7, 10))

    def test_who_reads_it(self):
        checks = self.env["isp.billing.check"]
        for role in ("sales", "technician", "engineer", "warehouse"):
            self._assert_refused(AccessError, self._as(role, checks).action_open)
        action = self._as("accountant", checks).action_open()
        self.assertEqual(action["res_model"], "isp.billing.check")
