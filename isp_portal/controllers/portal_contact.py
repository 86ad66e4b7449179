from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class IspContactPortal(CustomerPortal):
    def _get_mandatory_address_fields(self, country_sudo):
        """A subscriber is found by the address of his service: he may change his phone
        without the street, city and country of his invoices."""
        partner = request.env.user.partner_id.commercial_partner_id
        services = request.env["isp.service"].sudo()
        if services.search_count([("partner_id", "child_of", partner.ids)], limit=1):
            return set()
        return super()._get_mandatory_address_fields(country_sudo)
