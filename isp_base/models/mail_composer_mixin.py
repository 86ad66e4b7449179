from odoo import models


class MailComposerMixin(models.AbstractModel):
    """A composer has the superuser print its template, for whoever sends it unchanged;
    and it names another model than its template perhaps."""

    _inherit = "mail.composer.mixin"

    def _render_lang(self, res_ids, *args, **kwargs):
        self._isp_check_rendered(res_ids)
        return super()._render_lang(res_ids, *args, **kwargs)

    def _render_field(self, field, res_ids, *args, **kwargs):
        self._isp_check_rendered(res_ids)
        return super()._render_field(field, res_ids, *args, **kwargs)

    def _isp_get_rendered_models(self):
        return {
            *super()._isp_get_rendered_models(),
            *filter(None, self.template_id.mapped("model")),
        }
