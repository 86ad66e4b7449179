from odoo import api, fields, models
from odoo.tools import format_datetime


class IspRelocation(models.Model):
    """A service that moves to another place: planned, then done at once.

    Written by ``isp.service._relocate`` and what follows from it alone. Until it is
    done, the service stays where it is and its line open.
    """

    _name = "isp.relocation"
    _description = "Relocation"
    _inherit = ["isp.coordinates.mixin"]
    _order = "id desc"
    _rec_name = "full_address"

    service_id = fields.Many2one(
        "isp.service", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="service_id.company_id", store=True)
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Done"), ("cancelled", "Called off")],
        "Status",
        required=True,
        readonly=True,
        default="planned",
    )
    street = fields.Char("Address", required=True, readonly=True)
    street2 = fields.Char("Address, Second Line", readonly=True)
    city = fields.Char(readonly=True)
    zip = fields.Char(readonly=True)
    state_id = fields.Many2one("res.country.state", "Province", readonly=True)
    full_address = fields.Char(compute="_compute_full_address", string="New Address")
    area_id = fields.Many2one("isp.area", readonly=True, ondelete="restrict")
    pop_id = fields.Many2one("isp.pop", "POP", readonly=True, ondelete="restrict")
    former_address = fields.Char(readonly=True)
    former_pop_id = fields.Many2one("isp.pop", "Former POP", readonly=True)
    work_order_ids = fields.One2many("isp.work.order", "relocation_id", "Visits")
    user_id = fields.Many2one(
        "res.users", "Planned by", readonly=True, default=lambda self: self.env.user
    )
    date_done = fields.Datetime("Done on", readonly=True)

    _planned_uniq = models.UniqueIndex(
        "(service_id) WHERE state = 'planned'",
        "The service moves already: call that off first.",
    )

    @api.depends("street", "street2", "city", "zip", "state_id")
    def _compute_full_address(self):
        for move in self:
            state = move.state_id.name
            parts = [move.street, move.street2, move.city, state, move.zip]
            move.full_address = ", ".join(part for part in parts if part)

    def _get_customer_steps(self):
        """Return how far the move is, as ``isp_base.portal_steps`` shows it (list of
        dict); ``self`` is in sudo."""
        self.ensure_one()
        zone = self.company_id._get_isp_zone()
        since = format_datetime(self.env, self.create_date, zone, "d MMMM y")
        visits = self.work_order_ids.filtered(lambda order: order.state != "cancelled")
        texts = {
            "survey": self.env._("Survey of the new place"),
            "installation": self.env._("Installation at the new place"),
        }
        steps = [(self.env._("Move agreed"), since, True)]
        for kind, text in texts.items():
            of_kind = visits.filtered(lambda order, kind=kind: order.kind == kind)
            if of_kind:
                done = "done" in of_kind.mapped("state")
                steps.append((text, of_kind._get_last_day(kind), done))
        steps.append((self.env._("Your line works at the new place"), "", False))
        return [
            {"text": text, "date": date, "note": "", "done": done}
            for text, date, done in steps
        ]

    def _close_visits(self, reason):
        """Call off the visits that have not begun."""
        visits = self.work_order_ids.filtered(
            lambda order: order.state in ("draft", "scheduled")
        )
        if visits:
            visits._cancel(reason)
