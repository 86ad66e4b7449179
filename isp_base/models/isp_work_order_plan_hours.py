from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

MANAGER = "isp_base.isp_base_group_manager"


class IspWorkOrder(models.Model):
    """Whether those who are sent work at that time: by the working hours and the leave
    of Odoo's calendars.

    Who is on leave is sent with a manager's reason alone. What is outside the working
    hours, or on a holiday, is only said: a line that is down does not wait for Monday.
    """

    _inherit = "isp.work.order"

    user_is_manager = fields.Boolean(compute="_compute_user_is_manager")
    absence_note = fields.Char("On Leave", compute="_compute_availability")
    hours_note = fields.Char("Outside Working Hours", compute="_compute_availability")
    absence_reason = fields.Char(
        "Why All the Same",
        compute="_compute_absence_reason",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        help="Why a technician is sent although he is on leave. Managers write it; "
        "with another date or other technicians it is asked anew.",
    )

    @api.depends_context("uid")
    def _compute_user_is_manager(self):
        self.user_is_manager = self.env.user.has_group(MANAGER)

    @api.depends("planned_start", "planned_end", "technician_ids", "state")
    @api.depends_context("lang")
    def _compute_availability(self):
        for order in self:
            notes = order.sudo()._describe_availability()
            order.absence_note, order.hours_note = notes

    @api.depends("planned_start", "technician_ids")
    def _compute_absence_reason(self):
        self.absence_reason = False

    def _describe_availability(self):
        """Return in words who is on leave, and who does not work at that time; False
        for nobody."""
        planned = self.planned_start and self.planned_end and self.technician_ids
        if not planned or not self.is_open:
            return False, False
        people = self.technician_ids._origin
        resources = self.env["resource.resource"].search(
            [
                ("user_id", "in", people.ids),
                ("company_id", "in", (self.company_id.id, False)),
            ]
        )
        away = [self._describe_leave(leave) for leave in self._find_leaves(resources)]
        calendars = self._group_by_calendar(people, resources)
        outside = [self._describe_hours(*pair) for pair in calendars.items()]
        return tuple(
            "; ".join(dict.fromkeys(filter(None, texts))) or False
            for texts in (away, outside)
        )

    def _find_leaves(self, resources):
        return self.env["resource.calendar.leaves"].search(
            [
                ("resource_id", "in", resources.ids),
                ("date_from", "<", self.planned_end),
                ("date_to", ">", self.planned_start),
            ]
        )

    def _describe_leave(self, leave):
        """Say who and when; why is his affair."""
        return self.env._(
            "%(who)s is on leave, %(start)s – %(end)s",
            who=leave.resource_id.user_id.name,
            start=self._format_moment(leave.date_from),
            end=self._format_moment(leave.date_to),
        )

    def _group_by_calendar(self, people, resources):
        """Return {calendar: its people}; without those who work at any time. Who has no
        calendar of his own has the company's."""
        calendars = {}
        for user in people:
            resource = resources.filtered(lambda r, user=user: r.user_id == user)[:1]
            if not resource or resource.calendar_id:
                calendar = resource.calendar_id or self.company_id.resource_calendar_id
                if calendar and not calendar.flexible_hours:
                    calendars[calendar] = calendars.get(calendar, user) | user
        return calendars

    def _describe_hours(self, calendar, people):
        """Say what hours these people have on the days of the visit, unless it is
        within them."""
        holiday = self._find_holiday(calendar)
        if holiday:
            return self.env._(
                "%(who)s: %(holiday)s",
                who=", ".join(people.mapped("name")),
                holiday=holiday.name or self.env._("a holiday"),
            )
        for moment in (self.planned_start, self.planned_end):
            hours = self._get_hours(calendar, moment)
            if not hours or not hours[0] <= moment <= hours[1]:
                return self._describe_day(people, moment, hours)
        return False

    def _find_holiday(self, calendar):
        return self.env["resource.calendar.leaves"].search(
            [
                ("resource_id", "=", False),
                ("calendar_id", "in", (calendar.id, False)),
                ("company_id", "in", (self.company_id.id, False)),
                ("date_from", "<", self.planned_end),
                ("date_to", ">", self.planned_start),
            ],
            limit=1,
        )

    def _get_hours(self, calendar, moment):
        """Return from when to when (naive UTC) one works on that day, as the company
        counts days; None when one does not."""
        zone = pytz.timezone(self.company_id._get_isp_zone())
        day = self.company_id._get_isp_day(moment)
        start = zone.localize(datetime.combine(day, time.min))
        end = zone.localize(datetime.combine(day, time.max))
        attendances = calendar._attendance_intervals_batch(start, end, tz=zone)[False]
        bounds = [bound for first, last, _of in attendances for bound in (first, last)]
        if not bounds:
            return None
        return tuple(
            bound.astimezone(pytz.utc).replace(tzinfo=None)
            for bound in (min(bounds), max(bounds))
        )

    def _describe_day(self, people, moment, hours):
        zone = self.company_id._get_isp_zone()
        day, *times = (
            format_datetime(self.env, when, zone, pattern)
            for when, pattern in zip(
                (moment, *(hours or ())), ("EEEE", "HH:mm", "HH:mm"), strict=False
            )
        )
        who = ", ".join(people.mapped("name"))
        if not times:
            return self.env._("%(who)s: not on a %(day)s", who=who, day=day)
        return self.env._(
            "%(who)s: on a %(day)s from %(start)s to %(end)s",
            who=who,
            day=day,
            start=times[0],
            end=times[1],
        )

    def _get_settled_fields(self):
        settled = super()._get_settled_fields()
        if not self.env.user.has_group(MANAGER):
            settled |= {"absence_reason"}
        return settled

    @api.model
    def _get_refused_on_create(self):
        return super()._get_refused_on_create() | {"absence_reason"}

    def _check_plan(self):
        result = super()._check_plan()
        for order in self if not self.env.su else ():
            if order.absence_note and not order.absence_reason:
                raise UserError(
                    self.env._(
                        "%(order)s: %(note)s. Choose another time or technician, or "
                        "let a manager write on the work order why all the same.",
                        order=order.name,
                        note=order.absence_note,
                    )
                )
        return result
