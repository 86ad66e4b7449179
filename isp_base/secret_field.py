"""A field whose value is kept in the vault (vault.py)."""

from odoo import fields
from odoo.exceptions import ValidationError

from . import vault

DOT = "•"
MASK = DOT * 8


class Secret(fields.Char):
    """Whoever may read it sees dots where there is a value.

    It is written as any other field, also by forms and imports; the dots written back
    change nothing. ``isp_reveal`` of isp.secret.mixin, which its model inherits, gives
    the value. There is no column: nothing searches, orders, groups or exports it, and
    what is computed from it has the dots.

    :param shown_end: how many of the last characters are told beside the dots
    :param marked: whether the vault can find the records with a value
    """

    shown_end = 0
    marked = False

    def _get_attrs(self, model_class, name):
        attrs = super()._get_attrs(model_class, name)
        return {
            **attrs,
            "store": False,
            "copy": False,
            "prefetch": False,
            "exportable": False,
            "readonly": attrs.get("readonly", False),
            "compute": self._compute_mask,
            "compute_sudo": True,
            "inverse": self._inverse_mask,
            "_depends": (),
        }

    def _compute_mask(self, records):
        masks = self._get_masks(records)
        for record in records:
            record[self.name] = masks.get(record._origin.id, False)

    def _get_masks(self, records):
        """Return {id: what is shown in the value's place}."""
        cr, model, ids = records.env.cr, records._name, records._origin.ids
        if not self.shown_end:
            return dict.fromkeys(vault.get_present(cr, model, ids, self.name), MASK)
        values = records.browse(ids)._isp_get_secrets(self.name)
        return {res_id: self._mask(value) for res_id, value in values.items()}

    def _mask(self, value):
        """Show no end of what is so short that it would be most of it."""
        if len(value) < 3 * self.shown_end:
            return MASK
        return DOT * (len(value) - self.shown_end) + value[-self.shown_end :]

    def _inverse_mask(self, records):
        written = {r: r[self.name] for r in records.filtered("id")}
        changed = {r: value for r, value in written.items() if DOT not in (value or "")}
        if len(changed) < len(written):
            self._check_masks({r: v for r, v in written.items() if r not in changed})
        values = {r.id: (value or "").encode() for r, value in changed.items()}
        vault.put(records.env.cr, records._name, self.name, values, self.marked)
        records.invalidate_recordset([self.name], flush=False)
        records.browse(values).modified([self.name])

    def _check_masks(self, written):
        """:raises ValidationError: when it is not the dots as they were shown"""
        records = next(iter(written)).union(*written)
        masks = self._get_masks(records)
        if any(value != masks.get(record.id) for record, value in written.items()):
            raise ValidationError(
                records.env._(
                    "%(field)s: write the whole value anew, without dots.",
                    field=self._description_string(records.env),
                )
            )
