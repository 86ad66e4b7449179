from collections import defaultdict

from odoo import api, models
from odoo.fields import Command, Domain

OURS = ("isp.", "helpdesk.")
# Models of Odoo that say who somebody is, what he pays or what is written to him.
PERSONAL = frozenset(
    {
        "account.move",
        "account.payment",
        "ir.attachment",
        "mail.message",
        "res.partner",
        "res.users",
        "stock.picking",
    }
)
# Those that Odoo joins without asking, while their own rules are narrower than those of
# what they hang on. (An invoice line has the rules of its invoice.)
JOINED = frozenset({"mail.message", "res.partner", "res.users"})


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def _isp_is_private(self):
        """Whether what stands in this model is for those alone who may read it."""
        return self._name in PERSONAL or self._name.startswith(OURS)

    @api.model
    def _isp_is_door(self, field):
        """Whether Odoo may search what stands behind this relational field with more
        rights than the user has."""
        if field.search and not field.related:
            return True
        if self._name == "ir.attachment":  # it searches everything in sudo, then sifts
            return True
        comodel = field.comodel_name
        return field.bypass_search_access and (
            comodel in JOINED or comodel.startswith(OURS)
        )

    @api.model
    def _isp_close_door(self, condition):
        """Return the condition with what the user finds himself behind its field.

        :param condition: a condition with ``any`` or ``not any`` and a sub-domain
        :raises AccessError: where he may read nothing behind it
        """
        field = self._fields[condition.field_expr]
        if not self._isp_is_door(field):
            return condition
        comodel = self.env[field.comodel_name].with_context(**field.context)
        if not comodel.has_access("read"):
            if not comodel._isp_is_private() and comodel._isp_has_columns_only(
                condition.value
            ):
                return condition  # the column that Odoo made the field for
            comodel.check_access("read")
        domain = condition.value & field.get_comodel_domain(self)
        found = comodel._search(domain, active_test=field.type != "many2one")
        if not field.search:
            return Domain(condition.field_expr, condition.operator, found)
        operator = "in" if condition.operator == "any" else "not in"
        return Domain(condition.field_expr, operator, found.get_result_ids())

    @api.model
    def _isp_has_columns_only(self, domain):
        return all(
            (field := self._fields.get(leaf.field_expr))
            and field.store
            and not field.relational
            for leaf in domain.iter_conditions()
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        self._isp_check_groups(field_expr)
        return super()._field_to_sql(alias, field_expr, query)

    def _read_group_groupby(self, alias, groupby_spec, query):
        self._isp_check_groups(groupby_spec)
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _isp_check_groups(self, spec):
        """Ask for the groups of a field that one groups, sums or sorts by. Of a related
        field Odoo asks for those of the column alone that it ends at, as superuser; of
        a many2many it asks for none."""
        field = self._fields.get(spec.partition(".")[0].partition(":")[0])
        if field and field.groups:
            self._check_field_access(field, "read")

    def onchange(self, values, field_names, fields_spec):
        """Refuse values that name records which the user may not read: fields that are
        computed in sudo would tell him what stands in them."""
        if not self.env.su:
            self._isp_check_named({**self._isp_get_context_defaults(), **values})
        return super().onchange(values, field_names, fields_spec)

    # A dialog that is saved is computed as well, by Odoo's own addons too.

    @api.model
    def default_get(self, fields):
        result = super().default_get(fields)
        self._isp_check_dialog(result)  # it may name the record that is active
        return result

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._isp_check_dialog(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._isp_check_dialog(vals)
        return super().write(vals)

    def _isp_check_dialog(self, values):
        """:raises AccessError: as ``_isp_check_named``, for dialogs"""
        if self._transient and not self.env.su:
            self._isp_check_named(values)

    @api.model
    def _isp_get_context_defaults(self):
        return {
            name.removeprefix("default_"): value
            for name, value in self.env.context.items()
            if name.startswith("default_")
        }

    def _isp_check_named(self, values):
        """:raises AccessError: when values name private records that the user may not
        read and that are not on this record already"""
        named = defaultdict(set)
        self._isp_collect_named(values, named)
        for name, ids in named.items():
            comodel = self.env[name]
            if comodel._isp_is_private():
                comodel.browse(ids).exists().check_access("read")

    @api.model
    def _isp_collect_named(self, values, named):
        """Put into `named` ({model: ids}) what values bring that is not there yet."""
        for name, value in values.items():
            field = self._fields.get(name)
            if not field or not field.relational or not value:
                continue
            comodel = self.env[field.comodel_name]
            there = set(self.sudo()[name].ids) if self else set()
            for line_id, line_values in _read_value(value):
                if line_id and line_id not in there:
                    named[comodel._name].add(line_id)
                line = comodel.browse(line_id if line_id in there else ())
                line._isp_collect_named(line_values, named)


def _read_value(value):
    """Yield (id, values of the line) for what a value of a relational field names."""
    if isinstance(value, int):
        yield value, {}
    elif isinstance(value, models.BaseModel):
        yield from ((record_id, {}) for record_id in value.ids)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _read_command(item)


def _read_command(item):
    if isinstance(item, int):
        yield item, {}
    elif isinstance(item, list | tuple) and item:
        code, line_id, *rest = (*item, None, None)[:3]
        if code == Command.SET:
            yield from ((record_id, {}) for record_id in rest[0] or ())
        elif code in (Command.CREATE, Command.UPDATE):
            yield (line_id if code == Command.UPDATE else None), rest[0] or {}
        elif code == Command.LINK:
            yield line_id, {}
