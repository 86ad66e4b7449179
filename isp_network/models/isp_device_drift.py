from odoo import api, fields, models

DAYS_KEPT = 180  # closed rows
BATCH_FORGOTTEN = 10000


class IspDeviceDrift(models.AbstractModel):
    """Something on a device (``isp.device``) that is not as it is to be: since when,
    who changed it last, and who was right in the end.

    A model that inherits it adds the many2one to its device, what the menus are, and a
    unique index by which one difference is open once.
    """

    _name = "isp.device.drift"
    _description = "Difference on a Device"
    _order = "state, since desc, id desc"
    _rec_name = "label"

    _device_field = None  # name of the many2one to its isp.device

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
    menu = fields.Selection(selection=[], string="What", required=True, readonly=True)
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
                    wanted=pair[1] or "",
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
        if self._closes_session(changed):
            text = self.env._("%(text)s He logs in anew.", text=text)
        return text

    def _closes_session(self, names):
        """Hook: whether writing these fields of it makes the subscriber log in anew."""

    def _compute_can_take(self):
        """Hook: whether what the device has can be taken over by `action_take`."""
        self.can_take = False

    # Recording

    @api.model
    def _record(self, device, differences, service_ids, origins):
        """Make the open rows of a device those of this comparison. A session that is
        to end because of another difference has that one's row.

        :param differences: list of what differs, each with ``kind``, ``menu``,
            ``label``, ``owner`` (id of a service or None), ``fields`` ({name: (there,
            wanted)}, passwords left out) and ``reaches_session`` (bool)
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
        mine = (self._device_field, "=", device.id)
        rows = self.search([mine, ("state", "=", "1_open")])
        by_key = {(row.menu, row.kind, row.label): row for row in rows}
        fresh = [key for key in own if key not in by_key]
        vals_list = [
            self._prepare_vals(device, service_ids, *own[key]) for key in fresh
        ]
        by_key.update(zip(fresh, self.create(vals_list), strict=True))
        for key, (difference, origin) in own.items():
            by_key[key]._see(difference, origin)
        seen = self.union(*(by_key[key] for key in own))
        (rows & seen).last_seen = fields.Datetime.now()
        (rows - seen)._close("itself")
        return {index: by_key[key] for index, key in enumerate(keys)}

    @api.model
    def _prepare_vals(self, device, service_ids, difference, origin):
        owner = difference.owner if difference.owner in service_ids else False
        return {
            self._device_field: device.id,
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
        if self._abstract:  # it is called for this model too, which has no table
            return
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS_KEPT)
        self.search([("date_closed", "<", limit)], limit=BATCH_FORGOTTEN).unlink()


def _get_key(difference):
    return difference.menu, difference.kind, difference.label


def _get_values(difference):
    return {name: list(pair) for name, pair in difference.fields.items()} or None
