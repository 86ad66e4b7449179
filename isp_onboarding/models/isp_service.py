from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.isp_base.const import VISIT_GROUPS

VISIT_STEPS = ("survey", "installation")
STEP_ACTIVITY = "isp_onboarding.mail_activity_type_step"
OFFICE_STATES = ("draft", "account", "product")
FIELD_STATES = ("scheduled", "started")
STEPS = ("draft", "survey", "account", "product", "installation", "finalisation")


class IspService(models.Model):
    """The six steps from registration to active, and whose turn it is.

    A step of the office ends with its "Save and continue"; a step in the field ends
    with the report of its visit.
    """

    _inherit = "isp.service"

    state = fields.Selection(
        selection_add=[
            ("draft",),
            ("survey", "Survey"),
            ("account", "Account"),
            ("product", "Product"),
            ("installation", "Installation"),
            ("finalisation", "Finalisation"),
            ("active",),
        ],
        ondelete=dict.fromkeys(STEPS[1:], "set draft"),
        group_expand="_group_expand_state",
    )
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
    visit_id = fields.Many2one(
        "isp.work.order", "Current Visit", readonly=True, copy=False, index=True
    )
    survey_id = fields.Many2one("isp.work.order", compute="_compute_survey")
    survey_topology = fields.Text(
        "Topology", compute="_compute_survey", groups=VISIT_GROUPS
    )
    survey_report = fields.Text(
        "Survey Notes", compute="_compute_survey", groups=VISIT_GROUPS
    )
    survey_photo_ids = fields.Many2many(
        "ir.attachment",
        string="Survey Photos",
        compute="_compute_survey_photo_ids",
        groups=VISIT_GROUPS,
    )
    # The work order tracks these; here they would tell a change of visit as changes.
    visit_state = fields.Selection(
        related="visit_id.state", string="Visit Status", tracking=False
    )
    visit_is_mine = fields.Boolean(related="visit_id.is_mine")
    visit_planned_start = fields.Datetime(
        related="visit_id.planned_start", readonly=False, tracking=False
    )
    visit_planned_end = fields.Datetime(related="visit_id.planned_end", readonly=False)
    visit_pic_id = fields.Many2one(
        related="visit_id.pic_id", readonly=False, tracking=False
    )
    visit_technician_ids = fields.Many2many(
        related="visit_id.technician_ids", readonly=False, tracking=False
    )
    visit_conflict_note = fields.Char(related="visit_id.conflict_note")
    visit_absence_note = fields.Char(related="visit_id.absence_note")
    visit_hours_note = fields.Char(related="visit_id.hours_note")
    survey_verdict = fields.Selection(
        related="visit_id.verdict", string="Verdict", tracking=False
    )
    survey_reason = fields.Char(
        related="visit_id.unfeasible_reason", groups=VISIT_GROUPS
    )

    restrict_before_payment = fields.Boolean(
        compute="_compute_restrict_before_payment", store=True, readonly=False
    )

    @api.depends("category_id", "plan_id")
    def _compute_restrict_before_payment(self):
        """The company decides before a technician can activate: by category, plan, or
        for all. The office may change it until then."""
        for service in self:
            if service.state in ("active", "terminated"):
                service.restrict_before_payment = service.restrict_before_payment
                continue
            said = (
                service.category_id.restrict_before_payment
                or service.plan_id.isp_restrict_before_payment
            )
            usual = service.company_id.isp_restrict_before_payment
            service.restrict_before_payment = said == "yes" if said else usual

    @api.depends(
        "work_order_ids.state", "work_order_ids.topology", "work_order_ids.report"
    )
    @api.depends_context("uid")
    def _compute_survey(self):
        """The last survey, for those who may read it; others see that there is none."""
        surveys = orders = self.env["isp.work.order"]
        if orders.has_access("read"):
            surveys = orders.search(
                [
                    ("service_id", "in", self.ids),
                    ("kind", "=", "survey"),
                    ("state", "=", "done"),
                ],
                order="id",
            )
        last = {survey.service_id: survey for survey in surveys}
        for service in self:
            survey = last.get(service._origin, orders)
            service.survey_id = survey
            service.survey_topology = survey.sudo().topology
            service.survey_report = survey.sudo().report

    @api.depends("survey_id")
    def _compute_survey_photo_ids(self):
        for service in self:
            service.survey_photo_ids = service.survey_id.photo_ids

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
        late = Domain("step_deadline", "<", fields.Datetime.now())
        return self._search_flag(operator, value, late)

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

    @api.model
    def _group_expand_state(self, states, _domain):
        """Show the columns in their order, and every step in the registrations."""
        shown = {*states, *(STEPS if self.env.context.get("isp_all_steps") else ())}
        return [
            state
            for state in self._fields["state"].get_values(self.env)
            if state in shown
        ]

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "visit_id",
            "coordinator_id",
            "step_since",
        }

    @api.model
    def _get_activatable_states(self):
        return ["finalisation"]

    @api.model_create_multi
    def create(self, vals_list):
        services = super().create(vals_list)
        services.sudo().step_since = fields.Datetime.now()
        services._call_next()
        return services

    def _write_checked(self, vals):
        """The start of the visit goes before its end, whichever was typed first: it
        moves the end along."""
        if "visit_planned_start" in vals:
            vals = {"visit_planned_start": vals["visit_planned_start"], **vals}
        return super()._write_checked(vals)

    # The steps

    def action_registration_done(self):
        """Registration → Survey."""
        self._take_step(["draft"], lambda s: s._get_missing_for_survey())
        self._open_visit("survey")
        self._enter("survey")
        self._notify_subscriber("registered")

    def _get_missing_for_survey(self):
        return self._get_missing(["contact_name", "phone", "street", "user_id"])

    def action_schedule_visit(self):
        """Fix the visit of this step and tell its technicians."""
        self._check_service_admin()
        self._check_states(VISIT_STEPS)
        self.visit_id.action_schedule()

    def action_start_visit(self):
        """Start the visit, and open it to write its report."""
        self.ensure_one()
        self.check_access("read")
        self._check_states(VISIT_STEPS)
        self.visit_id.action_start()
        return self.action_view_visit()

    def action_view_visit(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "isp.work.order",
            "res_id": self.visit_id.id,
            "views": [(False, "form")],
            "name": self.visit_id.name,
        }

    def action_survey_again(self):
        """Send technicians once more, after a survey that was not feasible."""
        self._take_step(["survey", "account"])
        if any(visit.is_open for visit in self.visit_id):
            raise UserError(self.env._("The survey is still going on."))
        self._open_visit("survey")
        self._enter("survey")

    def _survey_done(self):
        """Survey → Account, for those whose line can be built."""
        feasible = self.filtered(lambda s: s.visit_id.verdict == "feasible")
        feasible._ensure_credentials()
        feasible._enter("account")
        for service in self - feasible:
            service._message_log(
                body=self.env._(
                    "Not feasible: %(reason)s", reason=service.survey_reason
                )
            )
            service._call_next()

    def action_reject(self):
        """Close as not feasible, with the surveyor's reason."""
        self._check_service_admin()
        self._check_states(["survey"])
        no_line = self.env.ref(
            "isp_base.isp_lost_reason_line", raise_if_not_found=False
        )
        for service in self:
            if service.survey_verdict != "not_feasible":
                raise UserError(
                    self.env._("Only a survey that was not feasible is rejected.")
                )
            service._cancel(service.survey_reason, no_line)

    def action_account_done(self):
        """Account → Product, and invite the subscriber to the portal."""
        self._take_step(["account"], lambda s: s._get_missing_for_product())
        self._invite_to_portal()
        self._propose_billing()
        self._enter("product")

    def _propose_billing(self):
        """Fill in the usual terms, to be confirmed or changed in the Product step."""
        for company, services in self.grouped("company_id").items():
            today = company._get_isp_today()
            schedule = self.env["isp.billing.schedule"].search(
                [("company_id", "in", [False, company.id])], limit=1
            )
            undated = services.filtered(lambda s: not s.activation_date)
            undated.write({"activation_date": today})
            unscheduled = services.filtered(lambda s: not s.billing_schedule_id)
            unscheduled.write({"billing_schedule_id": schedule.id})

    def _get_missing_for_product(self):
        return self._get_missing(["username", "password", "category_id", "area_id"])

    def action_product_done(self):
        """Product → Installation."""
        self._take_step(["product"], lambda s: s._get_missing_for_installation())
        self._open_visit("installation")
        self._enter("installation")

    def _get_missing_for_installation(self):
        return self._get_missing(
            [
                "activation_date",
                "billing_schedule_id",
                "pop_id",
                "plan_id",
                "username",
                "password",
                "download_mbps",
                "upload_mbps",
            ]
        )

    def _installation_done(self):
        """Installation → Finalisation."""
        self._enter("finalisation")

    def action_step_back(self):
        """Undo the last step of the office, or take the installation report back."""
        self._take_step(["product", "installation", "finalisation"])
        for service in self:
            visit = service.visit_id.sudo()
            if service.state == "product":
                service._enter("account")
            elif service.state == "installation":
                visit._check_states(("draft", "scheduled"))
                service._enter("product")
                visit._cancel(self.env._("Back to the Product step"))
            else:
                visit._reopen_report()
                service._enter("installation")

    def _cancel(self, reason, lost_reason=None):
        result = super()._cancel(reason, lost_reason)
        self._close_question(STEP_ACTIVITY)
        return result

    def action_reopen(self):
        result = super().action_reopen()
        self.sudo().write({"visit_id": False})
        self._enter("draft")
        return result

    def _take_step(self, states, get_missing=None):
        """Check that the user may leave these states now, and that nothing lacks."""
        self._check_service_admin()
        self._check_states(states)
        if get_missing:
            self._check_complete(get_missing)
        if self.env.uid != SUPERUSER_ID:
            unclaimed = self.sudo().filtered(lambda s: not s.coordinator_id)
            unclaimed.coordinator_id = self.env.user

    def _enter(self, state):
        self.sudo().write({"state": state, "step_since": fields.Datetime.now()})
        self._call_next()

    def _open_visit(self, kind):
        """Make the work order of the step, with the present user in charge."""
        visits = self.env["isp.work.order"].create(
            [
                {"service_id": service.id, "kind": kind, "pic_id": self.env.uid}
                for service in self
            ]
        )
        for visit in visits:
            visit.service_id.sudo().visit_id = visit

    # Whose turn it is

    def _call_next(self):
        """Close the office's activity of the last step and call who is next.

        Who imports a list is called for each of it, but mailed for none.
        """
        self._close_question(STEP_ACTIVITY)
        waiting = self.sudo().filtered(lambda service: service.turn == "office")
        if self.env.context.get("import_file"):
            waiting = waiting.with_context(mail_activity_quick_update=True)
        for call, services in waiting.grouped(lambda s: s._get_call()).items():
            user, deadline, summary = call
            services._ask_people(
                STEP_ACTIVITY, user, date_deadline=deadline, summary=summary
            )

    def _get_call(self):
        """Return whom the next step is told, until which day, and what it is."""
        user = self._get_office_user()
        # Who was registered before this addon was there has no deadline yet.
        deadline = self.step_deadline or fields.Datetime.now()
        return (
            user,
            self.company_id._get_isp_day(deadline),
            self.with_context(lang=user.lang)._get_next_step(),
        )

    def _get_office_user(self):
        """Return who handles it: its coordinator, else the company's office."""
        self.ensure_one()
        return self.coordinator_id or self.company_id._get_isp_person("office")

    # Portal

    def _invite_to_portal(self):
        """Send the invitation; the chatter says when it could not be sent."""
        for service in self:
            service._message_log(body=service._invite_subscriber())

    def _invite_subscriber(self):
        """Return what was done, in words."""
        self.ensure_one()
        partner = self.partner_id.sudo()
        if partner.user_ids:
            return self.env._("The subscriber has a portal account already.")
        wizard = (
            self.env["portal.wizard"]
            .sudo()
            .create({"partner_ids": [(6, 0, partner.ids)]})
        )
        line = wizard.user_ids
        if line.email_state == "ko":
            return self.env._("Not invited to the portal: there is no valid e-mail.")
        if line.email_state == "exist":
            return self.env._(
                "Not invited to the portal: %(email)s belongs to another account.",
                email=partner.email,
            )
        line.action_grant_access()
        return self.env._("Invited to the portal: %(email)s", email=partner.email)
