from base64 import b64decode

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..pictures import MAX_PIXELS, count_pixels, refuse_heic

# What is written of a file that stays as it is: a link to it, a small picture of it
PASSING_FIELDS = {"access_token", "thumbnail"}


class IrAttachment(models.Model):
    """Files that prove something: signatures, reports, handover records.

    Odoo asks of who changes a file for write on its record alone. Here the record is
    asked too (``isp.guarded.mixin``), and what is sealed stays as it is for everybody,
    code in sudo included.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._isp_check_files()
        return attachments

    def write(self, vals):
        changed = self._isp_get_changed(vals)
        changed._isp_check_seals()
        changed._isp_check_files()
        result = super().write(vals)
        changed._isp_check_files()
        return result

    def _isp_get_changed(self, vals):
        """Return these files when such values make others of them."""
        passing = PASSING_FIELDS if self.env.su else PASSING_FIELDS - {"access_token"}
        return self if vals.keys() - passing else self.browse()

    def unlink(self):
        self._isp_check_seals()
        self._isp_check_files()
        return super().unlink()

    def _postprocess_contents(self, values):
        """Odoo makes large pictures small: what would not fit into memory is refused
        before it is opened."""
        content = values.get("raw") or b64decode(values.get("datas") or b"")
        refuse_heic(content, self.env)
        if content and count_pixels(content) > MAX_PIXELS:
            raise UserError(
                self.env._("The picture has too many pixels. Take a smaller one.")
            )
        return super()._postprocess_contents(values)

    def _isp_get_sealed(self):
        """Return those of these files that nobody changes any more.

        Hook: an addon that keeps a file as evidence elsewhere than on a sealed record
        adds it by super().
        """
        return self._isp_filter_by_record(lambda records: records._get_sealed())

    def _isp_check_seals(self):
        """:raises AccessError: when one of these files is sealed, whoever asks"""
        if sealed := self.sudo()._isp_get_sealed():
            raise AccessError(
                self.env._(
                    "%(files)s is evidence: it is neither changed nor deleted.",
                    files=", ".join(sealed.mapped("name")),
                )
            )

    def _isp_check_files(self):
        """:raises AccessError: when the user may not put such a file there, or take it
        away"""
        files = self.sudo()
        if self.env.su:
            files._isp_check_not_added()
            return
        if files.filtered(lambda file: file._isp_is_field_of_ours()):
            raise AccessError(
                self.env._("This file is part of a form: change it in the form.")
            )
        if closed := files._isp_filter_by_record(
            lambda records: records.sudo(False)._get_closed_to_files()
        ):
            raise AccessError(
                self.env._(
                    "Files are not added, changed or deleted there any more: %(files)s",
                    files=", ".join(closed.mapped("name")),
                )
            )

    def _isp_check_not_added(self):
        """:raises AccessError: when one of these files (in sudo) is put on a sealed
        record, as the pages of the chatter do for whoever writes there"""
        files = self.filtered(lambda file: not file.res_field)
        if added := files._isp_filter_by_record(lambda records: records._get_sealed()):
            raise AccessError(
                self.env._(
                    "Files are not added, changed or deleted there any more: %(files)s",
                    files=", ".join(added.mapped("name")),
                )
            )

    def _isp_is_field_of_ours(self):
        """Whether it holds the content of a binary field that is ours."""
        model = self.env.get(self.res_model or "")
        return (
            bool(self.res_field)
            and model is not None
            and (self.res_model.startswith("isp.") or self.res_field.startswith("isp_"))
        )

    def _isp_filter_by_record(self, choose):
        """Return those of these files (in sudo) whose record is among the chosen ones.

        :param choose: function from guarded records to some of them
        """
        found = self.browse()
        for name, files in self.filtered("res_id").grouped("res_model").items():
            model = self.env.get(name or "")
            if model is None or not hasattr(model, "_get_closed_to_files"):
                continue
            chosen = choose(model.browse(files.mapped("res_id")).exists())
            found += files.filtered(lambda f, ids=set(chosen.ids): f.res_id in ids)
        return found
