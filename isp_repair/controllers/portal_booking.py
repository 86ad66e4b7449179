from odoo import fields, http
from odoo.http import request

from odoo.addons.isp_portal.forms import read_text

from .portal import IspRepairPortal

NO_SERVICE = "none"
TYPED = (
    "service_id",
    "category_id",
    "complaint",
    "preferred_date",
    "preferred_part",
    "contact_phone",
    "address",
)


class IspBookingPortal(IspRepairPortal):
    """B2: the customer orders a repair."""

    @http.route(
        "/my/repairs/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_order_repair(self, **post):
        if request.httprequest.method == "POST":
            return self._book(post)
        return self._show_booking({**self._get_first_booking(), **post})

    def _get_first_booking(self):
        """Return what the form shows first, by field."""
        partner = request.env.user.partner_id
        services = self._get_tickets()._isp_get_services(partner)
        phone = services.phone if len(services) == 1 else partner.phone
        return {
            "service_id": str(services.id) if len(services) == 1 else "",
            "contact_phone": phone or partner.commercial_partner_id.phone or "",
            "address": self._get_tickets()._isp_get_known_address(
                partner.commercial_partner_id, request.env.company
            ),
        }

    def _show_booking(self, typed, problems=None, twin=None):
        """Show the form as it was typed.

        :param twin: the order (helpdesk.ticket) of the same fault that is open
        """
        tickets = self._get_tickets()
        services = tickets._isp_get_services(request.env.user.partner_id)
        today = request.env.company._get_isp_today()
        values = {
            "page_name": "isp_repair_new",
            "typed": {name: read_text(typed, name) for name in TYPED},
            "problems": problems or {},
            "twin": twin,
            "services": services,
            "isolated": services.filtered(lambda s: s.access == "isolated"),
            "categories": tickets._isp_get_categories(),
            "parts": tickets._fields["isp_preferred_part"]._description_selection(
                request.env
            ),
            "today": fields.Date.to_string(today),
            **self._prepare_photo_values(),
        }
        return request.render("isp_repair.portal_order_repair", values)

    def _book(self, post):
        tickets, partner = self._get_tickets(), request.env.user.partner_id
        vals = self._read_booking(post)
        problems = tickets._isp_get_problems(partner, vals)
        if not problems and not tickets._isp_may_book(partner):
            problems = {"": tickets._isp_get_too_many_text()}
        if problems:
            return self._show_booking(post, problems)
        twin = tickets._isp_get_twin(partner, vals)
        if twin and twin.isp_complaint == vals["complaint"]:  # a second click
            return self._redirect_booked(twin)
        if twin and "anyway" not in post:
            return self._show_booking(post, twin=twin)
        return self._redirect_booked(tickets._isp_book(partner, vals))

    def _redirect_booked(self, ticket):
        return request.redirect(f"{ticket.access_url}?booked=1")

    def _read_booking(self, post):
        """Return the values of `helpdesk.ticket._isp_book` from what was sent."""
        photos, photos_problem = self._read_photos()
        service = read_text(post, "service_id")
        return {
            "service_id": service != NO_SERVICE and (self._read_id(service) or -1),
            "category_id": self._read_id(read_text(post, "category_id")),
            "complaint": read_text(post, "complaint"),
            "photos": photos,
            "photos_problem": photos_problem,
            "preferred_date": self._read_date(post),
            "preferred_part": read_text(post, "preferred_part") or False,
            "contact_phone": read_text(post, "contact_phone"),
            "address": " ".join(read_text(post, "address").split()),
        }

    def _read_id(self, text):
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def _read_date(self, post):
        """Return the day, False for none, None for what is not a day."""
        text = read_text(post, "preferred_date")
        try:
            return fields.Date.to_date(text) if text else False
        except ValueError:
            return None
