from werkzeug.exceptions import NotFound

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk


def are_shown():
    """Whether the pages of helpdesk_mgmt are asked for in the settings. Else they lead
    to ours."""
    return request.env["helpdesk.ticket"]._isp_has_helpdesk_pages()


class IspHelpdeskTicketController(HelpdeskTicketController):
    @http.route()
    def support_ticket_close(self, **kwargs):
        """Of helpdesk_mgmt it closes anybody's ticket; here only one's own."""
        if not (are_shown() and self._is_mine(kwargs.get("ticket_id"))):
            raise NotFound()
        return super().support_ticket_close(**kwargs)

    def _is_mine(self, ticket_id):
        tickets = request.env["helpdesk.ticket"].sudo()
        if not str(ticket_id).isdecimal():
            return False
        mine = tickets._isp_get_domain(request.env.user.partner_id)
        return bool(tickets.search_count(Domain("id", "=", int(ticket_id)) & mine))

    @http.route()
    def create_new_ticket(self, **kwargs):
        if are_shown():
            return super().create_new_ticket(**kwargs)
        return request.redirect("/my/repairs/new")

    @http.route()
    def submit_ticket(self, **kwargs):
        if not are_shown():
            raise NotFound()
        return super().submit_ticket(**kwargs)


class IspCustomerPortalHelpdesk(CustomerPortalHelpdesk):
    @http.route()
    def portal_my_tickets(self, **kwargs):
        if are_shown():
            return super().portal_my_tickets(**kwargs)
        return request.redirect("/my/repairs")

    @http.route()
    def portal_my_ticket(self, ticket_id, **kwargs):
        if are_shown():
            return super().portal_my_ticket(ticket_id, **kwargs)
        return request.redirect(f"/my/repairs/{ticket_id}")
