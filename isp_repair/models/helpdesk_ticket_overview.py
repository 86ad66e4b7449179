from datetime import timedelta
from math import asin, cos, radians, sin, sqrt

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

from ..const import CREW_GROUPS, OPEN_STATUSES

EARTH_KM = 6371.0
HISTORY = 5  # repairs that are told of
REPEATED_DAYS = 30
LEVELS = {
    "ok": "fa-check-circle text-success",
    "warn": "fa-exclamation-triangle text-warning",
    "bad": "fa-times-circle text-danger",
}


class HelpdeskTicket(models.Model):
    """What a technician sees of a repair order before he goes there, and how long
    the repair took."""

    _inherit = "helpdesk.ticket"

    isp_full_address = fields.Char("Address", compute="_compute_isp_address")
    isp_map_url = fields.Char("Map", compute="_compute_isp_address")
    isp_whatsapp_url = fields.Char("WhatsApp", compute="_compute_isp_whatsapp_url")
    isp_age = fields.Char("Age", compute="_compute_isp_age")
    isp_date_deadline = fields.Datetime(
        "To Begin By", compute="_compute_isp_date_deadline", store=True
    )
    isp_is_late = fields.Boolean(
        "Late", compute="_compute_isp_is_late", search="_search_isp_is_late"
    )
    isp_is_mine = fields.Boolean(
        "Mine",
        compute="_compute_isp_is_mine",
        search="_search_isp_is_mine",
        groups=CREW_GROUPS,
    )
    isp_is_repeated = fields.Boolean(
        "Repeated",
        compute="_compute_isp_is_repeated",
        store=True,
        help="The same service was repaired within 30 days before.",
    )
    isp_distance = fields.Char(
        "Distance",
        compute="_compute_isp_distance",
        groups=CREW_GROUPS,
        help="As the crow flies, from where the technician began his last visit today.",
    )
    isp_diagnosis = fields.Html(
        "Line", compute="_compute_isp_findings", groups=CREW_GROUPS
    )
    isp_equipment = fields.Html(
        "Equipment", compute="_compute_isp_findings", groups=CREW_GROUPS
    )
    isp_history = fields.Html(
        "Last Repairs", compute="_compute_isp_history", groups=CREW_GROUPS
    )
    isp_response_hours = fields.Float(
        "Time to First Response",
        compute="_compute_isp_hours",
        store=True,
        aggregator="avg",
        groups=CREW_GROUPS,
        help="From the order to the start of the first visit.",
    )
    isp_repair_hours = fields.Float(
        "Time to Repair",
        compute="_compute_isp_hours",
        store=True,
        aggregator="avg",
        groups=CREW_GROUPS,
        help="From the order to the end of the work, without waiting for the customer.",
    )

    @api.depends("isp_service_id", "partner_id", "isp_address")
    def _compute_isp_address(self):
        for ticket in self.sudo():
            service = ticket.isp_service_id
            ticket.isp_full_address = (
                service.full_address
                or ticket.isp_address
                or self._isp_get_known_address(ticket.partner_id, ticket.company_id)
            )
            ticket.isp_map_url = service.map_url

    @api.model
    def _isp_get_known_address(self, partner, company):
        """Return where a customer lives as far as he has said so: his own address, else
        that of a connection of his."""
        parts = [partner.street, partner.street2, partner.city, partner.zip]
        address = ", ".join(part for part in parts if part)
        return address or self._isp_find_service(partner, company).full_address or ""

    @api.depends("isp_contact_phone")
    def _compute_isp_whatsapp_url(self):
        for ticket in self:
            number = ticket._phone_format(
                number=ticket.isp_contact_phone,
                country=ticket.company_id.country_id,
                force_format="E164",
            )
            digits = (number or "").removeprefix("+")
            ticket.isp_whatsapp_url = digits and f"https://wa.me/{digits}"

    @api.depends("create_date")
    def _compute_isp_age(self):
        now = fields.Datetime.now()
        for ticket in self:
            age = now - (ticket.create_date or now)
            minutes = int(age.total_seconds() // 60)
            if minutes < 120:
                ticket.isp_age = self.env._("%(minutes)s min", minutes=minutes)
            elif age.days < 2:
                ticket.isp_age = self.env._("%(hours)s h", hours=minutes // 60)
            else:
                ticket.isp_age = self.env._("%(days)s days", days=age.days)

    @api.depends("create_date", "team_id.isp_response_hours", "isp_visit_ids.state")
    def _compute_isp_date_deadline(self):
        """From the order on; for a fault that is back from then on."""
        for ticket in self:
            repaired = "done" in ticket.isp_visit_ids.mapped("state")
            since = ticket.isp_visit_id.create_date if repaired else ticket.create_date
            ticket.isp_date_deadline = since and fields.Datetime.add(
                since, hours=ticket.team_id.isp_response_hours or 24
            )

    @api.depends("isp_repair_status", "isp_date_deadline")
    def _compute_isp_is_late(self):
        late = self.filtered_domain(self._isp_get_late_domain())
        for ticket in self:
            ticket.isp_is_late = ticket in late

    def _search_isp_is_late(self, operator, value):
        return self._search_flag(operator, value, self._isp_get_late_domain())

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """What is late comes first: it is so by the clock, hence stored nowhere."""
        if field_name != "isp_is_late":
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        status = self._field_to_sql(alias, "isp_repair_status", query)
        deadline = self._field_to_sql(alias, "isp_date_deadline", query)
        now = fields.Datetime.now()
        late = SQL("COALESCE(%s = 'new' AND %s < %s, FALSE)", status, deadline, now)
        return SQL("%s %s %s", late, direction, nulls)

    @api.model
    def _isp_get_late_domain(self):
        return Domain("isp_repair_status", "=", "new") & Domain(
            "isp_date_deadline", "<", fields.Datetime.now()
        )

    @api.depends("isp_visit_id.technician_ids")
    @api.depends_context("uid")
    def _compute_isp_is_mine(self):
        for ticket in self:
            visit = ticket.sudo().isp_visit_id
            ticket.isp_is_mine = visit.is_open and self.env.user in visit.technician_ids

    def _search_isp_is_mine(self, operator, value):
        mine = Domain("isp_repair_status", "in", OPEN_STATUSES) & Domain(
            "isp_visit_id.technician_ids", "in", [self.env.uid]
        )
        return self._search_flag(operator, value, mine)

    @api.depends("isp_service_id", "create_date")
    def _compute_isp_is_repeated(self):
        visits = self._isp_search_done_visits(
            Domain("service_id", "in", self.isp_service_id.ids)
        )
        by_service = visits.grouped("service_id")
        for ticket in self:
            ordered = ticket.create_date or fields.Datetime.now()
            since = ordered - timedelta(days=REPEATED_DAYS)
            ticket.isp_is_repeated = any(
                since <= visit.date_finished <= ordered
                for visit in by_service.get(ticket.isp_service_id, ())
                if visit.ticket_id != ticket
            )

    @api.model
    def _isp_search_done_visits(self, domain):
        """Return repairs that were done, in sudo, the latest first."""
        return (
            self.env["isp.work.order"]
            .sudo()
            .search(
                Domain("kind", "=", "repair") & Domain("state", "=", "done") & domain,
                order="date_finished desc, id desc",
            )
        )

    @api.depends_context("lang", "uid")
    def _compute_isp_distance(self):
        here = self._isp_get_position()
        for ticket in self:
            service = ticket.sudo().isp_service_id
            there = (service.latitude, service.longitude)
            far = any(there) and here and self._isp_get_kilometres(here, there)
            ticket.isp_distance = (
                far is not False
                and far is not None
                and f"{formatLang(self.env, far, digits=1)} km"
            )

    @api.model
    def _isp_get_position(self):
        """Return (latitude, longitude) of the place where the user began a visit last
        today; None when that is not known."""
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=12)
        visit = (
            self.env["isp.work.order"]
            .sudo()
            .search(
                [
                    ("technician_ids", "in", [self.env.uid]),
                    ("date_started", ">=", since),
                    ("service_id.latitude", "!=", 0),
                ],
                order="date_started desc",
                limit=1,
            )
        )
        service = visit.service_id
        return (service.latitude, service.longitude) if service else None

    @api.model
    def _isp_get_kilometres(self, here, there):
        """Return the distance of two (latitude, longitude) on the globe."""
        (lat1, lon1), (lat2, lon2) = (map(radians, place) for place in (here, there))
        across = sin((lat2 - lat1) / 2) ** 2
        across += cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
        return 2 * EARTH_KM * asin(sqrt(across))

    @api.depends("isp_service_id")
    @api.depends_context("uid", "lang")
    def _compute_isp_findings(self):
        """What the user may know of the line, and what stands there."""
        row = Markup('<li><i class="fa fa-fw %s" role="img"></i> %s</li>')
        item = Markup("<li>%s <b>%s</b></li>")
        for ticket in self:
            service = ticket.sudo().isp_service_id
            findings = service._get_diagnosis() if service else []
            ticket.isp_diagnosis = self._isp_get_list(
                row % (LEVELS[found["level"]], found["text"]) for found in findings
            )
            ticket.isp_equipment = self._isp_get_list(
                item % (lot.product_id.display_name, lot.name)
                for lot in service.equipment_ids
            )

    @api.model
    def _isp_get_list(self, rows):
        rows = Markup("").join(rows)
        return rows and Markup('<ul class="list-unstyled mb-0">%s</ul>') % rows

    @api.depends("isp_service_id", "partner_id", "isp_visit_ids.state")
    @api.depends_context("lang")
    def _compute_isp_history(self):
        """What was found and done before, there or for the same customer."""
        visits = self._isp_search_done_visits(
            Domain("service_id", "in", self.isp_service_id.ids)
            | Domain("ticket_id.partner_id", "in", self.partner_id.ids)
        )
        row = Markup("<li><b>%s</b> %s<br/>%s</li>")
        for ticket in self:
            own = visits.filtered(lambda visit, t=ticket: t._isp_is_before(visit))
            ticket.isp_history = self._isp_get_list(
                row % visit._get_history_texts() for visit in own[:HISTORY]
            )

    def _isp_is_before(self, visit):
        """Whether this visit, in sudo, tells something of this order's place."""
        if visit.ticket_id == self:
            return visit != self.sudo().isp_visit_id
        if self.isp_service_id:
            return visit.service_id == self.isp_service_id
        return visit.ticket_id.partner_id == self.partner_id

    @api.depends(
        "create_date",
        "isp_visit_ids.date_started",
        "isp_visit_ids.date_finished",
        "isp_visit_ids.pause_ids.date_end",
    )
    def _compute_isp_hours(self):
        """After a reopening the clock goes on from there, not from the first order."""
        for ticket in self:
            begun = ticket.isp_visit_ids.filtered("date_started").sorted("id")
            ordered = ticket.create_date
            ticket.isp_response_hours = begun and self._isp_get_hours(
                ordered, begun[0].date_started
            )
            hours = 0.0
            for visit in begun.filtered("date_finished"):
                pauses = visit.pause_ids.filtered(
                    lambda pause: pause.waiting_for == "customer"
                )
                since = ordered if visit == begun[0] else visit.create_date
                hours += self._isp_get_hours(since, visit.date_finished)
                hours -= pauses._get_hours()
            ticket.isp_repair_hours = max(hours, 0.0)

    @api.model
    def _isp_get_hours(self, start, end):
        return max((end - start).total_seconds() / 3600, 0.0)
