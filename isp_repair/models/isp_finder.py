from odoo import api, models

from odoo.addons.isp_base.finding import Kind


class IspFinder(models.AbstractModel):
    _inherit = "isp.finder"

    @api.model
    def _get_kinds(self):
        label = self.env._("Repair Orders")
        repairs = Kind(
            "helpdesk.ticket",
            label,
            (
                "number",
                "isp_service_id.name",
                "isp_service_id.phone_dialled",
                "isp_service_id.contact_name",
            ),
            ("partner_id", "isp_service_id", "isp_repair_status"),
        )
        subscribers, *others = super()._get_kinds()
        return [subscribers, repairs, *others]
