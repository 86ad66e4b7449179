from odoo import models


class IspWorkOrder(models.Model):
    """Repairs as they are done without signal."""

    _inherit = "isp.work.order"

    def _get_phone_facts(self):
        facts = super()._get_phone_facts()
        if self.kind != "repair":
            return facts
        return [
            (self._get_label("ticket_id"), self.sudo().ticket_id.display_name),
            (self._get_label("complaint"), self.complaint),
            *facts,
            (self._get_label("part_ids"), self.parts_text),
        ]

    def _get_phone_questions(self):
        questions = super()._get_phone_questions()
        if self.kind != "repair":
            return questions
        causes = self.env["isp.repair.cause"].search([])
        options = [(cause.id, cause.display_name) for cause in causes]
        return [
            self._ask_on_phone("cause_id", required=True, options=options),
            self._ask_on_phone("cause_note"),
            *questions,
        ]
