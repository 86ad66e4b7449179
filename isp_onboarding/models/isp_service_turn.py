from odoo import api, fields, models
from odoo.fields import Domain

STEP_ACTIVITY = "isp_onboarding.mail_activity_type_step"
OFFICE_STATES = ("draft", "account", "product")
FIELD_STATES = ("scheduled", "started")


class IspService(models.Model):
    """Whose turn it is, since when, and until when it should be done."""

    _inherit = "isp.service"

    coordinator_id = fields.Many2one(
        "res.users",
        "Handled By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
    )
    step_since = fields.Datetime(readonly=True, copy=False)
    turn = fields.Selection(
        [("office", "Office"), ("field", "Technician")],
        "Whose Turn",
        compute="_compute_turn",
        store=True,
        index=True,
    )
    step_deadline = fields.Datetime(compute="_compute_turn", store=True, index=True)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    next_step = fields.Char(compute="_compute_next_step")

    @api.depends(
        "state",
        "step_since",
        "visit_id.state",
        "visit_id.planned_end",
        "company_id.isp_step_days",
    )
    def _compute_turn(self):
        for service in self.sudo():
            visit = service.visit_id
            days = service.company_id.isp_step_days
            office_deadline = service.step_since and fields.Datetime.add(
                service.step_since, days=days
            )
            if service.state in ("active", "terminated", "cancelled"):
                service.turn = service.step_deadline = False
            elif service.state == "finalisation":
                service.turn, service.step_deadline = "field", office_deadline
            elif service.state in OFFICE_STATES or visit.state not in FIELD_STATES:
                service.turn, service.step_deadline = "office", office_deadline
            else:
                service.turn, service.step_deadline = "field", visit.planned_end

    @api.depends("step_deadline")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for service in self:
            service.is_late = bool(
                service.step_deadline and service.step_deadline < now
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("step_deadline", "<", fields.Datetime.now())
        return late if True in value else ~late

    @api.depends("state", "visit_id.state", "visit_id.verdict")
    def _compute_next_step(self):
        for service in self:
            service.next_step = service._get_next_step()

    def _get_next_step(self):
        """Return in words what has to be done next, False when there is nothing."""
        self.ensure_one()
        words = {
            "draft": self.env._("Check the registration, set the priority"),
            "account": self.env._("Set category and area"),
            "product": self.env._("Choose plan, POP and billing"),
            "finalisation": self.env._("Sign the handover and activate"),
        }
        visit = self.sudo().visit_id
        if self.state not in ("survey", "installation"):
            return words.get(self.state, False)
        if visit.state == "done":
            return self.env._("Not feasible: survey again or close")
        return {
            "draft": self.env._("Schedule the visit"),
            "scheduled": self.env._("Visit the subscriber"),
            "started": self.env._("Write the report"),
        }.get(visit.state, False)

    def _call_next(self):
        """Close the office's activity of the last step and call who is next."""
        self._close_step_activities()
        for service in self.sudo():
            if service.turn != "office":
                continue
            user = service._get_office_user()
            if user:
                service.activity_schedule(
                    STEP_ACTIVITY,
                    date_deadline=fields.Date.context_today(
                        service, service.step_deadline
                    ),
                    summary=service._get_next_step(),
                    user_id=user.id,
                )

    def _close_step_activities(self):
        self.sudo().activity_unlink([STEP_ACTIVITY])

    def _get_office_user(self):
        """Return who handles it: its coordinator, else the company's, else an admin."""
        self.ensure_one()
        known = self.coordinator_id or self.company_id.isp_registration_user_id
        if known:
            return known
        group = self.env.ref("isp_base.isp_base_group_admin")
        return self.env["res.users"].search(
            [
                ("all_group_ids", "in", group.ids),
                ("company_ids", "in", self.company_id.ids),
                ("share", "=", False),
            ],
            order="id",
            limit=1,
        )
