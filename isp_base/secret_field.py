"""Fields whose values are kept in the vault (vault.py)."""

import base64
from functools import cache

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tools import file_open

from . import vault
from .pictures import refuse_heic

DOT = "•"
MASK = DOT * 8
PICTURE = "isp_base/static/img/kept_picture.png"


class Kept:
    """What fields in the vault have in common.

    Whoever may read one is shown a mask where there is a value. It is written as any
    other field, also by forms and imports; the mask written back changes nothing.
    ``isp_reveal`` of isp.secret.mixin, which its model inherits, gives the value. There
    is no column: nothing searches, orders, groups or exports it, and what is computed
    from it has the mask.

    :param marked: whether the vault can find the records with a value
    """

    marked = False

    def _get_attrs(self, model_class, name):
        attrs = super()._get_attrs(model_class, name)
        kept = {"store": False, "copy": False, "prefetch": False, "exportable": False}
        if attrs.get("related"):
            return {**attrs, **kept}
        return {
            **attrs,
            **kept,
            "readonly": attrs.get("readonly", False),
            "compute": self._compute_mask,
            "compute_sudo": True,
            "inverse": self._inverse_mask,
            "_depends": (),
        }

    def _compute_mask(self, records):
        masks = self._get_masks(records)
        for record in records:
            mask = masks.get(record._origin.id, False)
            self._update_cache(record, self.convert_to_cache(mask, record))

    def _get_masks(self, records):
        """Return {id: what is shown in the value's place}."""
        ids = records._origin.ids
        present = vault.get_present(records.env.cr, records._name, ids, self.name)
        return dict.fromkeys(present, self.get_mask())

    def _inverse_mask(self, records):
        records = records.filtered("id")
        written = {record.id: record[self.name] for record in records}
        masked = any(self._may_be_mask(value) for value in written.values())
        masks = self._get_masks(records) if masked else {}
        values = {
            res_id: self.encode(value, records.env)
            for res_id, value in written.items()
            if not self._is_mask(value, masks.get(res_id))
        }
        vault.put(records.env.cr, records._name, self.name, values, self.marked)
        records.invalidate_recordset([self.name], flush=False)
        records.browse(values).modified([self.name])


class Secret(Kept, fields.Char):
    """A text in the vault; dots are shown.

    :param shown_end: how many of the last characters are told beside the dots
    """

    shown_end = 0

    @staticmethod
    def get_mask():
        return MASK

    def encode(self, value, env):
        """Return the bytes to be kept.

        :raises ValidationError: when somebody has written behind the dots
        """
        if self._may_be_mask(value):
            raise ValidationError(
                env._(
                    "%(field)s: write the whole value anew, without dots.",
                    field=self._description_string(env),
                )
            )
        return (value or "").encode()

    @staticmethod
    def decode(value):
        return value.decode()

    @staticmethod
    def _may_be_mask(value):
        return DOT in (value or "")

    @staticmethod
    def _is_mask(value, mask):
        return bool(mask) and value == mask

    def _get_masks(self, records):
        if not self.shown_end:
            return super()._get_masks(records)
        try:
            values = records._origin._isp_get_secrets(self.name)
        except UserError:  # its key is missing: the form opens nevertheless
            return super()._get_masks(records)
        return {res_id: self._mask(value) for res_id, value in values.items()}

    def _mask(self, value):
        """Show no end of what is so short that it would be most of it."""
        if len(value) < 3 * self.shown_end:
            return MASK
        return DOT * (len(value) - self.shown_end) + value[-self.shown_end :]


class KeptBinary(Kept):
    """A file in the vault; values are in base64, as of all binary fields."""

    def _get_attrs(self, model_class, name):
        return {**super()._get_attrs(model_class, name), "attachment": False}

    def encode(self, value, _env):
        return base64.b64decode(value or b"")

    @staticmethod
    def decode(value):
        return base64.b64encode(value).decode()

    @staticmethod
    def _may_be_mask(value):
        return bool(value)

    @staticmethod
    def _is_mask(value, mask):
        return bool(mask and value) and base64.b64decode(value) == base64.b64decode(
            mask
        )


class SecretFile(KeptBinary, fields.Binary):
    """A file in the vault; whoever downloads it by the form gets dots."""

    @staticmethod
    def get_mask():
        return base64.b64encode(MASK.encode())


class SecretImage(KeptBinary, fields.Image):
    """A picture in the vault; another one is shown, which says that there is one."""

    @staticmethod
    @cache
    def get_mask():
        with file_open(PICTURE, "rb") as file:
            return base64.b64encode(file.read())

    def encode(self, value, env):
        refuse_heic(base64.b64decode(value or b""), env)
        return super().encode(self._image_process(value, env), env)
