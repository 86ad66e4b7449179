from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.isp_portal.controllers.portal import (
    ON_DASHBOARD,
    IspDashboardPortal,
)
from odoo.addons.isp_portal.forms import read_text
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..const import ENDED_STATUSES
from ..models.helpdesk_ticket_booking import MAX_COMPLAINT
from ..photos import ENDINGS, MAX_PHOTO_MB, MAX_PHOTOS, prepare_photos


class IspRepairPortal(IspDashboardPortal):
    """A customer's repair orders. He has no right on the model: what he sees is what
    `_get_my_repairs_domain` finds in sudo."""

    def _get_my_repairs_domain(self):
        return self._get_tickets()._isp_get_domain(request.env.user.partner_id)

    def _get_tickets(self):
        return request.env["helpdesk.ticket"].sudo()

    def _get_my_repair(self, ticket_id):
        """Return the visitor's own repair order in sudo, or none."""
        return self._get_tickets().search(
            Domain("id", "=", ticket_id) & self._get_my_repairs_domain()
        )

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "isp_repair_count" in counters:
            values["isp_repair_count"] = self._get_tickets().search_count(
                self._get_my_repairs_domain()
            )
        return values

    def _prepare_dashboard_values(self):
        values = super()._prepare_dashboard_values()
        repairs = self._get_tickets().search(
            self._get_my_repairs_domain()
            & Domain("isp_repair_status", "not in", ENDED_STATUSES),
            order="id desc",
            limit=ON_DASHBOARD,
        )
        values["isp_repairs"] = repairs
        values["isp_dashboard"] = values["isp_dashboard"] or bool(repairs)
        return values

    def _prepare_my_service_values(self, service):
        values = super()._prepare_my_service_values(service)
        values["isp_repairs"] = self._get_tickets().search(
            self._get_my_repairs_domain()
            & Domain("isp_service_id", "=", service.id)
            & Domain("isp_repair_status", "not in", ENDED_STATUSES),
            order="id desc",
        )
        return values

    # The list

    @http.route(
        ["/my/repairs", "/my/repairs/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_repairs(self, page=1, filterby="open", **_kwargs):
        filters = self._get_repair_filters()
        filterby = filterby if filterby in filters else "open"
        domain = self._get_my_repairs_domain() & filters[filterby]["domain"]
        tickets = self._get_tickets()
        pager = portal_pager(
            url="/my/repairs",
            url_args={"filterby": filterby},
            total=tickets.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            repairs=tickets.search(
                domain,
                order="id desc",
                limit=self._items_per_page,
                offset=pager["offset"],
            ),
            page_name="isp_repair",
            pager=pager,
            default_url="/my/repairs",
            searchbar_filters=filters,
            filterby=filterby,
        )
        return request.render("isp_repair.portal_my_repairs", values)

    def _get_repair_filters(self):
        ended = Domain("isp_repair_status", "in", ENDED_STATUSES)
        return {
            "open": {"label": request.env._("Open"), "domain": ~ended},
            "closed": {"label": request.env._("Closed"), "domain": ended},
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
        }

    # One of them

    @http.route("/my/repairs/<int:ticket_id>", type="http", auth="user", website=True)
    def portal_my_repair(self, ticket_id, **kwargs):
        ticket = self._get_my_repair(ticket_id)
        if not ticket:
            return request.redirect("/my/repairs")
        return self._show_repair(ticket, booked="booked" in kwargs)

    def _show_repair(self, ticket, **values):
        values = {"problems": {}, "addition": "", "booked": False, **values}
        values.update(self._prepare_my_repair_values(ticket))
        return request.render("isp_repair.portal_my_repair", values)

    def _prepare_my_repair_values(self, ticket):
        """Return the values of the page of a repair order.

        Of its visits they tell the time and the technician alone.

        :param ticket: helpdesk.ticket, in sudo
        """
        return {
            "ticket": ticket,
            "repair_order": ticket,
            "page_name": "isp_repair",
            "steps": ticket._isp_get_steps(),
            "messages": ticket._isp_get_conversation(request.env.user.partner_id),
            "moves": ticket._isp_get_moves(),
            "today": ticket.company_id._get_isp_today(),
            "can_add": ticket.isp_is_open,
            "can_reopen": ticket._isp_is_reopenable(),
            **self._prepare_photo_values(),
        }

    def _prepare_photo_values(self):
        return {
            "max_complaint": MAX_COMPLAINT,
            "max_photos": MAX_PHOTOS,
            "max_photo_mb": MAX_PHOTO_MB,
            "photo_types": ",".join(ENDINGS),
            "photos_lost": any(file.filename for file in self._get_files()),
        }

    @http.route(
        "/my/repairs/<int:ticket_id>/files/<int:file_id>",
        type="http",
        auth="user",
        readonly=True,
    )
    def portal_my_repair_file(self, ticket_id, file_id, **_kwargs):
        """A photo that he sent, or a file that was sent to him."""
        ticket = self._get_my_repair(ticket_id)
        files = ticket._isp_get_files() if ticket else ticket.isp_photo_ids
        file = files.filtered(lambda file: file.id == file_id)
        if not file:
            raise request.not_found()
        return request.env["ir.binary"]._get_stream_from(file).get_response()

    @http.route(
        "/my/repairs/<int:ticket_id>/add",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_add_to_repair(self, ticket_id, **post):
        ticket = self._get_my_repair(ticket_id)
        if not ticket:
            return request.redirect("/my/repairs")
        refused = self._receive(
            ticket,
            post,
            ticket._isp_get_addition_problems,
            ticket._isp_may_add,
            ticket._isp_add,
        )
        return refused or request.redirect(f"{ticket.access_url}#conversation")

    @http.route(
        "/my/repairs/<int:ticket_id>/withdraw",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_withdraw_repair(self, ticket_id, **_post):
        ticket = self._get_my_repair(ticket_id)
        if not ticket:
            return request.redirect("/my/repairs")
        if ticket.isp_repair_status != "withdrawn":
            try:
                ticket._isp_withdraw()
            except UserError as error:
                return self._show_repair(ticket, problems={"": str(error)})
        return request.redirect(ticket.access_url)

    @http.route(
        "/my/repairs/<int:ticket_id>/reopen",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_reopen_repair(self, ticket_id, **post):
        """The fault is back."""
        ticket = self._get_my_repair(ticket_id)
        if not ticket:
            return request.redirect("/my/repairs")
        refused = self._receive(
            ticket,
            post,
            ticket._isp_get_return_problems,
            ticket._isp_may_book,
            ticket._isp_go_on,
        )
        return refused or request.redirect(ticket.access_url)

    def _receive(self, ticket, post, get_problems, is_allowed, accept):
        """Hand over what the customer wrote, and his photos.

        :param get_problems: function of (text, photos) to {field: what is wrong}
        :param is_allowed: function of the partner; counts, False: too often
        :param accept: function of (partner, text, photos); may raise a UserError
        :return: the page that says what is wrong; None when it was accepted
        """
        partner = request.env.user.partner_id
        text = read_text(post, "addition")
        photos, problem = self._read_photos()
        problems = get_problems(text, photos)
        if problem:
            problems["photos"] = problem
        if not problems and not is_allowed(partner):
            problems = {"": ticket._isp_get_too_many_text()}
        if not problems:
            try:
                accept(partner, text, photos)
            except UserError as error:
                problems = {"": str(error)}
        if problems:
            return self._show_repair(ticket, problems=problems, addition=text)
        return None

    # Forms

    def _get_files(self):
        return request.httprequest.files.getlist("photos")

    def _read_photos(self):
        """Return (photos, problem) of the files called "photos": see
        `prepare_photos`."""
        files = []
        for file in self._get_files():
            file.seek(0)  # when Odoo runs the request again, it was read already
            content = file.read(MAX_PHOTO_MB * 1024**2 + 1)
            if file.filename:
                files.append((file.filename, content))
        return prepare_photos(request.env, files)
