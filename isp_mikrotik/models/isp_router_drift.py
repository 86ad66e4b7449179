from odoo import api, fields, models
from odoo.exceptions import UserError

from ..routeros import desired, reconcile
from ..routeros.normalise import normalise

MENU_LABELS = {
    desired.SECRET: "PPP secret",
    desired.PROFILE: "PPP profile",
    desired.QUEUE: "Simple queue",
    desired.ADDRESS_LIST: "Address list",
    reconcile.ACTIVE: "Session",
}
# What a router may be right about; plan and access are decided here.
TAKEN_FIELDS = {
    "password": "password",
    "remote-address": "static_address",
    "caller-id": "caller_id",
    "routes": "routed_networks",
}


class IspRouterDrift(models.Model):
    _inherit = "isp.router.drift"

    menu = fields.Selection(
        selection_add=list(MENU_LABELS.items()),
        ondelete=dict.fromkeys(MENU_LABELS, "cascade"),
    )

    @api.model
    def _prepare_vals(self, device, service_ids, difference, origin):
        """Of what is not ours, who may dial in is a person's matter; tunnels, queues
        and lists are the office's by themselves."""
        vals = super()._prepare_vals(device, service_ids, difference, origin)
        tunnels = self.env.context.get("isp_tunnels", ())
        vals["is_office"] = difference.kind == "foreign" and (
            difference.menu != desired.SECRET or difference.label in tunnels
        )
        return vals

    def _is_proposal(self):
        values = self.values or {}
        proposed = self.kind == "different" and any(
            reconcile.is_proposal(name, both[1]) for name, both in values.items()
        )
        return proposed or super()._is_proposal()

    def action_make_subscriber(self):
        """Show the takeover in which this secret, and no other that was not meant,
        becomes a subscriber: one that waits is taken up, otherwise the router is read
        and all others are left out."""
        self.ensure_one()
        self._check_foreign()
        line = self._find_takeover_line() or self._make_takeover_line()
        if not line:
            raise UserError(self.env._("%(name)s is no longer there.", name=self.label))
        if line.leave_out:
            line.leave_out = False
        takeover = line.takeover_id
        if takeover._get_unsettled() - line:
            return takeover._open_line(line)
        return takeover._open_form()

    def _find_takeover_line(self):
        return self.env["isp.router.takeover.line"].search(
            [
                ("takeover_id.router_id", "=", self.router_id.id),
                ("takeover_id.phase", "=", "read"),
                ("username", "=", self.label),
            ],
            order="id desc",
            limit=1,
        )

    def _make_takeover_line(self):
        takeover = self.router_id._create_takeover()
        line = takeover.line_ids.filtered(lambda row: row.username == self.label)
        (takeover._get_unsettled() - line).leave_out = True
        return line

    def _closes_session(self, names):
        return super()._closes_session(names) or bool(names & desired.SESSION_FIELDS)

    def _compute_can_take(self):
        result = super()._compute_can_take()
        for drift in self:
            if drift.kind == "different" and drift.menu == desired.SECRET:
                names = (drift.values or {}).keys() & TAKEN_FIELDS.keys()
                drift.can_take = bool(drift.service_id and names)
        return result

    def _take(self):
        if not self.can_take:
            return super()._take()
        names = (self.values or {}).keys() & TAKEN_FIELDS.keys()
        row = self.router_id._read_secret(self.label)
        service = self.service_id
        vals = {TAKEN_FIELDS[name]: row.get(name, "") for name in names}
        if "routed_networks" in vals:
            vals["routed_networks"] = normalise("routes", vals["routed_networks"])
        password = vals.pop("password", None)
        if password is not None:
            service._change_credentials(service.username, password)
        if vals:
            service.write(vals)
        return self._close("router")
