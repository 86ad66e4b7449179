from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class IspGuardedMixin(models.AbstractModel):
    """A numbered document with a ``state`` that only its own methods move.

    Methods that passed their own check write through ``sudo()``; whatever comes by
    RPC, with or without a forged context, meets the two sets of fields below. It stays
    with the company that it was made for. What a part of the model does with the
    values it does in ``_create_checked`` and ``_write_checked``, after these checks.
    """

    _name = "isp.guarded.mixin"
    _description = "Guarded Document"
    _state_field = "state"

    user_is_admin = fields.Boolean(compute="_compute_user_is_admin")

    @api.depends_context("uid")
    def _compute_user_is_admin(self):
        self.user_is_admin = self._is_service_admin()

    @api.model
    def _get_protected_fields(self) -> frozenset[str]:
        """Names of the fields that nobody writes directly: those that are read-only,
        and those that addons add by super()."""
        ours = "" if self._name.startswith("isp.") else "isp_"
        return frozenset(
            name
            for name, field in self._fields.items()
            if name.startswith(ours) and self._isp_is_read_only(field)
        )

    def _isp_is_kept(self, _field):
        """``create`` and ``write`` ask: what they add themselves needs no rights."""
        return False

    def _get_writable_fields(self) -> set[str] | None:
        """Names of the fields that the user may write here, None for all others."""
        return None

    @api.model
    def _get_refused_on_create(self):
        """Names of the fields that the user may not bring along to a new record."""
        writable = self._get_writable_fields()
        if writable is None:
            return self._get_protected_fields()
        return self._fields.keys() - writable - {"company_id"}

    @api.model
    def _refuse_fields(self, names):
        if names:
            labels = [
                self._fields[name]._description_string(self.env)
                for name in sorted(names)
            ]
            raise AccessError(
                self.env._(
                    "You may not write %(fields)s here. Use the buttons of the form.",
                    fields=", ".join(labels),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        if not self.env.su:
            refused = self._get_refused_on_create()
            self._refuse_fields(refused & set().union(*vals_list))
            kept = {
                key: value
                for key, value in self.env.context.items()
                if key.removeprefix("default_") not in refused
            }
            self = self.with_env(self.env(context=kept))
        # The caller's vals stay his: an import tries them anew, row by row.
        vals_list = [dict(vals) for vals in vals_list]
        self._complete_vals(vals_list)
        return self._create_checked(vals_list)

    @api.model
    def _create_checked(self, vals_list):
        """Make the records of vals that the user may bring along, and return them."""
        return super().create(vals_list)  # pylint: disable=super-method-mismatch

    @api.model
    def _complete_vals(self, vals_list):
        """Put into each vals what the user does not give: the number."""
        sequences = self.env["ir.sequence"].sudo()
        for vals in vals_list:
            company = self._get_numbering_company(vals)
            number = sequences.with_company(company).next_by_code(self._name)
            vals["name"] = number

    @api.model
    def _get_numbering_company(self, vals):
        """Return the company whose sequence numbers the record made from vals."""
        company_id = vals.get("company_id") or self.env.company.id
        return self.env["res.company"].browse(company_id)

    def write(self, vals):  # pylint: disable=method-required-super
        if self.env.su:
            return self._write_checked(vals)
        self._refuse_fields(self._get_protected_fields() & vals.keys())
        writable = self._get_writable_fields()
        if writable is not None:
            self._refuse_fields(vals.keys() - writable)
        companies = {record: record.company_id for record in self.sudo()}
        if any(vals.get("company_id", c.id) != c.id for c in companies.values()):
            self._refuse_fields({"company_id"})
        result = self._write_checked(vals)
        if any(record.company_id != c for record, c in companies.items()):
            self._refuse_fields({"company_id"})
        return result

    def _write_checked(self, vals):
        """Write values that the user may write."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _get_sealed(self):
        """Return those of these records that are evidence: their files stay as they
        are."""
        return self.browse()

    def _get_closed_to_files(self):
        """Return those of these records to which the user may add no file by hand, and
        at which he may change none."""
        return self._get_sealed()

    @api.model
    def _search_flag(self, operator, value, domain):
        """Search a Boolean that is true where this domain is; for search methods."""
        if operator != "in":
            return NotImplemented
        return domain if True in value else ~domain

    def _is_service_admin(self):
        return self.env.su or self.env.user.has_group("isp_base.isp_base_group_admin")

    def _check_service_admin(self):
        """:raises AccessError: for anyone but administrators of services"""
        self.check_access("read")
        if not self._is_service_admin():
            raise AccessError(
                self.env._("Only administrators of internet services may do this.")
            )

    def _check_states(self, states):
        """:raises UserError: when a record has another state than these"""
        name = self._state_field
        wrong = self.filtered(lambda record: record[name] not in states)
        if wrong:
            labels = dict(self._fields[name]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(records)s: this is not possible while the status is "
                    "“%(state)s”. Reload the page to see where it stands.",
                    records=", ".join(wrong.mapped(self._rec_name)),
                    state=", ".join({labels[record[name]] for record in wrong}),
                )
            )

    def _get_missing(self, names):
        """Return the labels (list of str) of those fields that are empty here."""
        self.ensure_one()
        record = self.sudo()
        return [
            self._fields[name]._description_string(self.env)
            for name in names
            if not record[name]
        ]

    def _check_complete(self, get_missing):
        """Raise one UserError that names everything the records still lack.

        :param get_missing: function from a record to a list of labels
        """
        missing_by_record = {record: get_missing(record) for record in self}
        problems = [
            f"{record.display_name}: {', '.join(missing)}"
            for record, missing in missing_by_record.items()
            if missing
        ]
        if problems:
            raise UserError(
                self.env._("Please fill in first:\n%(what)s", what="\n".join(problems))
            )

    def _open_wizard(self, xml_id, **context):
        """Return the action of a dialog about these records."""
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["context"] = {
            "active_model": self._name,
            "active_id": self[:1].id,
            "active_ids": self.ids,
            **context,
        }
        return action

    def _ask_reason(self, title, method):
        """Return the dialog that asks why, then calls that method (isp.reason)."""
        action = self._open_wizard("isp_base.isp_reason_action", default_method=method)
        return {**action, "name": title}
