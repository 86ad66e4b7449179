from odoo import api, models
from odoo.tools import OrderedSet

from ..secret_field import Kept

NOTED = "isp.service.line"


class IspService(models.Model):
    """Finds what has changed of a line, and tells it once in a transaction."""

    _inherit = "isp.service"

    @api.model
    def _get_line_fields(self) -> set[str]:
        """Return the names of the stored fields whose changes ``_line_changed`` hears
        of. An addon that carries lines to the network adds those that it needs."""
        return {
            "access",
            "company_id",
            "contact_name",
            "download_mbps",
            "name",
            "password",
            "plan_id",
            "pop_id",
            "speed_override",
            "upload_mbps",
            "username",
        }

    def _line_changed(self, names: set[str]) -> None:
        """Carry to the network what has changed of these lines.

        It is called in sudo, before the commit and in the same transaction, once for
        all services (``self``) of which a field of ``_get_line_fields`` has another
        value than before. It does not matter who changed it: a method, a form, an
        import or a stored compute. What was changed and changed back is not told, nor
        what concerns a line that had no access and has none. Addons that know networks
        override it.

        :param names: of the fields that have another value on at least one of them
        """

    def _write_checked(self, vals):
        self._note_line(vals)
        return super()._write_checked(vals)

    def _compute_field_value(self, field):
        self._note_line(f.name for f in self.pool.field_computed[field] if f.store)
        return super()._compute_field_value(field)

    def _note_line(self, names):
        """Remember the present values of these fields, unless older ones are known."""
        names = self._get_line_fields().intersection(names)
        services = self.sudo().filtered("id")
        if not names or not services:
            return
        precommit = self.env.cr.precommit
        if NOTED not in precommit.data:
            precommit.add(self.env(su=True)[self._name]._tell_line_changes)
        noted = precommit.data.setdefault(NOTED, {})
        for service_id, values in services._read_line(names).items():
            noted.setdefault(service_id, {}).update(values | noted.get(service_id, {}))

    def _read_line(self, names):
        """Return {id: {name: value}}, also of what is kept in the vault."""
        values = {s.id: {} for s in self}
        for name in names:
            if isinstance(self._fields[name], Kept):
                found = self._isp_get_secrets(name)
            else:
                found = {service.id: service[name] for service in self}
            for service_id in values:
                values[service_id][name] = found.get(service_id, False)
        return values

    @api.model
    def _tell_line_changes(self):
        """Compare what was noted with what is there now."""
        noted = self.env.cr.precommit.data.pop(NOTED, {})
        services = self.browse(noted).exists()
        changed, names = OrderedSet(), set()
        present = services._read_line({n for s in services for n in noted[s.id]})
        for service in services:
            now = present[service.id]
            own = {n for n, value in noted[service.id].items() if now[n] != value}
            if own and ("access" in own or service.access != "none"):
                changed.add(service.id)
                names |= own
        if changed:
            self.browse(changed)._line_changed(names)
