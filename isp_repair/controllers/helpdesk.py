from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk


class IspHelpdeskTicketController(HelpdeskTicketController):
    """The pages of helpdesk_mgmt close anybody's ticket: ours replace them."""

    @http.route()
    def support_ticket_close(self, **_kwargs):
        raise NotFound()

    @http.route()
    def create_new_ticket(self, **_kwargs):
        return request.redirect("/my/repairs/new")

    @http.route()
    def submit_ticket(self, **_kwargs):
        raise NotFound()


class IspCustomerPortalHelpdesk(CustomerPortalHelpdesk):
    @http.route()
    def portal_my_tickets(self, **_kwargs):
        return request.redirect("/my/repairs")

    @http.route(auth="user")
    def portal_my_ticket(self, ticket_id, **_kwargs):
        return request.redirect(f"/my/repairs/{ticket_id}")
