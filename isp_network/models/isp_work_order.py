from odoo import api, fields, models


class IspWorkOrder(models.Model):
    _inherit = "isp.work.order"

    line_note = fields.Text("On the Network", compute="_compute_line_note")

    @api.depends_context("uid", "lang", "tz")
    def _compute_line_note(self):
        """Say to the technician on site whether the line gets through, or why not."""
        for order in self:
            findings = []
            if order.service_id and order.is_open:
                findings = order.service_id._diagnose_network()
            order.line_note = "\n".join(finding["text"] for finding in findings)

    def action_test_login(self):
        """Log in as the device at this line would; show the answer."""
        self.ensure_one()
        return self.service_id.action_test_login()
