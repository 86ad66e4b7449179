import re
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..routeros import desired, reconcile
from ..routeros.normalise import normalise
from ..routeros.takeover import parse_speeds
from ..routeros.transport import Command

# A pool that is for who is isolated, by its name.
ISOLATED_POOL = re.compile(r"isol|block|blokir|suspend|expired", re.IGNORECASE)
BATCH = 100  # secrets of one job
DAYS_KEPT = 14  # a takeover that nobody finishes, with its passwords
SECRET_FIELDS = (
    "name,password,profile,remote-address,local-address,caller-id,disabled,comment,"
    "service,routes"
)
PROFILE_FIELDS = "name,rate-limit,remote-address,local-address"
POOL = "/ip/pool"


class IspRouterTakeover(models.Model):
    """The secrets of a router, which become active services by jobs.

    Run again it adds nothing twice: a user name that a service has is left out.
    """

    _name = "isp.router.takeover"
    _description = "Takeover of a Router"
    _inherit = ["isp.batch.mixin"]
    _order = "id desc"
    _isp_is_worksheet = True
    _check_company_auto = True

    router_id = fields.Many2one(
        "isp.router", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="router_id.company_id", store=True)
    date_read = fields.Datetime("Read", readonly=True)
    category_id = fields.Many2one(
        "isp.subscriber.category", "Category of the Subscribers", check_company=True
    )
    area_id = fields.Many2one("isp.area", check_company=True)
    gateway = fields.Char("PPP Gateway Found", readonly=True)
    pools = fields.Json(readonly=True, help="{name: ranges} found on the router.")
    pool_names = fields.Char("Pools Found", compute="_compute_pool_names")
    take_addresses = fields.Boolean(
        "Use Them Here",
        default=True,
        help="Profiles made here then give addresses: isolated subscribers, and those "
        "who get another plan, would have none without.",
    )
    profile_ids = fields.One2many("isp.router.takeover.profile", "takeover_id")
    line_ids = fields.One2many("isp.router.takeover.line", "takeover_id")
    phase = fields.Selection(
        [("read", "Read"), ("import", "Taking over")],
        required=True,
        default="read",
        readonly=True,
    )
    state = fields.Selection(
        [("read", "Read"), ("running", "Taking over"), ("done", "Done")],
        "Status",
        compute="_compute_progress",
    )
    total_count = fields.Integer("Secrets")
    ok_count = fields.Integer("Can Be Taken Over")
    error_count = fields.Integer("To Correct")
    done_count = fields.Integer("Taken Over")

    @api.depends("router_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for takeover in self:
            takeover.display_name = self.env._(
                "Takeover of %(router)s", router=takeover.router_id.name
            )

    def _show_progress(self, waiting):
        started = self.phase == "import"
        self.state = ("running" if waiting else "done") if started else "read"
        chosen = waiting + self.done_count
        self.progress = 100.0 * self.done_count / chosen if started and chosen else 0.0

    # Reading

    def _read_router(self):
        """Read secrets, profiles and queues, and judge each secret."""
        self.ensure_one()
        with self.router_id._api_for_person() as connection:
            replies = connection.talk(
                [
                    Command(f"{desired.SECRET}/print", {".proplist": SECRET_FIELDS}),
                    Command(f"{desired.PROFILE}/print", {".proplist": PROFILE_FIELDS}),
                    Command(
                        f"{desired.QUEUE}/print",
                        {".proplist": "name,target,max-limit,dynamic"},
                    ),
                    Command(f"{POOL}/print", {".proplist": "name,ranges"}),
                ]
            )
            for reply in replies:
                reconcile.raise_refusal(reply)
        secrets, profiles, queues, pools = (reply.rows for reply in replies)
        self.date_read = fields.Datetime.now()
        self._create_profiles(profiles, secrets)
        self._propose_addresses(profiles, secrets, pools)
        self._create_lines(secrets, _get_queue_rates(queues))
        self.line_ids._check()

    def _create_profiles(self, profiles, secrets):
        """Make a row for each profile that secrets use, with the plan that it is."""
        used = {}
        for row in secrets:
            name = row.get("profile", "")
            used[name] = used.get(name, 0) + 1
        rows = {row.get("name"): row for row in profiles}
        self.env["isp.router.takeover.profile"].create(
            [
                {
                    "takeover_id": self.id,
                    "name": name,
                    "secret_count": count,
                    "rate_limit": rows.get(name, {}).get("rate-limit", ""),
                    "pool_name": rows.get(name, {}).get("remote-address", ""),
                }
                for name, count in sorted(used.items())
            ]
        )._guess_plans()

    def _propose_addresses(self, profiles, secrets, pools):
        """Propose what a profile of ours needs so that it gives addresses: the pools
        that the router's profiles use, and the address that they, or the secrets,
        show subscribers."""
        used = self.profile_ids.filtered("rate_limit") or self.profile_ids
        names = set(used.mapped("name"))
        rows = [row for row in profiles if row.get("name") in names]
        wanted = {row.get("remote-address") for row in rows}
        self.gateway = _get_gateway(rows) or _get_gateway(secrets)
        self.pools = {
            row["name"]: row.get("ranges", "")
            for row in pools
            if row.get("name") in wanted or ISOLATED_POOL.search(row.get("name", ""))
        }

    def _take_addresses(self):
        """Write what was proposed where the router here says nothing of it yet."""
        router = self.router_id
        if self.gateway and not router.api_gateway:
            router.api_gateway = self.gateway
        known = set(router.pool_ids.mapped("name"))
        kinds = set(router.pool_ids.mapped("kind"))
        vals_list = []
        for name, ranges in (self.pools or {}).items():
            kind = "isolated" if ISOLATED_POOL.search(name) else "dynamic"
            if name not in known and ranges and kind not in kinds:
                vals_list.append(
                    {
                        "router_id": router.id,
                        "name": name,
                        "kind": kind,
                        "ranges": ranges,
                    }
                )
                kinds.add(kind)
        self.env["isp.address.pool"].create(vals_list)

    @api.depends("pools")
    def _compute_pool_names(self):
        for takeover in self:
            takeover.pool_names = ", ".join(takeover.pools or {})

    def _create_lines(self, secrets, rates):
        """:param rates: {user name or address: rate limit} of the simple queues"""
        lines = self.env["isp.router.takeover.line"]
        office = self.router_id._get_office_names()
        lines.create(
            [
                {
                    "takeover_id": self.id,
                    "batch": number // BATCH,
                    **lines._prepare_vals(row, rates, office),
                }
                for number, row in enumerate(secrets)
            ]
        )

    # Buttons

    def action_check(self):
        """Judge the secrets again, with what was corrected."""
        self._check_may_run()
        self.line_ids.filtered(lambda line: line.state != "done")._check()

    def action_import(self):
        """Make services of all secrets that can be taken over, by jobs."""
        self._check_may_run()
        self.action_check()
        ready = self.line_ids.filtered(lambda line: line.state == "ok")
        if not ready:
            raise UserError(
                self.env._("No secret can be taken over. The table says why.")
            )
        if self.take_addresses:
            self._take_addresses()
        self._keep_profiles(ready)
        ready.write({"state": "waiting"})
        self.phase = "import"
        self._enqueue()

    def action_continue(self):
        """Take up what was broken off."""
        self._check_may_run()
        self._enqueue()

    def action_make_plans(self):
        """Make a plan of each profile that has a rate and no plan yet."""
        self._check_may_run()
        self.profile_ids.filtered(lambda profile: not profile.plan_id)._make_plans()
        self.action_check()

    def action_view_lines(self):
        self.check_access("read")
        return self._open_lines("isp_mikrotik.isp_router_takeover_line_action")

    def _open_line(self, line):
        """Return the action of the rows, of which one is shown."""
        action = self._open_lines("isp_mikrotik.isp_router_takeover_line_action")
        action["context"] = {"search_default_username": line.username}
        return action

    def _open_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _get_unsettled(self):
        """Return the lines that are taken over next, or are to be corrected first."""
        return self.line_ids.filtered(lambda line: line.state in ("ok", "error"))

    def _check_may_run(self):
        self.ensure_one()
        self.check_access("write")

    def _keep_profiles(self, lines):
        """The router keeps the profiles that it has: those are the plans' from now on,
        where each is the only one of its plan."""
        if not self.router_id._is_kept():
            return
        known = self.router_id.api_profile_ids.plan_id
        used = set(lines.mapped("profile"))
        plans = self.profile_ids.filtered(lambda p: p.plan_id and p.name in used)
        self.env["isp.router.profile"].create(
            [
                {
                    "router_id": self.router_id.id,
                    "plan_id": plan.id,
                    "name": rows.name,
                    "own_rates": not rows._has_rates_of_plan(),
                }
                for plan, rows in plans.grouped("plan_id").items()
                if len(rows) == 1 and plan not in known and rows.rate_limit
            ]
        )

    # Jobs

    def _describe_batch(self, batch):
        return self.env._(
            "Take over %(router)s, batch %(n)s", router=self.router_id.name, n=batch + 1
        )

    def _work(self, batch):
        """Take over the secrets of a batch that wait for it."""
        self._get_pending_lines(batch)._import_or_split()

    @api.autovacuum
    def _gc_takeovers(self):
        """Delete takeovers that nobody finishes; of the others forget the passwords
        of what was not taken over."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS_KEPT)
        old = self.search([("write_date", "<", limit)])
        unfinished = old.filtered(lambda takeover: takeover.phase == "read")
        left = (old - unfinished).line_ids.filtered("password")
        left.password = False
        unfinished.unlink()


class IspRouterTakeoverProfile(models.Model):
    """A profile of the router, and the plan that it is."""

    _name = "isp.router.takeover.profile"
    _description = "Profile of a Takeover"
    _order = "takeover_id, name"
    _isp_is_worksheet = True

    takeover_id = fields.Many2one(
        "isp.router.takeover", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="takeover_id.company_id")
    name = fields.Char("Profile", readonly=True)
    rate_limit = fields.Char(readonly=True, help="Upload/download.")
    pool_name = fields.Char("Address Pool", readonly=True)
    secret_count = fields.Integer("Secrets", readonly=True)
    plan_id = fields.Many2one(
        "product.template",
        "Is the Plan",
        domain="[('is_internet_plan', '=', True),"
        " ('company_id', 'in', [False, company_id])]",
    )

    def _guess_plans(self):
        """Find the plans: the one that the router's profile is already, one of the
        same name, the only one of the same speeds."""
        takeover = self.takeover_id
        known = {p.name: p.plan_id for p in takeover.router_id.api_profile_ids}
        plans = self._get_plans()
        names, speeds = {}, {}
        for plan in plans:
            names.setdefault(plan.name.strip().lower(), plan)
            key = (plan.isp_upload_mbps, plan.isp_download_mbps)
            speeds[key] = speeds.get(key, plan.browse()) | plan
        for row in self:
            plan = known.get(row.name) or names.get(row.name.strip().lower())
            if not plan and (found := parse_speeds(row.rate_limit or "")):
                alike = speeds.get(found[:2], plans.browse())
                plan = alike if len(alike) == 1 else None
            row.plan_id = plan

    def _has_rates_of_plan(self):
        """Whether the router gives what the plan promises: Odoo then keeps it so."""
        policy = self.takeover_id.company_id._isp_get_radius_policy()
        rates = [self.plan_id._isp_get_rate_limit(policy), self.rate_limit or ""]
        here, there = (normalise("rate-limit", text) for text in rates)
        return here == there

    def _get_plans(self):
        return self.env["product.template"].search(
            [
                ("is_internet_plan", "=", True),
                ("company_id", "in", [False, *self.takeover_id.company_id.ids]),
            ]
        )

    def _make_plans(self):
        """Make a plan of each, without a price: that is for a person."""
        pools = set(self.takeover_id.router_id.pool_ids.mapped("name"))
        for row in self:
            speeds = parse_speeds(row.rate_limit or "")
            if not speeds:
                continue
            vals = {
                "name": row.name,
                "type": "service",
                "is_internet_plan": True,
                "company_id": row.company_id.id,
                "list_price": 0.0,
                "isp_upload_mbps": speeds.upload,
                "isp_download_mbps": speeds.download,
                "isp_address_pool": row.pool_name if row.pool_name in pools else False,
            }
            if speeds.burst_seconds:
                vals |= {
                    "isp_burst_upload_mbps": speeds.burst_upload,
                    "isp_burst_download_mbps": speeds.burst_download,
                    "isp_burst_threshold_upload_mbps": speeds.threshold_upload,
                    "isp_burst_threshold_download_mbps": speeds.threshold_download,
                    "isp_burst_seconds": speeds.burst_seconds,
                }
            row.plan_id = self.env["product.template"].create(vals)


def _get_gateway(rows):
    """Return the local address that most of these profiles or secrets show, False."""
    found = Counter(
        row["local-address"]
        for row in rows
        if row.get("local-address", "")[:1].isdigit()
    )
    return found.most_common(1)[0][0] if found else False


def _get_queue_rates(queues):
    """Return {name, and address: upload/download} of the simple queues."""
    rates = {}
    for row in queues:
        if row.get("dynamic") != "true":
            target = row.get("target", "").removesuffix("/32")
            rates[row.get("name", "")] = rates[target] = row.get("max-limit", "")
    return rates
