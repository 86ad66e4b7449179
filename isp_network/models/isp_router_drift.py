from odoo import fields, models
from odoo.exceptions import UserError


class IspRouterDrift(models.Model):
    """A row of a router that is not as it is to be."""

    _name = "isp.router.drift"
    _description = "Difference on a Router"
    _inherit = ["isp.device.drift"]

    _device_field = "router_id"

    router_id = fields.Many2one(
        "isp.router", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="router_id.company_id", store=True)

    is_office = fields.Boolean(
        "The Office's",
        readonly=True,
        help="Is not ours, and is to be there: tunnels, tests, and the like.",
    )

    _open_uniq = models.UniqueIndex(
        "(router_id, menu, kind, label) WHERE state = '1_open'",
        "This difference is listed already.",
    )
    _router_idx = models.Index("(router_id, state)")

    def _is_proposal(self):
        """Hook: whether the router has something beside what is wanted, on which a
        person decides: no repair wipes it by itself."""
        return False

    # Buttons

    def action_apply(self):
        """Show what would be done about these rows, and ask whether to do it."""
        self._check_open()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_network.isp_router_apply_action"
        )
        action["context"] = {"default_drift_ids": self.ids}
        return action

    def _check_open(self):
        """:raises AccessError: for anyone but who may change the router"""
        self.check_access("read")
        self.router_id.check_access("write")
        if any(drift.state != "1_open" for drift in self):
            raise UserError(self.env._("Some of these are closed. Reload the page."))

    def action_office(self):
        """What is not ours belongs to the office: it is not counted any more."""
        self._check_foreign()
        self.sudo().is_office = True

    def action_not_office(self):
        self._check_foreign()
        self.sudo().is_office = False

    def _check_foreign(self):
        self._check_open()
        if any(drift.kind != "foreign" for drift in self):
            raise UserError(self.env._("Only what is not ours belongs to the office."))

    def action_take(self):
        """Take over what the router has: it was right."""
        self._check_open()
        for drift in self:
            drift._take()

    def _take(self):
        """Write on the subscriber what the router has.

        :raises UserError: for what is decided here
        """
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(name)s: only password, address and caller-ID can be taken over. "
                "Plan and access are decided on the subscriber.",
                name=self.label,
            )
        )
