from odoo import api, models
from odoo.tools import urls

# What the portal offers by mail with a token that opens the record
TOKEN_GROUPS = {"portal_customer", "portal", "portal_signup"}
PARAMETER = "isp_repair.helpdesk_pages"
# The ways of helpdesk_mgmt to a ticket: rights of customers, tiles, and its menu
RIGHTS = (
    "helpdesk_mgmt.access_helpdesk_ticket_portal",
    "helpdesk_mgmt.access_helpdesk_ticket_stage_portal",
    "helpdesk_mgmt.access_helpdesk_ticket_stage_public",
    "helpdesk_mgmt.access_helpdesk_ticket_team_portal",
    "helpdesk_mgmt.access_helpdesk_ticket_category_portal",
    "helpdesk_mgmt.access_helpdesk_ticket_category_public",
)
DOORS = (
    "helpdesk_mgmt.portal_my_home",
    "helpdesk_mgmt.portal_layout",
    "helpdesk_mgmt.helpdesk_ticket_main_menu",
)


class HelpdeskTicket(models.Model):
    """How people come to a repair order: over our pages, unless those of
    helpdesk_mgmt are asked for in the settings."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _isp_has_helpdesk_pages(self):
        """Whether customers may use the pages of helpdesk_mgmt beside ours."""
        return bool(self.env["ir.config_parameter"].sudo().get_param(PARAMETER))

    @api.model
    def _isp_apply_helpdesk_pages(self):
        """Open or close the pages of helpdesk_mgmt, as the settings say.

        Each update calls it: one of helpdesk_mgmt writes its menu anew.
        """
        self._isp_open_helpdesk_pages(self._isp_has_helpdesk_pages())

    @api.model
    def _isp_open_helpdesk_pages(self, is_open):
        ours = self.env.ref("isp_repair.res_config_settings_view_form_helpdesk").sudo()
        theirs = [self.env.ref(name).sudo() for name in (*RIGHTS, *DOORS)]
        for record in theirs:
            if record.active != is_open:
                record.active = is_open
        if ours.active == is_open:
            ours.active = not is_open

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for ticket in self:
            ticket.access_url = f"/my/repairs/{ticket.id}"
        return result

    def message_post(self, **kwargs):
        """Being told something of an order gives no right to write to it by RPC."""
        self.check_access("read")
        return super().message_post(**kwargs)

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """A token opens no conversation: customers log in."""
        if self.env.user.share and not self._isp_has_helpdesk_pages():
            return self.browse()
        return super()._get_thread_with_access(thread_id, **kwargs)

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Mails to customers carry a link without a token."""
        groups = super()._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        link = self and urls.urljoin(self.get_base_url(), self.access_url)
        for name, _function, options in groups:
            if link and name in TOKEN_GROUPS:
                options["button_access"] = {"url": link}
        return groups
