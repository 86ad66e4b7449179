from odoo import models


class MailComposerMixin(models.AbstractModel):
    """Odoo prints a template as superuser for whoever sends it unchanged, about any
    records he names: the mail, which he may read, would tell him what stands in them,
    down to a link by which the password of anybody is chosen anew."""

    _inherit = "mail.composer.mixin"

    def _render_lang(self, res_ids, *args, **kwargs):
        self._isp_check_rendered(res_ids)
        return super()._render_lang(res_ids, *args, **kwargs)

    def _render_field(self, field, res_ids, *args, **kwargs):
        self._isp_check_rendered(res_ids)
        return super()._render_field(field, res_ids, *args, **kwargs)

    def _isp_check_rendered(self, res_ids):
        """:raises AccessError: when the user may not write a message about one of these
        records, be they of the composer's model or of the template's"""
        if self.env.su:
            return
        composers = self.sudo()
        templates = composers.template_id
        names = composers.mapped("render_model") + templates.mapped("model")
        for name in filter(None, set(names)):
            records = self.env[name].browse(filter(None, res_ids))
            records.check_access(getattr(records, "_mail_post_access", "write"))
