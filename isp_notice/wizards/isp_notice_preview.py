from odoo import api, fields, models
from odoo.exceptions import AccessError


class IspNoticePreview(models.TransientModel):
    """How a message reads, about a record that is there."""

    _name = "isp.notice.preview"
    _description = "Preview of a Notice"

    event_id = fields.Many2one("isp.notice.event", required=True, readonly=True)
    record_ref = fields.Reference(
        selection="_selection_record", string="About", required=True
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), "Language", required=True
    )
    text = fields.Text("Message", compute="_compute_text")

    @api.model
    def _selection_record(self):
        models_ = self.env["ir.model"].sudo()
        hosts = [
            name
            for name, model in self.env.registry.items()
            if not model._abstract
            and hasattr(model, "_notify_subscriber")
            and name != "isp.notice.gateway"
            and not model._proves_address
        ]
        found = models_.search([("model", "in", hosts)])
        return [(model.model, model.name) for model in found]

    @api.model
    def default_get(self, names):
        result = super().default_get(names)
        event = self.env["isp.notice.event"].browse(
            result.get("event_id") or self.env.context.get("default_event_id")
        )
        result["lang"] = self.env.company.partner_id.lang or self.env.lang
        model = event.render_model
        known = dict(self._selection_record())
        if model in known and self.env[model].has_access("read"):
            record = self.env[model].search([], limit=1, order="id desc")
            if record:
                result["record_ref"] = f"{model},{record.id}"
        return result

    @api.depends("event_id", "record_ref", "lang")
    def _compute_text(self):
        for preview in self:
            preview.text = preview._render()

    def _render(self):
        record = self.record_ref
        if not record or not self.lang:
            return False
        record.check_access("read")
        if record._name not in dict(self._selection_record()):
            raise AccessError(self.env._("What opens an account is shown to nobody."))
        model = self.event_id.render_model
        if model and record._name != model:
            return self.env._("This notice is about something else.")
        told = record.sudo().with_context(lang=self.lang)
        event = self.event_id.sudo()
        return told._render_notice_text(event, self.lang, {}).get(record.id)
