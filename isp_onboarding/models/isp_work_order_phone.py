from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .isp_work_order_readings import FASTER, STRONGEST, WEAKEST


class IspWorkOrder(models.Model):
    """Survey, installation and handover as they are done without signal."""

    _inherit = "isp.work.order"

    def _get_phone_domain(self):
        """What was installed and not signed stays on the phone until it is."""
        to_sign = Domain("state", "=", "done") & Domain("kind", "=", "installation")
        to_sign &= Domain("service_id.state", "=", "finalisation")
        return super()._get_phone_domain() | to_sign

    def _get_phone_facts(self):
        facts = super()._get_phone_facts()
        if self.kind == "installation":
            facts += [
                (self._get_label("survey_topology"), self.survey_topology),
                (self._get_label("survey_report"), self.survey_report),
            ]
        return facts

    def _get_phone_questions(self):
        questions = super()._get_phone_questions()
        if self.kind == "survey":
            return [*self._get_survey_questions(), *questions]
        if self.kind == "installation":
            return [*self._get_installation_questions(), *questions]
        return questions

    def _get_survey_questions(self):
        feasible, not_feasible = (
            {"verdict": ["feasible"]},
            {"verdict": ["not_feasible"]},
        )
        return [
            self._ask_on_phone("verdict", required=True),
            self._ask_on_phone("unfeasible_reason", required=True, when=not_feasible),
            self._ask_on_phone("topology", required_when=feasible),
        ]

    def _get_installation_questions(self):
        service = self.sudo().service_id
        return [
            self._ask_on_phone(
                "optical_power", usual={"min": WEAKEST, "max": STRONGEST}
            ),
            self._ask_on_phone(
                "onu_serial", usual={"among": service.equipment_ids.mapped("name")}
            ),
            self._ask_on_phone("port"),
            self._ask_on_phone(
                "speed_test_download",
                required=True,
                usual={"max": FASTER * service.download_mbps or None},
            ),
            self._ask_on_phone(
                "speed_test_upload",
                required=True,
                usual={"max": FASTER * service.upload_mbps or None},
            ),
            self._ask_on_phone("reading_note", reason=True),
            self._ask_on_phone("parameters"),
        ]

    def _get_phone_acts(self):
        acts = super()._get_phone_acts()
        if self.kind != "installation":
            return acts
        signed = self.customer_signature and self.technician_signature
        return [
            *acts,
            {
                "act": "sign",
                "label": self.env._("Both have signed"),
                "questions": self._get_signature_questions(),
                "shows": self._get_handover_facts(),
                "done": bool(signed),
            },
            {
                "act": "activate",
                "label": self.env._("Save and activate"),
                "questions": [],
                "done": self.service_state not in ("installation", "finalisation"),
            },
        ]

    def _get_signature_questions(self):
        return [
            self._ask_on_phone("customer_signed_by", required=True),
            self._ask_on_phone("customer_signature", type="signature", required=True),
            self._ask_on_phone("technician_signature", type="signature", required=True),
        ]

    def _get_handover_facts(self):
        """Return what the customer is shown before he signs (list of label and text),
        beside the answers of the report."""
        issued = self._get_handover_equipment()
        equipment = "\n".join(
            f"{move.quantity:g} {move.product_uom.name} {move.product_id.display_name} "
            f"{', '.join(move.lot_ids.mapped('name'))}"
            for move in issued
        )
        facts = [
            (self.env._("Handover"), self._get_handover_number()),
            (self._get_label("contact_name"), self.contact_name),
            (self._get_label("full_address"), self.full_address),
            (self._get_label("plan_id"), self.plan_id.display_name),
            (self.env._("Equipment"), equipment),
        ]
        return [fact for fact in facts if fact[1]]

    def _phone_sign(self, values, base):
        """The customer has seen on the phone what he signs."""
        self._check_mine()
        self._check_states(("done",))
        if not self._is_signable():
            raise UserError(
                self.env._("%(order)s cannot be signed any more.", order=self.name)
            )
        moment = self._get_moment(self.mapped("date_finished"))
        self.sudo().handover_shown_on = moment
        self._write_from_phone(values, base, self._get_signature_questions())

    def _phone_activate(self, _values, _base):
        self.action_activate_service()
