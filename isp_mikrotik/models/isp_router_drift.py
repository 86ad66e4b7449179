from odoo import api, fields, models
from odoo.exceptions import UserError

from ..routeros import desired, reconcile

MENU_LABELS = {
    desired.SECRET: "PPP secret",
    desired.PROFILE: "PPP profile",
    desired.QUEUE: "Simple queue",
    desired.ADDRESS_LIST: "Address list",
    reconcile.ACTIVE: "Session",
}
DAYS_KEPT = 180  # closed rows
BATCH_FORGOTTEN = 10000
# What a router may be right about; plan and access are decided here.
TAKEN_FIELDS = {
    "password": "password",
    "remote-address": "static_address",
    "caller-id": "caller_id",
}


class IspRouterDrift(models.Model):
    """A row of a router that is not as it is to be: since when, who changed it last,
    and who was right in the end."""

    _name = "isp.router.drift"
    _description = "Difference on a Router"
    _order = "state, since desc, id desc"
    _rec_name = "label"

    router_id = fields.Many2one(
        "isp.router", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="router_id.company_id", store=True)
    service_id = fields.Many2one(
        "isp.service", "Subscriber", readonly=True, ondelete="set null", index=True
    )
    kind = fields.Selection(
        [
            ("missing", "Missing"),
            ("different", "Different"),
            ("duplicate", "Twice"),
            ("leftover", "Left over"),
            ("online", "Online wrongly"),
            ("foreign", "Not ours"),
        ],
        required=True,
        readonly=True,
    )
    menu = fields.Selection(
        [(menu, label) for menu, label in MENU_LABELS.items()],
        "What",
        required=True,
        readonly=True,
    )
    label = fields.Char("Name", required=True, readonly=True)
    values = fields.Json(readonly=True, help="{field: [there, wanted]}, no passwords.")
    detail = fields.Char("There, and Here", compute="_compute_detail")
    todo = fields.Char("What “Apply” Does", compute="_compute_todo")
    since = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    last_seen = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now
    )
    state = fields.Selection(
        [("1_open", "Open"), ("2_closed", "Closed")],
        "Status",
        required=True,
        default="1_open",
        readonly=True,
    )
    right = fields.Selection(
        [
            ("odoo", "Odoo: the router was corrected"),
            ("router", "The router: its value was taken over"),
            ("itself", "It was right again by itself"),
        ],
        "Who Was Right",
        readonly=True,
    )
    changed_by = fields.Selection(
        [
            ("odoo", "In Odoo"),
            ("router", "On the router"),
            ("unknown", "Unknown"),
        ],
        "Changed Last",
        readonly=True,
        help="In Odoo: the router is behind. On the router: nothing was changed here "
        "since it was right. Unknown: it was never seen to be right.",
    )
    changed_after = fields.Datetime(
        readonly=True,
        help="In Odoo: when it was changed. On the router: when it was right for the "
        "last time.",
    )
    date_closed = fields.Datetime("Closed", readonly=True)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True)
    error = fields.Char("What the Router Said", readonly=True)
    can_take = fields.Boolean(compute="_compute_can_take")

    _open_uniq = models.UniqueIndex(
        "(router_id, menu, kind, label) WHERE state = '1_open'",
        "This difference is listed already.",
    )
    _router_idx = models.Index("(router_id, state)")

    @api.depends("values", "kind")
    def _compute_detail(self):
        for drift in self:
            parts = [
                self.env._("another password")
                if name == "password"
                else self.env._(
                    "%(field)s: “%(there)s”, here “%(wanted)s”",
                    field=name,
                    there=pair[0],
                    wanted=pair[1],
                )
                for name, pair in (drift.values or {}).items()
            ]
            drift.detail = "; ".join(parts)

    @api.depends("kind", "values")
    def _compute_todo(self):
        for drift in self:
            drift.todo = drift._describe_todo()

    def _describe_todo(self):
        if self.kind == "foreign":
            return self.env._("Nothing: it is not ours.")
        if self.kind == "online":
            return self.env._("Closes the session.")
        if self.kind == "missing":
            return self.env._("Adds it.")
        if self.kind != "different":
            return self.env._("Removes it.")
        changed = (self.values or {}).keys()
        text = self.env._("Writes %(fields)s.", fields=", ".join(changed))
        if changed & desired.SESSION_FIELDS:
            text = self.env._("%(text)s He logs in anew.", text=text)
        return text

    def _compute_can_take(self):
        for drift in self:
            drift.can_take = bool(
                drift.kind == "different"
                and drift.menu == desired.SECRET
                and drift.service_id
                and (drift.values or {}).keys() & TAKEN_FIELDS.keys()
            )

    # Recording

    @api.model
    def _record(self, router, differences, service_ids, origins):
        """Make the open rows of a router those of this comparison. A session that is
        to end because of another difference has that one's row.

        :param differences: list of reconcile.Difference
        :param service_ids: ids of services that exist
        :param origins: {index of the difference: (changed_by, changed_after)}
        :return: {index of the difference: its row}
        """
        causes = {d.owner: d for d in differences if d.owner and d.reaches_session}
        keys = [
            _get_key(causes.get(d.owner, d) if d.kind == "online" else d)
            for d in differences
        ]
        own = {}
        for index, (key, difference) in enumerate(zip(keys, differences, strict=True)):
            if key == _get_key(difference):
                own.setdefault(key, (difference, origins[index]))
        rows = self.search([("router_id", "=", router.id), ("state", "=", "1_open")])
        by_key = {(row.menu, row.kind, row.label): row for row in rows}
        fresh = [key for key in own if key not in by_key]
        vals_list = [
            self._prepare_vals(router, service_ids, *own[key]) for key in fresh
        ]
        by_key.update(zip(fresh, self.create(vals_list), strict=True))
        for key, (difference, origin) in own.items():
            by_key[key]._see(difference, origin)
        seen = self.union(*(by_key[key] for key in own))
        (rows & seen).last_seen = fields.Datetime.now()
        (rows - seen)._close("itself")
        return {index: by_key[key] for index, key in enumerate(keys)}

    @api.model
    def _prepare_vals(self, router, service_ids, difference, origin):
        owner = difference.owner if difference.owner in service_ids else False
        return {
            "router_id": router.id,
            "service_id": owner,
            "kind": difference.kind,
            "menu": difference.menu,
            "label": difference.label,
            "values": _get_values(difference),
            "changed_by": origin[0],
            "changed_after": origin[1],
        }

    def _see(self, difference, origin):
        """Keep what differs now, where it differs in another way than it did."""
        values = _get_values(difference)
        if (self.values or None) != values:
            changed_by, changed_after = origin
            self.write(
                {
                    "values": values,
                    "changed_by": changed_by,
                    "changed_after": changed_after,
                }
            )

    def _close(self, right):
        self.sudo().write(
            {
                "state": "2_closed",
                "right": right,
                "date_closed": fields.Datetime.now(),
                "closed_by_id": self.env.user.id,
                "error": False,
            }
        )

    @api.autovacuum
    def _gc_closed(self):
        """Forget, a batch each day, what was closed long ago."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS_KEPT)
        self.search([("date_closed", "<", limit)], limit=BATCH_FORGOTTEN).unlink()

    # Buttons

    def action_apply(self):
        """Show what would be done about these rows, and ask whether to do it."""
        self._check_open()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_mikrotik.isp_router_apply_action"
        )
        action["context"] = {"default_drift_ids": self.ids}
        return action

    def _check_open(self):
        """:raises AccessError: for anyone but who may change the router"""
        self.check_access("read")
        self.router_id.check_access("write")
        if any(drift.state != "1_open" for drift in self):
            raise UserError(self.env._("Some of these are closed. Reload the page."))

    def action_take(self):
        """Take over what the router has: it was right."""
        self._check_open()
        for drift in self:
            drift._take()

    def _take(self):
        if not self.can_take:
            raise UserError(
                self.env._(
                    "%(name)s: only password, address and caller-ID can be taken over. "
                    "Plan and access are decided on the subscriber.",
                    name=self.label,
                )
            )
        names = (self.values or {}).keys() & TAKEN_FIELDS.keys()
        row = self.router_id._read_secret(self.label)
        service = self.service_id
        vals = {TAKEN_FIELDS[name]: row.get(name, "") for name in names}
        password = vals.pop("password", None)
        if password is not None:
            service._change_credentials(service.username, password)
        if vals:
            service.write(vals)
        self._close("router")


def _get_key(difference):
    return difference.menu, difference.kind, difference.label


def _get_values(difference):
    return {name: list(pair) for name, pair in difference.fields.items()} or None
