from odoo import api, models
from odoo.fields import Domain


class Base(models.AbstractModel):
    """Gaps that RPC leaves in the rights, closed for every model."""

    _inherit = "base"

    def _has_field_access(self, field, operation):
        """A field of ours that is read-only is so for RPC too, not in the form alone:
        code that has checked what it does writes it in sudo."""
        if operation == "write" and not self.env.su and self._isp_is_kept(field):
            return False
        return super()._has_field_access(field, operation)

    def _isp_is_kept(self, field) -> bool:
        """Whether no user writes this field, which is ours on a model of others."""
        return field.name.startswith("isp_") and self._isp_is_read_only(field)

    def _isp_is_read_only(self, field) -> bool:
        """Whether it is data that forms only show. A dialog's fields are only his."""
        is_data = field.store and field.name not in models.MAGIC_COLUMNS
        return bool(field.readonly and is_data and not self._transient)

    def copy_data(self, default=None):
        """A duplicate brings along none of them: who makes it could not write them."""
        vals_list = super().copy_data(default)
        if self.env.su:
            return vals_list
        kept = {
            name
            for name, field in self._fields.items()
            if name not in (default or {}) and self._isp_is_kept(field)
        }
        return [
            {name: value for name, value in vals.items() if name not in kept}
            for vals in vals_list
        ]

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Odoo asks for the groups of columns alone, not of a related field or of one
        with a search method."""
        domain = Domain(domain)
        if not self.env.su:
            for condition in domain.iter_conditions():
                field = self._fields.get(condition.field_expr.partition(".")[0])
                if field and field.groups and not field.store:
                    self._check_field_access(field, "read")
        return super()._search(domain, *args, **kwargs)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Odoo asks for the groups of what a related field leads to, as superuser, and
        not for its own: who may not read it would group and order by it."""
        field = self._fields.get(field_expr.partition(".")[0])
        if field and field.related and not field.store:
            self._check_field_access(field, "read")
        return super()._field_to_sql(alias, field_expr, query)

    @api.private
    def with_delay(self, *args, **kwargs):
        """Jobs are made by code alone."""
        return super().with_delay(*args, **kwargs)

    @api.private
    def delayable(self, *args, **kwargs):
        return super().delayable(*args, **kwargs)
