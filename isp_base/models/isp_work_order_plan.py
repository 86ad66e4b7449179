from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

UNDO = timedelta(minutes=1)
FAR = timedelta(days=366)
VISITORS = ("isp_base.isp_base_group_technician", "isp_base.isp_base_group_admin")


class IspWorkOrder(models.Model):
    """When a visit is, and whose: what nobody means is refused."""

    _inherit = "isp.work.order"

    undo_start_until = fields.Datetime(
        compute="_compute_undo_start_until",
        help="Until when who pressed it may take the start back.",
    )

    @api.depends("state", "date_started", "started_by_id")
    @api.depends_context("uid", "isp_moment")
    def _compute_undo_start_until(self):
        now = self._get_moment()
        for order in self:
            until = order.date_started and order.date_started + UNDO
            mine = order.started_by_id == self.env.user
            can = order.state == "started" and mine and until and until >= now
            order.undo_start_until = can and until

    def _get_clash_text(self, other):
        """Return who is elsewhere at that time, where and when."""
        self.ensure_one()
        zone = other.company_id._get_isp_zone()
        people = other.technician_ids & self.technician_ids
        return self.env._(
            "%(people)s: %(order)s, %(start)s – %(end)s",
            people=", ".join(people.mapped("name")),
            order=other.name,
            start=format_datetime(self.env, other.planned_start, zone, "short"),
            end=format_datetime(self.env, other.planned_end, zone, "short"),
        )

    def _replanned(self):
        self._check_plan()
        return super()._replanned()

    def action_schedule(self):
        self._check_service_admin()
        self._check_plan()
        return super().action_schedule()

    def _check_plan(self):
        """:raises UserError: for a time that is over or far away, and for people who
        are not sent to subscribers"""
        if self.env.su:
            return
        now = fields.Datetime.now()
        for order in self:
            if order.planned_end and not now < order.planned_end < now + FAR:
                raise UserError(
                    self.env._(
                        "%(order)s is planned for %(day)s. Choose a day from today, "
                        "within a year.",
                        order=order.name,
                        day=fields.Date.to_string(order.planned_start),
                    )
                )
            others = order.technician_ids.filtered(
                lambda user: not any(map(user.has_group, VISITORS))
            )
            if others:
                raise UserError(
                    self.env._(
                        "%(people)s: not a technician. Send technicians, or give them "
                        "the role.",
                        people=", ".join(others.mapped("name")),
                    )
                )

    def action_undo_start(self):
        """Take back a start that was pressed by mistake, within a minute."""
        self._check_mine()
        if not all(order.undo_start_until for order in self):
            raise UserError(
                self.env._("A start can be taken back for a minute, by who pressed it.")
            )
        self.sudo().write(
            {"state": "scheduled", "date_started": False, "started_by_id": False}
        )
        self._start_undone()

    def _get_phone_acts(self):
        until = self.undo_start_until
        undo = {
            "act": "undo_start",
            "title": self.env._("Started by mistake?"),
            "label": self.env._("Undo the start"),
            "questions": [],
            "optional": True,
            "done": not until,
            "until": until and int(until.replace(tzinfo=timezone.utc).timestamp()),
        }
        return [*super()._get_phone_acts(), undo]

    def _phone_undo_start(self, _values, _base):
        self.action_undo_start()

    def _start_undone(self) -> None:
        """Hook: the visits are not going on any more, and are planned as before."""
