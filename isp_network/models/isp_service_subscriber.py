from odoo import api, models
from odoo.tools import format_datetime

from .isp_service_status import NO_SESSION


class IspService(models.Model):
    """What the network says to a subscriber who asks by a message, and which routers
    a broadcast may name."""

    _inherit = "isp.service"

    def _describe_line_for_subscriber(self):
        lines = super()._describe_line_for_subscriber()
        if self.access != "open":
            return lines
        session = self.env["isp.session"]._get_last(self).get(self.id, NO_SESSION)
        status = self._get_session_status(session)
        if status != "never" or not self.is_kept_on_router:
            lines.append(self._describe_session_for_subscriber(session, status))
        if self.pop_id.router_ids.filtered(lambda router: router.state == "down"):
            lines.append(
                self.env._("There is a disturbance on our side; we are working on it.")
            )
        return lines

    def _describe_session_for_subscriber(self, session, status):
        """:param session: dict as of ``isp.session._get_last``, or NO_SESSION"""
        if status == "never":
            return self.env._("Your device was never online.")
        names = {"online": "started_at", "offline": "stopped_at"}
        zone = self.company_id._get_isp_zone()
        moment = session[names.get(status, "updated_at")]
        when = format_datetime(self.env, moment, zone, "d MMMM y, HH:mm")
        if status == "online":
            return self.env._("Your device is online since %(when)s.", when=when)
        if status == "silent":
            return self.env._("Your device was last heard of %(when)s.", when=when)
        return self.env._(
            "Your device is offline since %(when)s. Is it switched on? Answer FAULT if "
            "it does not come back.",
            when=when,
        )

    @api.model
    def _get_places_to_tell(self):
        places = super()._get_places_to_tell()
        routers = self.env["isp.router"].sudo()
        for router in routers.search([("company_id", "in", self.env.companies.ids)]):
            hanging = [
                "|",
                ("api_router_id", "=", router.id),
                "&",
                ("api_router_id", "=", False),
                ("pop_id", "=", router.pop_id.id),
            ]
            places[f"router_{router.id}"] = (router.name, hanging)
        return places
