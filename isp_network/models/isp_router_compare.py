from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.isp_base import jobs

from ..exceptions import NetworkError


class IspRouter(models.Model):
    """Compares the whole of a router with what it is to hold, and shows what differs
    before it is put right."""

    _inherit = "isp.router"

    _drift_model = "isp.router.drift"

    api_repair = fields.Boolean(
        "Correct by Itself",
        default=True,
        help="What differs is listed and put right every night. Without it, a person "
        "presses “Apply”.",
    )
    drift_ids = fields.One2many("isp.router.drift", "router_id")
    drift_count = fields.Integer("Differences", compute="_compute_drift_counts")
    foreign_count = fields.Integer("Not Ours", compute="_compute_drift_counts")
    date_compared = fields.Datetime("Compared", readonly=True, copy=False)

    def _compute_drift_counts(self):
        counts = {}
        for router, kind, count in self.env["isp.router.drift"]._read_group(
            [
                ("router_id", "in", self.ids),
                ("state", "=", "1_open"),
                ("is_office", "=", False),
            ],
            ["router_id", "kind"],
            ["__count"],
        ):
            key = (router.id, kind == "foreign")
            counts[key] = counts.get(key, 0) + count
        for router in self:
            router.drift_count = counts.get((router.id, False), 0)
            router.foreign_count = counts.get((router.id, True), 0)

    @api.model
    def _cron_compare(self):
        """Enqueue a comparison for every router that keeps services."""
        for router in self.search(self._get_keeping_domain()):
            router._enqueue_comparison()

    def _enqueue_comparison(self):
        """Have a job compare all of this router."""
        self.ensure_one()
        self.sudo().with_delay(
            priority=jobs.CHECK,
            description=self.env._("Compare %(router)s", router=self.name),
        )._compare_job(self.api_repair)

    def _compare_job(self, repair):
        """Compare, and put right; return in words what was found."""
        self.ensure_one()
        if not self.exists():
            return self.env._("The router is gone.")
        if not self._is_kept():
            return self.env._("The API of this router is not used for services.")
        if self.state == "down":
            return self.env._("It is down: this is taken up when it answers.")
        self._lock_wire()
        try:
            with self._open_api() as connection:
                chosen = (lambda row: not row._is_proposal()) if repair else None
                return self._compare(connection, chosen)
        except (NetworkError, UserError) as error:
            return str(error)

    def _compare(self, connection, chosen=None):
        """Hook: compare everything, and write down what differs in isp.router.drift.

        :param connection: what `_open_api` gives
        :param chosen: function from a row of isp.router.drift to whether it is applied;
            None applies nothing
        :return: in words what was found
        :raises NetworkError: what the router did not do
        """
        raise NotImplementedError

    # A person's turn

    def _check_may_use_api(self):
        self.check_access("write")
        self.ensure_one()

    def _apply_drifts(self, drifts):
        """Do what these rows (isp.router.drift) ask for, if it is still so.

        :raises UserError: when the router does not answer, or is being talked to
        """
        self.ensure_one()
        if not self._try_lock_wire():
            raise UserError(
                self.env._(
                    "%(router)s is being talked to. Try again in a moment.",
                    router=self.name,
                )
            )
        with self._api_for_person() as connection:
            self.sudo()._compare(connection, lambda row: row in drifts)

    def action_compare(self):
        """Compare now, change nothing, and show what differs."""
        self._check_may_use_api()
        self._apply_drifts(self.env["isp.router.drift"])
        return self.action_view_drifts()

    def action_view_drifts(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_network.isp_router_drift_action"
        )
        action["domain"] = [("router_id", "=", self.id)]
        shown = self.env.context.get("isp_shown", "open")
        action["context"] = {f"search_default_{shown}": 1, "isp_one_router": True}
        return action
