from odoo import fields, models
from odoo.tools import SQL


class IspRegistrationReport(models.Model):
    """One row for each registration: how far it came, how long each step took, and why
    it was lost. The documents of the steps say when, not who looked at what."""

    _name = "isp.registration.report"
    _description = "Registrations Analysis"
    _auto = False
    _rec_name = "service_id"
    _order = "date desc"

    service_id = fields.Many2one("isp.service", "Subscriber", readonly=True)
    date = fields.Datetime("Registered", readonly=True)
    date_activated = fields.Datetime("Active Since", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    area_id = fields.Many2one("isp.area", readonly=True)
    category_id = fields.Many2one("isp.subscriber.category", readonly=True)
    plan_id = fields.Many2one("product.template", readonly=True)
    outcome = fields.Selection(
        [("open", "Under way"), ("won", "Active"), ("lost", "Lost")], readonly=True
    )
    reached = fields.Selection(
        [
            ("1_registered", "Registered"),
            ("2_survey", "Survey asked for"),
            ("3_surveyed", "Surveyed"),
            ("4_installation", "Installation asked for"),
            ("5_installed", "Installed"),
            ("6_active", "Active"),
        ],
        "Came as Far as",
        readonly=True,
    )
    lost_reason_id = fields.Many2one("isp.lost.reason", "Lost Because", readonly=True)
    lost_reason = fields.Char("Lost in Words", readonly=True)
    registration_count = fields.Integer("Registrations", readonly=True)
    won_count = fields.Integer("Active", readonly=True)
    lost_count = fields.Integer("Lost", readonly=True)
    conversion = fields.Float("Conversion (%)", readonly=True, aggregator="avg")
    days_registration = fields.Float(
        "Days until the Survey Is Asked for", readonly=True, aggregator="avg"
    )
    days_survey = fields.Float("Days of the Survey", readonly=True, aggregator="avg")
    days_office = fields.Float(
        "Days of Account and Product", readonly=True, aggregator="avg"
    )
    days_installation = fields.Float(
        "Days of the Installation", readonly=True, aggregator="avg"
    )
    days_activation = fields.Float(
        "Days until Activation", readonly=True, aggregator="avg"
    )
    days_total = fields.Float("Days in All", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        """Who was taken over was registered elsewhere; visits of a relocation come
        after it."""
        return SQL(
            """
            SELECT s.id, s.id AS service_id, s.create_date AS date, s.date_activated,
                s.company_id, s.user_id, s.area_id, s.category_id, s.plan_id,
                s.outcome,
                CASE WHEN s.date_activated IS NOT NULL THEN '6_active'
                    WHEN w.installed IS NOT NULL THEN '5_installed'
                    WHEN w.installation IS NOT NULL THEN '4_installation'
                    WHEN w.surveyed IS NOT NULL THEN '3_surveyed'
                    WHEN w.survey IS NOT NULL THEN '2_survey'
                    ELSE '1_registered' END AS reached,
                CASE WHEN s.outcome = 'lost' THEN s.lost_reason_id END
                    AS lost_reason_id,
                CASE WHEN s.outcome = 'lost' THEN s.end_reason END AS lost_reason,
                1 AS registration_count,
                (s.outcome = 'won')::int AS won_count,
                (s.outcome = 'lost')::int AS lost_count,
                CASE s.outcome WHEN 'won' THEN 100.0 ELSE 0.0 END AS conversion,
                %(registration)s AS days_registration,
                %(survey)s AS days_survey,
                %(office)s AS days_office,
                %(installation)s AS days_installation,
                %(activation)s AS days_activation,
                %(total)s AS days_total
            FROM (
                SELECT *, CASE WHEN date_activated IS NOT NULL THEN 'won'
                    WHEN state = 'cancelled' THEN 'lost' ELSE 'open' END AS outcome
                FROM isp_service WHERE date_taken_over IS NULL) s
            LEFT JOIN (
                SELECT service_id,
                    min(create_date) FILTER (WHERE kind = 'survey') AS survey,
                    max(date_finished) FILTER (WHERE kind = 'survey') AS surveyed,
                    min(create_date) FILTER (WHERE kind = 'installation')
                        AS installation,
                    max(date_finished) FILTER (WHERE kind = 'installation')
                        AS installed
                FROM isp_work_order
                WHERE kind IN ('survey', 'installation') AND relocation_id IS NULL
                GROUP BY service_id) w ON w.service_id = s.id""",
            registration=self._get_days("w.survey", "s.create_date"),
            survey=self._get_days("w.surveyed", "w.survey"),
            office=self._get_days("w.installation", "w.surveyed"),
            installation=self._get_days("w.installed", "w.installation"),
            activation=self._get_days("s.date_activated", "w.installed"),
            total=self._get_days("s.date_activated", "s.create_date"),
        )

    def _get_days(self, until, since):
        """Return the days (SQL, NULL where one is missing) between two columns; a day
        that was written down late is not below zero."""
        return SQL(
            "greatest(0, round((extract(epoch FROM %s - %s) / 86400.0)::numeric, 2))",
            SQL(until),
            SQL(since),
        )
