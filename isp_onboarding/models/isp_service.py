from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

VISIT_STEPS = ("survey", "installation")
STEPS = ("draft", "survey", "account", "product", "installation", "finalisation")


class IspService(models.Model):
    """The six steps from registration to active.

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
    visit_id = fields.Many2one(
        "isp.work.order", "Current Visit", readonly=True, copy=False, index=True
    )
    survey_id = fields.Many2one(
        "isp.work.order", "Survey", compute="_compute_survey_id"
    )
    visit_state = fields.Selection(related="visit_id.state", string="Visit Status")
    visit_is_mine = fields.Boolean(related="visit_id.is_mine", related_sudo=False)
    visit_planned_start = fields.Datetime(
        related="visit_id.planned_start", readonly=False
    )
    visit_planned_end = fields.Datetime(related="visit_id.planned_end", readonly=False)
    visit_pic_id = fields.Many2one(related="visit_id.pic_id", readonly=False)
    visit_technician_ids = fields.Many2many(
        related="visit_id.technician_ids", readonly=False
    )
    visit_conflict_note = fields.Char(related="visit_id.conflict_note")
    survey_verdict = fields.Selection(related="visit_id.verdict", string="Verdict")
    survey_reason = fields.Char(related="visit_id.unfeasible_reason")

    @api.depends("work_order_ids.state")
    def _compute_survey_id(self):
        surveys = self.env["isp.work.order"].search(
            [
                ("service_id", "in", self.ids),
                ("kind", "=", "survey"),
                ("state", "=", "done"),
            ],
            order="id",
        )
        last = {survey.service_id: survey for survey in surveys}
        for service in self:
            service.survey_id = last.get(service._origin)

    @api.model
    def _group_expand_state(self, states, _domain):
        """Show every step as a column where the registrations are followed."""
        return STEPS if self.env.context.get("isp_all_steps") else states

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

    # The steps

    def action_registration_done(self):
        """Registration → Survey."""
        self._take_step(["draft"], lambda s: s._get_missing_for_survey())
        self._open_visit("survey")
        self._enter("survey")

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
        for service in self:
            if service.survey_verdict != "not_feasible":
                raise UserError(
                    self.env._("Only a survey that was not feasible is rejected.")
                )
            service._cancel(service.survey_reason)

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

    def _cancel(self, reason):
        result = super()._cancel(reason)
        self._close_step_activities()
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
        strangers = self.sudo().filtered(lambda s: not s.coordinator_id)
        strangers.coordinator_id = self.env.user

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

    # Portal

    def _invite_to_portal(self):
        """Send the invitation; whom it cannot reach is told in the chatter."""
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

    def action_invite(self):
        """Invite once more, for instance after the e-mail was corrected."""
        self._check_service_admin()
        self._invite_to_portal()

    # Activation

    def _check_may_activate(self):
        """Administrators, and the technicians of this installation."""
        self.check_access("read")
        visits = self.sudo().visit_id.with_env(self.env)
        mine = all(
            service.sudo().visit_id.kind == "installation" for service in self
        ) and all(visits.mapped("is_mine"))
        if not self._is_service_admin() and not mine:
            raise AccessError(
                self.env._(
                    "Only administrators and the technicians of this installation "
                    "activate the service."
                )
            )

    def _get_missing_for_activation(self):
        missing = super()._get_missing_for_activation()
        visit = self.sudo().visit_id
        return missing + visit._get_missing(
            ["customer_signature", "customer_signed_by", "technician_signature"]
        )

    def _activate(self, services):
        result = super()._activate(services)
        services._close_step_activities()
        services.sudo().step_since = fields.Datetime.now()
        services.sudo().visit_id._attach_handover()
        services.sudo().visit_id._close_activities()
        return result
