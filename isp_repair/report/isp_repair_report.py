from odoo import fields, models
from odoo.tools import SQL

from ..const import STATUSES


class IspRepairReport(models.Model):
    """One row for each repair order, with what its last visit found."""

    _name = "isp.repair.report"
    _description = "Repairs Analysis"
    _auto = False
    _rec_name = "ticket_id"
    _order = "date desc"

    ticket_id = fields.Many2one("helpdesk.ticket", "Repair Order", readonly=True)
    date = fields.Datetime("Ordered", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    service_id = fields.Many2one("isp.service", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    area_id = fields.Many2one("isp.area", readonly=True)
    pop_id = fields.Many2one("isp.pop", "POP", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    category_id = fields.Many2one("helpdesk.ticket.category", readonly=True)
    cause_id = fields.Many2one("isp.repair.cause", readonly=True)
    technician_id = fields.Many2one("res.users", readonly=True)
    repair_status = fields.Selection(STATUSES, "Status", readonly=True)
    ticket_count = fields.Integer("Repairs", readonly=True)
    visit_count = fields.Integer("Visits", readonly=True)
    repeated_count = fields.Integer("Repeated within 30 Days", readonly=True)
    hours_spent = fields.Float("Time Spent", readonly=True)
    response_hours = fields.Float(
        "Time to First Response", readonly=True, aggregator="avg"
    )
    repair_hours = fields.Float("Time to Repair", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT t.id, t.id AS ticket_id, t.create_date AS date, t.company_id,
                   t.isp_service_id AS service_id, t.partner_id,
                   t.isp_area_id AS area_id, t.isp_pop_id AS pop_id, t.team_id,
                   t.category_id, t.isp_repair_status AS repair_status, v.cause_id,
                   COALESCE(v.pic_id, t.user_id) AS technician_id,
                   1 AS ticket_count, COALESCE(w.visits, 0) AS visit_count,
                   t.isp_is_repeated::int AS repeated_count,
                   w.hours_spent,
                   CASE WHEN w.date_started IS NOT NULL THEN t.isp_response_hours END
                        AS response_hours,
                   CASE WHEN w.date_finished IS NOT NULL THEN t.isp_repair_hours END
                        AS repair_hours
            FROM helpdesk_ticket t
            LEFT JOIN isp_work_order v ON v.id = t.isp_visit_id
            LEFT JOIN (
                SELECT ticket_id, COUNT(*) AS visits, SUM(hours_spent) AS hours_spent,
                       MIN(date_started) AS date_started,
                       MAX(date_finished) AS date_finished
                FROM isp_work_order
                WHERE kind = 'repair' AND state != 'cancelled'
                GROUP BY ticket_id
            ) w ON w.ticket_id = t.id
            WHERE t.active IS TRUE"""
        )
