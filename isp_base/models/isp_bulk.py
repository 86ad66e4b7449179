import logging

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..locks import lock_or_retry

_logger = logging.getLogger(__name__)

BATCH = 50  # services that one job works on


class IspBulk(models.Model):
    """One act for several subscribers: looked at first, then done by jobs.

    Each line says what comes of one subscriber, or why he is left out. An addon with
    another act adds it to ``kind``, with methods ``_find_obstacles_<kind>`` and
    ``_do_<kind>``.
    """

    _name = "isp.bulk"
    _description = "Several Subscribers at Once"
    _inherit = ["isp.batch.mixin"]
    _order = "id desc"
    _check_company_auto = True

    kind = fields.Selection(
        [
            ("suspend", "Isolate"),
            ("restore", "Lift isolation"),
            ("plan", "Change plan"),
            ("message", "Send a message"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users", "By", readonly=True, default=lambda self: self.env.user
    )
    phase = fields.Selection(
        [("preview", "Preview"), ("run", "Run"), ("cancelled", "Called off")],
        required=True,
        readonly=True,
        default="preview",
    )
    reason = fields.Selection(
        selection=lambda self: self.env["isp.service.suspend"]._get_reason_selection(),
        default="manual",
    )
    note = fields.Char()
    until = fields.Datetime(help="Empty: until somebody lifts it.")
    plan_id = fields.Many2one(
        "product.template",
        "New Plan",
        check_company=True,
        domain="[('is_internet_plan', '=', True)]",
    )
    date = fields.Date("From", help="Empty: from today on.")
    total = fields.Char("In Total", readonly=True)
    foreseen_plan_id = fields.Many2one("product.template", readonly=True)
    subject = fields.Char()
    body = fields.Text("Message")
    line_ids = fields.One2many("isp.bulk.line", "takeover_id", readonly=True)
    state = fields.Selection(
        [
            ("preview", "Preview"),
            ("running", "Running"),
            ("failed", "Done, with failures"),
            ("done", "Done"),
            ("cancelled", "Called off"),
        ],
        "Status",
        compute="_compute_progress",
    )
    ok_count = fields.Integer("To Do")
    error_count = fields.Integer("Failed")
    skipped_count = fields.Integer("Left Out")
    left_count = fields.Integer("Left", compute="_compute_progress")

    @api.depends("kind", "line_ids", "create_date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for bulk in self:
            bulk.display_name = self.env._(
                "%(what)s: %(count)s subscribers",
                what=kinds.get(bulk.kind, ""),
                count=bulk.total_count,
            )

    def _show_progress(self, waiting):
        finished = self.done_count + self.error_count
        self.left_count = waiting
        self.progress = 100.0 * finished / (finished + waiting or 1)
        if self.phase == "run":
            ended = "failed" if self.error_count else "done"
            self.state = "running" if waiting else ended
        else:
            self.state = self.phase

    # Looking at it first

    @api.model
    def _prepare(self, kind, services):
        """Return the act for these services, with what comes of each of them."""
        services._check_service_admin()
        bulk = self.sudo().create({"kind": kind}).sudo(False)
        bulk.sudo().line_ids = [
            Command.create({"service_id": service.id, "batch": number // BATCH})
            for number, service in enumerate(services)
        ]
        bulk._foresee()
        return bulk

    def _foresee(self):
        """Write on each line what would come of it."""
        self.ensure_one()
        lines = self.sudo().line_ids
        services = self._get_services(lines)
        obstacles = getattr(self, f"_find_obstacles_{self.kind}")(services)
        effects = self._describe_effects(services - services.browse(obstacles))
        for line in lines:
            obstacle = obstacles.get(line.service_id.id)
            line.write(
                {
                    "state": "skipped" if obstacle else "ok",
                    "message": obstacle or effects.get(line.service_id.id),
                }
            )
        self.sudo().write(
            {
                "foreseen_plan_id": self.plan_id.id,
                "total": self._describe_total(services - services.browse(obstacles)),
            }
        )

    def _get_services(self, lines):
        """Return the services of lines, with the rights of the user."""
        return self.env["isp.service"].browse(lines.service_id.ids)

    def _describe_effects(self, services) -> dict[int, str]:
        """Return in words, by id of a service, what comes of it, and what it costs.

        The preview asks; an addon that knows money adds it by ``super()``.

        :param services: isp.service, those for whom nothing stands in the way
        """
        if self.kind != "plan" or not self.plan_id:
            return {}
        return {
            service.id: f"{service.plan_id.name} → {self.plan_id.name}"
            for service in services
        }

    # The default knows no money.
    # pylint: disable=unused-argument
    def _describe_total(self, services) -> str | bool:
        """Return in words what comes of all of them together; False: nothing to sum up.

        The preview asks; an addon that knows money answers.

        :param services: isp.service, those for whom nothing stands in the way
        """
        return False

    @api.model
    def _find_not_active(self, services):
        """Return {id: why} of the services that are not active."""
        labels = dict(services._fields["state"]._description_selection(self.env))
        return {
            service.id: self.env._("Not active: %(state)s", state=labels[service.state])
            for service in services
            if service.state != "active"
        }

    def _find_open_reasons(self, services):
        """Return {id of a service: reasons (set of str) for which it is isolated}."""
        found = {}
        for service, reasons in (
            self.env["isp.suspension"]
            .sudo()
            ._read_group(
                [("service_id", "in", services.ids), ("date_end", "=", False)],
                ["service_id"],
                ["reason:array_agg"],
            )
        ):
            found[service.id] = set(reasons)
        return found

    def _find_obstacles_suspend(self, services):
        reasons = self._find_open_reasons(services)
        already = {
            number: self.env._("Isolated for this reason already")
            for number, found in reasons.items()
            if self.reason in found
        }
        return {**already, **self._find_not_active(services)}

    def _find_obstacles_restore(self, services):
        reasons = self._find_open_reasons(services)
        lifted = self.env["isp.suspension"]._get_reasons_lifted_by_hand()
        obstacles = {}
        for service in services:
            found = reasons.get(service.id, set())
            if not found:
                obstacles[service.id] = self.env._("Not isolated")
            elif not found & lifted:
                obstacles[service.id] = self.env._(
                    "Not imposed by hand: a payment or its addon lifts it"
                )
        return {**obstacles, **self._find_not_active(services)}

    def _find_obstacles_plan(self, services):
        same = {
            service.id: self.env._("Has this plan already")
            for service in services
            if self.plan_id and service.plan_id == self.plan_id
        }
        return {**same, **self._find_not_active(services)}

    def _find_obstacles_message(self, services):
        notice = self.env["isp.notice.event"]._get_event("office_message")
        obstacles = {
            service.id: service.sudo()._find_notice_obstacle(notice)
            for service in services
        }
        return {number: why for number, why in obstacles.items() if why}

    def action_preview(self):
        """Show what comes of each subscriber, as it stands in the form now."""
        self._check_phase()
        self._foresee()

    # Doing it

    def _check_phase(self):
        self.check_access("write")
        if self.phase != "preview":
            raise UserError(self.env._("It is under way already."))

    def action_start(self):
        """Have jobs do it for whom nothing stands in the way."""
        self.ensure_one()
        lock_or_retry(self)
        self._check_phase()
        self._check_filled()
        self._foresee()
        ready = self.sudo().line_ids.filtered(lambda line: line.state == "ok")
        if not ready:
            raise UserError(self.env._("Nobody is left: the list says why."))
        ready.state = "waiting"
        self.sudo().phase = "run"
        _logger.info("%s: %d services", self.kind, len(ready))
        self._enqueue()

    def _check_filled(self):
        needed = {"plan": ["plan_id"], "message": ["subject", "body"]}
        missing = [
            self._fields[name]._description_string(self.env)
            for name in needed.get(self.kind, ())
            if not self[name]
        ]
        if missing:
            raise UserError(
                self.env._("Fill in first: %(fields)s", fields=", ".join(missing))
            )
        if self.until and self.until <= fields.Datetime.now():
            raise UserError(self.env._("“Until” must lie in the future."))

    def _describe_batch(self, batch):
        return f"{self.display_name}, {batch + 1}"

    def _work(self, batch):
        """Do it for the subscribers of a batch that wait."""
        self.ensure_one()
        self._get_pending_lines(batch)._import_or_split()

    def _do_suspend(self, services):
        services._suspend(self.reason, note=self.note, until=self.until)

    def _do_restore(self, services):
        services.action_restore()

    def _do_plan(self, services):
        if self.date:
            services._plan_change(self.plan_id, self.date)
        else:
            services._change_plan(self.plan_id)
            services._notify_subscriber("plan_changed")

    def _do_message(self, services):
        services._notify_subscriber(
            "office_message", isp_subject=self.subject, isp_body=self.body
        )

    def action_retry(self):
        """Try those again who have failed."""
        self.ensure_one()
        self.check_access("write")
        lock_or_retry(self)
        failed = self.sudo().line_ids.filtered(lambda line: line.state == "error")
        if self.phase != "run" or not failed:
            raise UserError(self.env._("Nobody has failed."))
        failed.write({"state": "waiting", "message": False})
        _logger.info("%s: %d services again", self.kind, len(failed))
        self._enqueue()

    def action_cancel(self):
        """Leave out who is still waiting; what is done stays done."""
        self.ensure_one()
        self.check_access("write")
        waiting = self.sudo().line_ids.filtered(
            lambda line: line.state in ("ok", "waiting")
        )
        lock_or_retry(waiting)
        waiting.write({"state": "skipped", "message": self.env._("Called off")})
        self.sudo().phase = "cancelled"

    def write(self, vals):
        """What is under way stays what was looked at."""
        if not self.env.su and any(bulk.phase != "preview" for bulk in self):
            raise UserError(self.env._("It is under way already."))
        return super().write(vals)
