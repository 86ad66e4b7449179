from odoo import api, fields, models

from .isp_repair_pause import WAITING


class IspWorkOrder(models.Model):
    _inherit = "isp.work.order"

    kind = fields.Selection(
        selection_add=[("repair", "Repair")], ondelete={"repair": "cascade"}
    )
    service_id = fields.Many2one(required=False)
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        "Repair Order",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        related=None,
        store=True,
        index=True,
        precompute=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Subscriber", compute="_compute_who", related=None
    )
    contact_name = fields.Char("Subscriber Name", compute="_compute_who", related=None)
    phone = fields.Char(compute="_compute_who", related=None)
    full_address = fields.Char("Address", compute="_compute_who", related=None)
    map_url = fields.Char("Map", compute="_compute_who", related=None)
    area_id = fields.Many2one("isp.area", compute="_compute_who", related=None)
    pop_id = fields.Many2one("isp.pop", "POP", compute="_compute_who", related=None)
    priority = fields.Selection(
        [("0", "Normal"), ("1", "High"), ("2", "Very high"), ("3", "Urgent")],
        compute="_compute_priority",
        related=None,
        store=True,
        index=True,
    )
    cause_id = fields.Many2one(
        "isp.repair.cause", "Cause", check_company=True, ondelete="restrict"
    )
    cause_note = fields.Char("More on the Cause")
    part_ids = fields.One2many("isp.repair.part", "work_order_id", "Parts Replaced")
    hours_spent = fields.Float("Time Spent", copy=False)
    pause_ids = fields.One2many("isp.repair.pause", "work_order_id", "Pauses")
    waiting_for = fields.Selection(
        WAITING, compute="_compute_waiting_for", store=True, copy=False
    )

    _service_or_repair = models.Constraint(
        "CHECK (kind = 'repair' OR service_id IS NOT NULL)",
        "A survey or an installation needs its service.",
    )
    _repair_has_ticket = models.Constraint(
        "CHECK (kind != 'repair' OR ticket_id IS NOT NULL)",
        "A repair needs its repair order.",
    )
    _open_kind_uniq = models.UniqueIndex(
        "(service_id, kind) WHERE state IN ('draft', 'scheduled', 'started') "
        "AND kind != 'repair'",
        "There is an open work order of this kind for the service already.",
    )
    _open_ticket_uniq = models.UniqueIndex(
        "(ticket_id) WHERE state IN ('draft', 'scheduled', 'started')",
        "There is an open visit for this repair order already.",
    )

    @api.depends("service_id.company_id", "ticket_id.company_id")
    def _compute_company_id(self):
        for order in self:
            order.company_id = (order.service_id or order.ticket_id).company_id

    @api.depends("service_id", "ticket_id")
    def _compute_who(self):
        for order in self.sudo():
            service, ticket = order.service_id, order.ticket_id
            order.partner_id = service.partner_id or ticket.partner_id
            order.contact_name = service.contact_name or ticket.partner_id.name
            order.phone = ticket.contact_phone or service.phone
            order.full_address = service.full_address
            order.map_url = service.map_url
            order.area_id = service.area_id or ticket.area_id
            order.pop_id = service.pop_id or ticket.pop_id

    @api.depends("service_id.priority", "ticket_id.priority")
    def _compute_priority(self):
        for order in self:
            order.priority = (order.ticket_id or order.service_id).priority

    @api.depends("pause_ids.date_end", "pause_ids.waiting_for")
    def _compute_waiting_for(self):
        for order in self:
            pause = order.pause_ids.filtered(lambda p: not p.date_end)
            order.waiting_for = pause[:1].waiting_for
