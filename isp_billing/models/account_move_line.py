from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    isp_service_id = fields.Many2one(
        "isp.service",
        "Internet Service",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    isp_charge_id = fields.Many2one(
        "isp.service.charge", "Further Charge", copy=False, ondelete="set null"
    )
    isp_date_from = fields.Date("Billed from", copy=False)
    isp_date_to = fields.Date("Billed to", copy=False)
    isp_period_ids = fields.One2many("isp.billing.period", "move_line_id")

    def _copy_data_extend_business_fields(self, values):
        """A credit note says which days it gives back; a duplicate bills none."""
        result = super()._copy_data_extend_business_fields(values)
        for name in ("isp_service_id", "isp_charge_id"):
            values[name] = self[name].id
        values["isp_date_from"] = self.isp_date_from
        values["isp_date_to"] = self.isp_date_to
        return result
