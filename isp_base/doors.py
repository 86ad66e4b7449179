"""The rights of whoever searches hold in every sub-domain.

Odoo searches some sub-domains with more rights than the person has who wrote them: the
search method of a relational field may look in sudo (the followers of a record, the
account of an invoice line), and so does the search of attachments as a whole. Letter by
letter such a count tells what stands anywhere in the database.

Every domain, of whatever call, report, filter or onchange, is optimized before it is
used, at first as the person who searches. Here, before anything is searched in sudo,
such a sub-domain is replaced by the records that he finds himself. What code of ours
searches in sudo is searched as ever, and so are record rules: Odoo keeps them optimized
to the first level, and searches them in sudo from then on. So this is of the next one.
"""

from odoo.fields import Domain
from odoo.orm.domains import (
    CONDITION_OPERATORS,
    OptimizationLevel,
    operator_optimization,
)

LEVEL = OptimizationLevel.DYNAMIC_VALUES
OUR_ADDONS = ("isp_", "l10n_id_isp")


@operator_optimization(["any", "not any"], LEVEL)
def search_in_own_rights(condition, model):
    """Search what stands behind a door as the person who asks."""
    if model.env.su or not isinstance(condition.value, Domain):
        return condition
    close = getattr(model, "_isp_close_door", None)  # None: a database without us
    return close(condition) if close else condition


@operator_optimization(sorted(CONDITION_OPERATORS), LEVEL)
def check_groups(condition, model):
    """Ask for the groups of a field of ours that has a search of its own; Odoo asks for
    those of the columns alone that this search ends at.

    Pages of other addons search by fields of Odoo that their reader may not read, such
    as those of helpdesk by the followers.

    :raises AccessError: for who may not read the field
    """
    field = model._fields.get(condition.field_expr)
    if field and field.groups and field.search and not model.env.su:
        if (field._module or field.name).startswith(OUR_ADDONS):  # None: of _inherits
            model._check_field_access(field, "read")
    return condition
