from odoo import models
from odoo.exceptions import UserError
from odoo.tools import split_every

from .. import vault
from ..secret_field import Kept

ATTACHMENTS = 100  # read at once


class IspSecretMixin(models.AbstractModel):
    """A record with fields that are kept in the vault.

    What the machine does with a secret asks ``_isp_get_secrets``. What a person sees
    goes through ``isp_reveal``, or is told to ``_isp_note_look``.
    """

    _name = "isp.secret.mixin"
    _description = "Record with Secrets"

    def init(self):
        """Until 19.0.2 these fields were columns and attachments."""
        result = super().init()
        if self._abstract:
            return result
        vault.guard(self.env.cr, self._name, self._table)
        for name, field in self._fields.items():
            if isinstance(field, Kept) and not field.related:
                vault.move_column(
                    self.env.cr, self._name, self._table, name, marked=field.marked
                )
                self._isp_move_attachments(name)
        return result

    def _isp_move_attachments(self, name):
        """Put what was attached to these records for a field into the vault."""
        attached = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_field", "=", name)]
        )
        for batch in split_every(ATTACHMENTS, attached.ids, attached.browse):
            values = {attachment.res_id: attachment.raw for attachment in batch}
            vault.put(self.env.cr, self._name, name, values)
            batch.invalidate_recordset()
        attached.unlink()

    def _isp_get_secrets(self, name: str) -> dict[int, str]:
        """Return {id: the value of a secret field} of those that have one, for what
        the machine does with it."""
        try:
            values = vault.get(self.env.cr, self._name, self.ids, name)
        except vault.KeyMissing as error:
            raise UserError(
                self.env._(
                    "A secret cannot be read: the key by which it was encrypted is "
                    "missing in the server's configuration (isp_vault)."
                )
            ) from error
        decode = self._fields[name].decode
        return {res_id: decode(value) for res_id, value in values.items()}

    def _isp_get_secret(self, name: str) -> str:
        """Return the value of a secret field of this record, or of none; "" where
        there is none."""
        return self._isp_get_secrets(name).get(self.id, "")

    def isp_reveal(self, name: str) -> str:
        """Return one secret of one record to who may read it; it is noted who looked.

        :raises AccessError: when the field, or the record, is not for him
        """
        self.ensure_one()
        self.check_access("read")
        field = self._fields.get(name)
        if field is None or not isinstance(field.related_field or field, Kept):
            raise UserError(self.env._("There is no such secret."))
        self._check_field_access(field, "read")
        self._isp_check_look(name)
        record = self.sudo()
        while field.related:
            record, field = field.traverse_related(record)
        self._isp_note_look(name)
        return record._isp_get_secret(field.name) if record else ""

    def _isp_check_look(self, name: str) -> None:
        """Hook: a record that more people read than may see its secrets refuses by
        super().

        :raises AccessError: when this user may not see that secret of these records
        """

    def _isp_note_look(self, name: str, way: str = "form") -> None:
        """Note that the user sees this secret of these records.

        :param way: a value of ``way`` of isp.secret.access
        """
        self.env["isp.secret.access"]._note(self, name, way)
