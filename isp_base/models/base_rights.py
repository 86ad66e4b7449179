from odoo import api, models
from odoo.exceptions import AccessError


class Base(models.AbstractModel):
    """Gaps that RPC leaves in the rights, closed for every model."""

    _inherit = "base"
    # A sheet that is written by who works on it, its read-only fields too.
    _isp_is_worksheet = False

    def _has_field_access(self, field, operation):
        """A field of ours that is read-only is so for RPC too, not in the form alone:
        code that has checked what it does writes it in sudo."""
        if operation == "write" and not self.env.su and self._isp_is_kept(field):
            return False
        return super()._has_field_access(field, operation)

    def _isp_is_kept(self, field) -> bool:
        """Whether no user writes this field of ours."""
        if self._isp_is_worksheet:
            return False
        is_ours = self._name.startswith("isp.") or field.name.startswith("isp_")
        return is_ours and self._isp_is_read_only(field)

    def _isp_is_read_only(self, field) -> bool:
        """Whether it is data that forms only show. A dialog's fields are only his."""
        is_data = field.store and field.name not in models.MAGIC_COLUMNS
        return bool(field.readonly and is_data and not self._transient)

    def write(self, vals):
        owners = {} if self.env.su else self._isp_get_owners(vals)
        result = super().write(vals)
        self._isp_check_owners(owners)
        return result

    def _isp_get_owners(self, vals):
        """Return {record: company} of these records of ours where such values may give
        them to another: record rules are asked before it alone."""
        if not self._name.startswith("isp.") or "company_id" not in self._fields:
            return {}
        fields = (self._fields.get(name) for name in vals)
        if not any(field and field.type == "many2one" for field in fields):
            return {}
        return {record: record.company_id for record in self.sudo()}

    @api.model
    def _isp_check_owners(self, owners):
        """:raises AccessError: when one of them now is of a company that is not one of
        the user's"""
        allowed = owners and self.env.user._get_company_ids()
        for record, owner in owners.items():
            company = record.company_id
            if company and company != owner and company.id not in allowed:
                raise AccessError(self.env._("That company is not one of yours."))

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

    @api.private
    def with_delay(self, *args, **kwargs):
        """Jobs are made by code alone."""
        return super().with_delay(*args, **kwargs)

    @api.private
    def delayable(self, *args, **kwargs):
        return super().delayable(*args, **kwargs)
