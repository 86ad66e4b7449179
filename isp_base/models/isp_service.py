from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..const import (
    EQUIPMENT_GROUPS,
    PROSPECT_FIELDS,
    SUSPENSION_GROUPS,
    VISIT_GROUPS,
)

REGISTRATION_FIELDS = PROSPECT_FIELDS | {
    "user_id",
    "latitude",
    "longitude",
    "coordinates",
    "note",
}
LINE_FIELDS = {"pop_id", "speed_override", "download_mbps", "upload_mbps"}


class IspService(models.Model):
    """One connection of one subscriber at one place.

    ``state`` says how far it is, ``access`` what the network lets through; both are
    written by the methods of isp_service_lifecycle.py alone.
    """

    _name = "isp.service"
    _description = "Internet Service"
    _inherit = [
        "isp.guarded.mixin",
        "isp.coordinates.mixin",
        "isp.notice.mixin",
        "isp.secret.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "contact_name", "username", "phone"]
    _check_company_auto = True
    _mail_post_access = "read"
    _isp_talk_groups = VISIT_GROUPS

    access_token = fields.Char(groups="isp_base.isp_base_group_sales")
    name = fields.Char("Service Number", readonly=True, copy=False, index="trigram")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    state = fields.Selection(
        [
            ("draft", "Registration"),
            ("active", "Active"),
            ("terminated", "Terminated"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    access = fields.Selection(
        [
            ("none", "No access"),
            ("test", "Line test"),
            ("isolated", "Isolated"),
            ("open", "Open"),
        ],
        "Network Access",
        default="none",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    access_version = fields.Integer(default=0, readonly=True, copy=False)
    access_since = fields.Datetime(readonly=True, copy=False)
    test_until = fields.Datetime("Line Test Until", readonly=True, copy=False)
    date_activated = fields.Datetime("Active Since", readonly=True, copy=False)
    date_terminated = fields.Datetime("Terminated On", readonly=True, copy=False)
    end_reason = fields.Char("Reason of the End", readonly=True, copy=False)
    lost_reason_id = fields.Many2one(
        "isp.lost.reason",
        "Lost Because",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "High"), ("2", "Very high"), ("3", "Urgent")],
        default="0",
        tracking=True,
    )
    category_id = fields.Many2one(
        "isp.subscriber.category",
        "Subscriber Category",
        check_company=True,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    area_id = fields.Many2one(
        "isp.area",
        check_company=True,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    pop_id = fields.Many2one(
        "isp.pop",
        "POP",
        check_company=True,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    plan_id = fields.Many2one(
        "product.template",
        "Internet Plan",
        domain="[('is_internet_plan', '=', True)]",
        check_company=True,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    speed_override = fields.Boolean("Own Speed", tracking=True)
    download_mbps = fields.Float(
        "Download (Mbit/s)",
        digits=(10, 3),
        aggregator=None,
        compute="_compute_speed",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    upload_mbps = fields.Float(
        "Upload (Mbit/s)",
        digits=(10, 3),
        aggregator=None,
        compute="_compute_speed",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    note = fields.Text("Internal Note", groups=VISIT_GROUPS)
    user_sets_line = fields.Boolean(compute="_compute_user_sets_line")
    user_registers = fields.Boolean(compute="_compute_user_registers")

    suspension_ids = fields.One2many(
        "isp.suspension",
        "service_id",
        "Suspensions",
        readonly=True,
        groups=SUSPENSION_GROUPS,
    )
    suspension_reasons = fields.Char(
        "Isolated Because", compute="_compute_suspension_reasons"
    )
    work_order_ids = fields.One2many("isp.work.order", "service_id")
    equipment_ids = fields.One2many(
        "stock.lot", "isp_service_id", readonly=True, groups=EQUIPMENT_GROUPS
    )

    _name_uniq = models.Constraint(
        "UNIQUE (company_id, name)", "This service number is taken."
    )
    _test_until_idx = models.Index("(test_until) WHERE access = 'test'")

    @api.depends(
        "plan_id.isp_download_mbps", "plan_id.isp_upload_mbps", "speed_override"
    )
    def _compute_speed(self):
        for service in self:
            if not service.sudo().speed_override:
                service.download_mbps = service.plan_id.isp_download_mbps
                service.upload_mbps = service.plan_id.isp_upload_mbps

    @api.depends_context("uid")
    def _compute_user_sets_line(self):
        engineer = self.env.user.has_group("isp_base.isp_base_group_network_engineer")
        self.user_sets_line = engineer or self._is_service_admin()

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_user_registers(self):
        """Whether he may write down who the prospect is, as ``_get_writable_fields``
        lets him."""
        sells = self.env.user.has_group("isp_base.isp_base_group_sales")
        for service in self:
            drafted = sells and service.state == "draft"
            service.user_registers = drafted or service._is_service_admin()

    @api.depends("suspension_ids.date_end", "suspension_ids.reason")
    def _compute_suspension_reasons(self):
        labels = dict(
            self.env["isp.suspension"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        for service in self.sudo():
            reasons = service.suspension_ids.filtered(lambda s: not s.date_end)
            service.suspension_reasons = ", ".join(labels[s.reason] for s in reasons)

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for service in self:
            service.access_url = f"/my/services/{service.id}"
        return result

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """Subscribers have no conversation here: a token, which needs no log-in, would
        let whoever has it write as one of them."""
        if self.env.user.share:
            return self.browse()
        return super()._get_thread_with_access(thread_id, **kwargs)

    @api.depends("name", "contact_name")
    def _compute_display_name(self):
        for service in self:
            parts = [service.name, service.contact_name]
            service.display_name = " ".join(part for part in parts if part)

    @api.model
    def _search_display_name(self, operator, value):
        """Who may not read a phone finds nobody by it."""
        readable = [
            name
            for name in self._rec_names_search
            if self._has_field_access(self._fields[name], "read")
        ]
        domains = [Domain(name, operator, value) for name in readable]
        if operator == "ilike" and "phone" in readable:
            domains.append(Domain("phone_dialled", operator, value))
        negative = operator in Domain.NEGATIVE_OPERATORS
        return Domain.AND(domains) if negative else Domain.OR(domains)

    @api.constrains("download_mbps", "upload_mbps", "speed_override")
    def _check_speed(self):
        for service in self.sudo():
            plan = service.plan_id
            speeds = (service.download_mbps, service.upload_mbps)
            if service.speed_override and min(speeds) <= 0:
                raise ValidationError(
                    self.env._("A speed of its own must be above zero.")
                )
            if not service.speed_override and speeds != (
                plan.isp_download_mbps,
                plan.isp_upload_mbps,
            ):
                raise ValidationError(
                    self.env._("Tick “Own Speed” for another speed than the plan's.")
                )

    @api.constrains("plan_id")
    def _check_plan(self):
        for plan in self.sudo().plan_id:
            if not plan.is_internet_plan:
                raise ValidationError(
                    self.env._(
                        "%(product)s is not an internet plan.", product=plan.name
                    )
                )

    def _get_diagnosis(self) -> list[dict]:
        """Return what is known of the line, for whoever repairs it.

        :return: list of dict `level` ("ok", "warn" or "bad") and `text`; addons add
            their findings, without what the user of the environment may not know
        """
        self.ensure_one()
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("state", "access")
        }
        if self.state != "active":
            text = self.env._(
                "The service is not active: %(state)s",
                state=labels["state"][self.state],
            )
            return [{"level": "bad", "text": text}]
        texts = [labels["access"][self.access], self.suspension_reasons]
        plan = self.env._(
            "%(plan)s: %(down)g Mbit/s down, %(up)g Mbit/s up",
            plan=self.plan_id.name,
            down=self.download_mbps,
            up=self.upload_mbps,
        )
        return [
            {
                "level": "ok" if self.access == "open" else "bad",
                "text": ": ".join(text for text in texts if text),
            },
            {"level": "ok", "text": plan},
        ]

    def _get_writable_fields(self):
        user = self.env.user
        if user.has_group("isp_base.isp_base_group_admin"):
            return None
        writable = {"message_main_attachment_id"}
        if user.has_group("isp_base.isp_base_group_network_engineer"):
            writable |= LINE_FIELDS
        if user.has_group("isp_base.isp_base_group_sales"):
            if all(service.state == "draft" for service in self):
                writable |= REGISTRATION_FIELDS
        return writable

    def copy_data(self, default=None):
        """Whoever duplicates takes along what he may bring to a new record."""
        self.check_access("read")
        refused = self.browse()._get_refused_on_create() - (default or {}).keys()
        return [
            {name: value for name, value in vals.items() if name not in refused}
            for vals in super(IspService, self.sudo()).copy_data(default)
        ]

    def _write_checked(self, vals):
        self._check_active_unchanged(vals)
        return super()._write_checked(vals)

    @api.model
    def _get_fields_of_verbs(self) -> set[str]:
        """Return the names of the fields that a verb changes on a running service,
        such as ``_change_plan``: writing them would leave out what follows."""
        return {"username", "password", "plan_id"}

    def _check_active_unchanged(self, vals):
        """:raises UserError: when a user writes on a running service what a verb
        changes"""
        names = self._get_fields_of_verbs() & vals.keys()
        if self.env.su or not names:
            return
        if any(service.state in ("active", "terminated") for service in self):
            raise UserError(
                self.env._(
                    "The service is running: use “Change credentials” or “Change plan”."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if any(service.state not in ("draft", "cancelled") for service in self):
            raise UserError(
                self.env._("Only drafts and cancelled services can be deleted.")
            )
        self.sudo().work_order_ids._check_not_begun()
