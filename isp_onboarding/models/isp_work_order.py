from base64 import b64decode

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.isp_base.const import VISIT_GROUPS
from odoo.addons.isp_base.models.isp_work_order import VISIT_ACTIVITY
from odoo.addons.isp_base.pictures import has_ink, is_picture

SURVEY_FIELDS = {"topology", "verdict", "unfeasible_reason"}
INSTALLATION_FIELDS = {
    "optical_power",
    "onu_serial",
    "port",
    "speed_test_download",
    "speed_test_upload",
    "parameters",
}
SIGNATURE_FIELDS = {
    "customer_signature",
    "customer_signed_by",
    "technician_signature",
}


class IspWorkOrder(models.Model):
    _inherit = "isp.work.order"

    topology = fields.Text(
        help="The technical plan of the installation.", groups=VISIT_GROUPS
    )
    verdict = fields.Selection(
        [("feasible", "Feasible"), ("not_feasible", "Not feasible")], tracking=True
    )
    unfeasible_reason = fields.Char("Why Not Feasible", groups=VISIT_GROUPS)

    # Whoever installs need not be whoever surveyed, and follows that plan.
    survey_topology = fields.Text(
        "Surveyed Topology",
        related="service_id.survey_topology",
        groups=VISIT_GROUPS,
    )
    survey_report = fields.Text(related="service_id.survey_report", groups=VISIT_GROUPS)

    optical_power = fields.Float(
        "Optical Power (dBm)",
        digits=(5, 2),
        aggregator=None,
        help="Received at the subscriber's ONU, usually between -8 and -27 dBm.",
    )
    onu_serial = fields.Char("ONU Serial Number")
    port = fields.Char(help="Port of the ODP or the switch.")
    speed_test_download = fields.Float(
        "Speed Test Download (Mbit/s)", digits=(10, 2), aggregator=None
    )
    speed_test_upload = fields.Float(
        "Speed Test Upload (Mbit/s)", digits=(10, 2), aggregator=None
    )
    parameters = fields.Text("Other Readings", groups=VISIT_GROUPS)

    customer_signature = fields.Image(
        "Customer's Signature",
        max_width=1024,
        max_height=1024,
        copy=False,
        groups=VISIT_GROUPS,
    )
    customer_signed_by = fields.Char("Signed By", copy=False)
    customer_signed_on = fields.Datetime(readonly=True, copy=False)
    technician_signature = fields.Image(
        "Technician's Signature",
        max_width=1024,
        max_height=1024,
        copy=False,
        groups=VISIT_GROUPS,
    )
    technician_signed_by_id = fields.Many2one(
        "res.users", "Signed by Technician", readonly=True, copy=False
    )
    technician_signed_on = fields.Datetime(readonly=True, copy=False)

    @api.constrains("optical_power")
    def _check_optical_power(self):
        if any(not -50 <= order.optical_power <= 20 for order in self):
            raise ValidationError(
                self.env._("An optical power lies between -50 and 20 dBm.")
            )

    @api.constrains("speed_test_download", "speed_test_upload")
    def _check_speed_test(self):
        if any(o.speed_test_download < 0 or o.speed_test_upload < 0 for o in self):
            raise ValidationError(self.env._("A measured speed cannot be negative."))

    @api.constrains("customer_signature", "technician_signature")
    def _check_signatures(self):
        """Refuse what an image field lets through, such as SVG with its links, and what
        nobody has drawn."""
        for order in self:
            for data in (order.customer_signature, order.technician_signature):
                content = b64decode(data or b"")
                if content and not is_picture(content):
                    raise ValidationError(
                        self.env._("A signature is a picture: PNG or JPEG.")
                    )
                if content and not has_ink(content):
                    raise ValidationError(
                        self.env._("The signature is empty. Sign with a finger.")
                    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "customer_signed_on",
            "technician_signed_by_id",
            "technician_signed_on",
        }

    def _get_writable_fields(self):
        writable = super()._get_writable_fields()
        if writable is not None and all(o.is_mine and o._is_signable() for o in self):
            writable |= SIGNATURE_FIELDS
        return writable

    def _is_signable(self):
        return (
            self.kind == "installation"
            and self.state == "done"
            and self.service_state == "finalisation"
        )

    def _get_settled_fields(self):
        settled = super()._get_settled_fields()
        if not all(order.state == "started" for order in self):
            settled |= {"verdict", "unfeasible_reason"}
        if not all(order._is_signable() for order in self):
            settled |= SIGNATURE_FIELDS
        return settled

    @api.model
    def _get_report_fields(self):
        return super()._get_report_fields() | SURVEY_FIELDS | INSTALLATION_FIELDS

    @api.model
    def _get_refused_on_create(self):
        return super()._get_refused_on_create() | SIGNATURE_FIELDS

    def write(self, vals):
        result = super().write(vals)
        now = self._get_moment(self.mapped("date_finished"))
        if "customer_signature" in vals:
            signed = bool(vals["customer_signature"])
            super(IspWorkOrder, self.sudo()).write(
                {"customer_signed_on": now if signed else False}
            )
        if "technician_signature" in vals:
            signed = bool(vals["technician_signature"])
            super(IspWorkOrder, self.sudo()).write(
                {
                    "technician_signed_on": now if signed else False,
                    "technician_signed_by_id": self.env.uid if signed else False,
                }
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_current(self):
        """A step without its visit could not go on."""
        for order in self:
            service = order.service_id
            if service.visit_id == order and service.state == order.kind:
                raise UserError(
                    self.env._(
                        "%(order)s is the visit of the present step. Cancel it, and "
                        "it is planned anew.",
                        order=order.name,
                    )
                )

    def _get_missing_report(self):
        if self.kind == "installation":
            return self._get_missing(
                ["speed_test_download", "speed_test_upload", "report"]
            )
        if self.kind == "survey":
            names = {
                "feasible": ["topology", "report"],
                "not_feasible": ["unfeasible_reason", "report"],
            }
            return self._get_missing(["verdict", *names.get(self.verdict, ["report"])])
        return super()._get_missing_report()

    def _scheduled(self):
        result = super()._scheduled()
        self.service_id._call_next()
        return result

    def _started(self):
        result = super()._started()
        installations = self.filtered(lambda order: order.kind == "installation")
        installations.service_id._start_line_test()
        return result

    def _start_undone(self):
        result = super()._start_undone()
        installations = self.filtered(lambda order: order.kind == "installation")
        installations.service_id._end_line_test()
        return result

    def _finished(self):
        result = super()._finished()
        for order in self:
            service = order.service_id.with_context(active_test=False)
            relocation = order.sudo().relocation_id
            if relocation.state == "planned" and relocation.obstacle:
                relocation._ask_office()
            if service.visit_id != order:
                continue
            if order.kind == "survey":
                service._survey_done()
            elif order.kind == "installation":
                service._installation_done()
                order._call_to_sign()
        return result

    def _cancel(self, reason):
        """A cancelled visit of a running step is planned anew."""
        result = super()._cancel(reason)
        for order in self:
            service = order.service_id
            if service.visit_id == order and service.state == order.kind:
                service._open_visit(order.kind)
                service._call_next()
        return result

    def _call_to_sign(self):
        """Remind the technicians that the handover is still to be signed."""
        for user in self.technician_ids:
            own = self.with_context(lang=user.lang).env
            self._ask_people(
                VISIT_ACTIVITY, user, summary=own._("Sign the handover and activate")
            )

    def _reopen_report(self):
        """Give the report back to the technicians, who sign anew afterwards."""
        self._check_states(("done",))
        self.sudo().write(
            {
                "state": "started",
                "date_finished": False,
                **dict.fromkeys(SIGNATURE_FIELDS, False),
            }
        )
        self._notify_technicians()

    def action_activate_service(self):
        """Close the handover: the subscriber is active from now on."""
        self.ensure_one()
        return self.service_id.action_activate()
