from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

WISH_ACTIVITY = "isp_base.mail_activity_type_other_time"
TIMED = ("visit_planned", "visit_on_way")
LONGEST_WISH = 200  # characters


class IspWorkOrder(models.Model):
    """What the subscriber hears of a visit, and what he answers: it suits him, or he
    asks for another time. Only a person of the office moves a visit."""

    _inherit = "isp.work.order"

    told_start = fields.Datetime("Told to Come", readonly=True, copy=False)
    date_on_way = fields.Datetime("On the Way Since", readonly=True, copy=False)
    customer_answer = fields.Selection(
        [("suits", "Suits him"), ("other", "Asks for another time")],
        "Subscriber's Answer",
        readonly=True,
        copy=False,
        tracking=True,
    )
    customer_wish = fields.Char(
        "Time Asked For", readonly=True, copy=False, tracking=True
    )

    def _scheduled(self):
        result = super()._scheduled()
        self._tell_subscriber()
        return result

    def _replanned(self):
        result = super()._replanned()
        self._tell_subscriber()
        return result

    def _tell_subscriber(self) -> None:
        """Tell of a visit that is fixed, and of another time; of that alone."""
        untold = self.sudo().filtered(lambda o: o.told_start != o.planned_start)
        moved = untold.filtered("told_start")
        for order in untold:
            order.write(
                {
                    "told_start": order.planned_start,
                    "date_on_way": False,
                    "customer_answer": False,
                    "customer_wish": False,
                }
            )
        untold._close_question(WISH_ACTIVITY)
        (untold - moved)._notify_subscriber("visit_planned")
        moved._notify_subscriber("visit_moved")

    def _get_notice_occasion(self, event, values):
        """A visit is told once for each time that it is planned for."""
        if event in TIMED:
            return f"{event} {self.planned_start}"
        return super()._get_notice_occasion(event, values)

    def _cancel(self, reason):
        told = self.sudo().filtered(lambda o: o.told_start and o.state == "scheduled")
        result = super()._cancel(reason)
        told.write({"told_start": False})
        told._close_question(WISH_ACTIVITY)
        told._notify_subscriber("visit_cancelled")
        return result

    def action_on_my_way(self):
        """Tell the subscriber that the technicians come now; pressed again it tells
        nothing twice."""
        self._check_mine()
        self._check_states(("scheduled",))
        untold = self.sudo().filtered(lambda order: not order.date_on_way)
        untold.write({"date_on_way": self._get_moment()})
        untold._notify_subscriber("visit_on_way")

    def _get_phone_acts(self):
        on_way = {
            "act": "on_way",
            "title": self.env._("Tell the subscriber that you come"),
            "label": self.env._("On my way"),
            "questions": [],
            "optional": True,
            "ahead": True,
            "done": self.state != "scheduled" or bool(self.date_on_way),
            "past": self.state == "scheduled" and bool(self.date_on_way),
        }
        return [*super()._get_phone_acts(), on_way]

    def _phone_on_way(self, _values, _base):
        """What arrives when they are there already tells nobody anything."""
        self._check_mine()
        if self.state not in ("started", "done"):
            self.action_on_my_way()

    # What the subscriber does in the portal; he has no right on the model

    def _get_visit_url(self) -> str:
        """Return the page on which the subscriber sees this visit."""
        self.ensure_one()
        return f"/my/services/{self.service_id.id}"

    def _get_visit_time(self):
        """Return in words from when to when the visit is, in the reader's language."""
        self.ensure_one()
        zone = self.company_id._get_isp_zone()
        start = format_datetime(
            self.env, self.planned_start, zone, "EEEE d MMMM y, HH:mm"
        )
        end = format_datetime(self.env, self.planned_end, zone, "HH:mm")
        return f"{start} – {end}"

    def _get_last_day(self, kind):
        """Return in words when the last visit of a kind among these was, or is planned;
        else an empty text."""
        visit = self.filtered(
            lambda order: order.kind == kind and order.state != "cancelled"
        ).sorted("id")[-1:]
        moment = visit.date_finished or (visit.state != "draft" and visit.planned_start)
        if not moment:
            return ""
        zone = visit.company_id._get_isp_zone()
        return format_datetime(self.env, moment, zone, "EEEE d MMMM y, HH:mm")

    def _get_visitors(self):
        """Return the names (str) of who comes."""
        self.ensure_one()
        return ", ".join(self.sudo().technician_ids.mapped("name"))

    def _take_answer(self, suits, wish=""):
        """Note what the subscriber answered to a visit that is planned.

        :param suits: whether the time suits him (bool)
        :param wish: else in his words when he is there
        :raises UserError: when there is nothing to answer any more, or no wish
        """
        self.ensure_one()
        if self.state != "scheduled" or self.date_on_way:
            raise UserError(
                self.env._("This visit has begun or was changed. Look at it again.")
            )
        wish = " ".join((wish or "").split())[:LONGEST_WISH]
        if not suits and not wish:
            raise UserError(self.env._("Please say when somebody is at home."))
        self.sudo().write(
            {
                "customer_answer": "suits" if suits else "other",
                "customer_wish": False if suits else wish,
            }
        )
        self._close_question(WISH_ACTIVITY)
        if not suits:
            person = self.pic_id or self.company_id._get_isp_person("office")
            own = self.with_context(lang=person.lang).env
            note = own._("The subscriber asks for another time: %(wish)s", wish=wish)
            self._ask_people(WISH_ACTIVITY, person, summary=note)
