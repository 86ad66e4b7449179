from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

SERIALS = ("serial", "is_returned", "returned_serial")


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
        causes = self.env["isp.repair.cause"].search([("active", "=", True)])
        options = [(cause.id, cause.display_name) for cause in causes]
        return [
            self._ask_on_phone("cause_id", required=True, options=options),
            self._ask_on_phone("cause_note"),
            self._ask_on_phone(
                "part_ids", type="lines", columns=self._get_part_columns()
            ),
            *questions,
        ]

    def _get_part_columns(self):
        return [
            self._get_product_column(self.env._("Part")),
            {"name": "quantity", "type": "number", "label": self.env._("Quantity")},
            {"name": "serial", "type": "line", "label": self.env._("Serial Number")},
            {
                "name": "is_returned",
                "type": "flag",
                "label": self.env._("Old Part Back"),
            },
            {
                "name": "returned_serial",
                "type": "line",
                "label": self.env._("Serial number of the old part"),
            },
        ]

    def _phone_report(self, values, base):
        """The parts come on top of those that were written down already."""
        if self.kind == "repair" and values.get("part_ids"):
            self._check_mine()
            self._check_states(("started",))
            lines = self._read_lines(values["part_ids"], SERIALS)
            self.write({"part_ids": list(map(self._prepare_part, lines))})
        return super()._phone_report(values, base)

    def _prepare_part(self, line):
        """Return the command for a part, as it was typed on the phone."""
        serial = line["serial"].strip()
        lots = self.env["stock.lot"]
        if serial:
            # Its writer may not see it: what he sees is the number on the device.
            lots = lots.sudo().search(
                [
                    ("name", "=", serial),
                    ("product_id", "=", line["product_id"]),
                    ("company_id", "in", (self.company_id.id, False)),
                ],
                limit=1,
            )
            if not lots:
                raise UserError(
                    self.env._(
                        "%(serial)s is no serial number of this part.", serial=serial
                    )
                )
        return Command.create(
            {
                "product_id": line["product_id"],
                "quantity": line["quantity"],
                "lot_id": lots.id,
                "is_returned": bool(line["is_returned"]),
                "returned_serial": line["returned_serial"].strip(),
            }
        )
