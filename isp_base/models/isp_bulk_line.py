from odoo import fields, models


class IspBulkLine(models.Model):
    _name = "isp.bulk.line"
    _description = "Subscriber among Several"
    _inherit = ["isp.batch.line.mixin"]
    _order = "state, id"

    takeover_id = fields.Many2one(
        "isp.bulk", "Act", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="takeover_id.company_id", store=True)
    service_id = fields.Many2one(ondelete="cascade")
    state = fields.Selection(
        [
            ("error", "Failed"),
            ("skipped", "Left out"),
            ("ok", "Ready"),
            ("waiting", "Waits"),
            ("done", "Done"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="ok",
    )

    def _import(self):
        """Do the act with the rights of whose job it is."""
        bulk = self.takeover_id.sudo(False)
        services = self.env["isp.service"].sudo(False).browse(self.service_id.ids)
        getattr(bulk, f"_do_{bulk.kind}")(services)
        self.state = "done"
