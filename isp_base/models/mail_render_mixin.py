from odoo import models


class MailRenderMixin(models.AbstractModel):
    """Odoo prints a template for whoever names it, and a record, in a dialog: the mail,
    which he may read, would tell him what stands in it, or what methods say that look
    as superuser: a link by which the password of anybody is chosen anew, or the code
    that is asked for after it."""

    _inherit = "mail.render.mixin"

    def _render_lang(self, res_ids, *args, **kwargs):
        self._isp_check_rendered(res_ids)
        return super()._render_lang(res_ids, *args, **kwargs)

    def _render_field(self, field, res_ids, *args, **kwargs):
        self._isp_check_rendered(res_ids)
        return super()._render_field(field, res_ids, *args, **kwargs)

    def _isp_check_rendered(self, res_ids):
        """:raises AccessError: when the user may not write a message about one of these
        records"""
        if self.env.su:
            return
        for name in self.sudo()._isp_get_rendered_models():
            records = self.env[name].browse(filter(None, res_ids))
            records.check_access(getattr(records, "_mail_post_access", "write"))

    def _isp_get_rendered_models(self):
        """Return the names (set of str) of the models whose records are printed."""
        return set(filter(None, self.mapped("render_model")))
