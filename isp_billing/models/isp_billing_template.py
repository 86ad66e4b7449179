import re
from inspect import isfunction

from odoo import api, models
from odoo.tools import SQL

from .. import copies

MODELS = ("account.move", "account.move.line")
KNOWN_ADDONS = (
    *("account", "account_debit_note", "account_edi_ubl_cii", "account_payment"),
    *("analytic", "base", "base_import", "base_sparse_field", "crm"),
    *("html_editor", "isp_base", "isp_billing", "isp_notice", "isp_notice_sms"),
    *("isp_portal", "isp_repair", "l10n_id", "l10n_id_efaktur_coretax"),
    *("l10n_id_isp", "mail", "phone_validation", "portal", "product", "purchase"),
    *("purchase_stock", "queue_job", "rating", "sale", "sale_crm"),
    *("sale_management", "sale_stock", "sales_team", "sms", "snailmail"),
    *("snailmail_account", "stock", "stock_account", "utm", "web"),
)
KNOWN_CALLBACKS = {
    "IspDunning._use_noted_money",
    "MailThread._track_finalize",
    "ResPartner._increase_rank.<locals>.increase_partner_rank",
}
# Of a customer these make no difference to his invoices. All others do: also columns
# that an addon, or somebody in the database, has added.
FREE_COLUMNS = (
    *("id", "name", "complete_name", "commercial_partner_id", "customer_rank"),
    *("commercial_company_name", "company_name", "company_registry", "website"),
    *("ref", "barcode", "function", "comment", "color", "active_lang_count"),
    *("email", "email_normalized", "message_bounce", "phone", "phone_sanitized"),
    *("street", "street2", "zip", "city", "state_id", "signup_type", "vat"),
    *("partner_latitude", "partner_longitude", "peppol_endpoint"),
    *("isp_notice_consent", "isp_notice_consent_date", "isp_notice_consent_source"),
    *("global_location_number", "isp_id_type", "l10n_id_nik", "l10n_id_tku"),
    *("l10n_id_buyer_document_number", "create_uid", "create_date"),
    *("write_uid", "write_date"),
)
# What an invoice is made from: once it changes, its kinds are proven anew.
WHOLE_TABLES = (
    *("account_tax", "account_tax_repartition_line", "account_fiscal_position"),
    *("account_account", "product_product", "product_template", "res_currency"),
    *("ir_default", "ir_config_parameter", "ir_module_module", "uom_uom"),
    *("account_lock_exception", "account_payment_method_line", "res_partner_bank"),
)


class IspBillingTemplate(models.AbstractModel):
    """What invoices made by copying rest on: what is known of the code and tables that
    Odoo makes them with, of the customer, and of what surrounds them."""

    _name = "isp.billing.template"
    _description = "Billing by Template"

    # What is not known, or known not to be copied

    @api.model
    def _get_known_addons(self) -> list[str]:
        """Return the addons whose part in an invoice was read, and is copied."""
        return list(KNOWN_ADDONS)

    @api.model
    def _get_known_callbacks(self) -> set[str]:
        """Return the names of what may wait for the end of a transaction that bills."""
        return set(KNOWN_CALLBACKS)

    @api.model
    def _get_free_columns(self) -> list[str]:
        """Return the columns of a customer that make no difference to his invoices."""
        return list(FREE_COLUMNS)

    @api.model
    def _find_obstacle(self, journals):
        """Return why no invoice of these journals is copied, as text; None: nothing
        is against it."""
        return (
            self._find_foreign_code()
            or self._find_foreign_table()
            or self._find_setting(journals)
        )

    @api.model
    def _find_foreign_code(self):
        for name in MODELS:
            registry_class, *classes = type(self.env[name]).__mro__
            for attribute, function in self._get_functions(registry_class):
                return self._say_overridden(function.__module__, name, attribute)
            for place, cls in enumerate(classes):
                if found := self._find_override(cls, classes[place + 1 :]):
                    return self._say_overridden(found[0], name, found[1])
        return self._find_foreign_field()

    @api.model
    def _get_addon(self, module):
        """Return the addon of a Python module; None: it is of Odoo itself."""
        match = re.match(r"odoo\.addons\.(\w+)", module)
        return match and match[1]

    @api.model
    def _get_functions(self, cls):
        return [
            (name, value)
            for name, value in vars(cls).items()
            if isfunction(value) and not name.startswith("__")
        ]

    @api.model
    def _find_override(self, cls, others):
        """Return (addon, name) of what an addon that is not known changes of other
        classes, puts into this one, or checks; None: nothing."""
        for name, function in self._get_functions(cls):
            addon = self._get_addon(function.__module__)
            if not addon or addon in self._get_known_addons():
                continue
            if (
                function.__module__ != cls.__module__
                or hasattr(function, "_constrains")
                or any(name in vars(other) for other in others)
            ):
                return addon, name
        return None

    @api.model
    def _say_overridden(self, addon, model, name):
        return self.env._(
            "%(addon)s changes “%(name)s” of %(model)s",
            addon=addon.removeprefix("odoo.addons."),
            name=name,
            model=model,
        )

    @api.model
    def _find_foreign_field(self):
        known = set(self._get_known_addons())
        for model in MODELS:
            for name, field in self.env[model]._fields.items():
                if not field.store or not (field.compute or field.default):
                    continue
                foreign = {self.env._("a field made by hand")} if field.manual else {}
                if foreign := foreign or set(field._modules) - known:
                    return self._say_overridden(min(foreign), model, name)
        return None

    @api.model
    def _find_foreign_table(self):
        """What the database itself does when these rows are written."""
        if not copies.counts_writes(self.env.cr):
            return self.env._("the database does not note what is written")
        tables = [copies.MOVE, copies.LINE, copies.PERIOD]
        tables += [relation[0] for _of, relation in self._get_relations()]
        rows = self.env.execute_query(
            SQL(
                "SELECT tgname, relname FROM pg_trigger JOIN pg_class c "
                "ON c.oid = tgrelid WHERE NOT tgisinternal AND relname = ANY(%s) "
                "ORDER BY 2, 1 LIMIT 1",
                tables,
            )
        )
        for trigger, table in rows:
            return self.env._(
                "the trigger %(name)s on the table %(table)s", name=trigger, table=table
            )
        return None

    @api.model
    def _get_callbacks(self):
        """Return the names of what is to be done when the transaction ends."""
        waiting = (*self.env.cr.precommit._funcs, *self.env.cr.postcommit._funcs)
        return {
            function.__qualname__ for function in waiting
        } - self._get_known_callbacks()

    @api.model
    def _find_setting(self, journals):
        for journal in journals:
            if journal.restrict_mode_hash_table:
                return self.env._("%s is secured by hashes", journal.display_name)
            currency = journal.company_id.currency_id
            if journal.currency_id not in (currency, currency.browse()):
                return self.env._("%s is in another currency", journal.display_name)
        if self.env["account.analytic.distribution.model"].search_count([], limit=1):
            return self.env._("there are rules of analytic distribution")
        return None

    @api.model
    def _get_relations(self):
        """Return the tables of pairs of an invoice and its lines: list of (model,
        (table, column of the invoice or line, column of the other side))."""
        return [
            (model, (field.relation, field.column1, field.column2))
            for model in MODELS
            for field in self.env[model]._fields.values()
            if field.type == "many2many" and field.store
        ]

    # What invoices have in common

    @api.model
    def _describe_partners(self, partners, company):
        """Return {id: what of this customer makes a difference}, without those whose
        invoices are made by Odoo: who has other addresses, or money with us."""
        partners.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, to_jsonb(p) - %(free)s::text[] FROM res_partner p
                WHERE id = ANY(%(ids)s) AND commercial_partner_id = id
                      AND NOT EXISTS (
                          SELECT FROM res_partner child WHERE child.parent_id = p.id)
                """,
                free=self._get_free_columns(),
                ids=partners.ids,
            )
        )
        credit = self.env["isp.dunning"]._get_credit(partners, company)
        rich = {partner.id for partner, amount in credit.items() if amount}
        return {number: about for number, about in rows if number not in rich}

    @api.model
    def _describe_surroundings(self, company, journals):
        """Return a text that changes whenever one of the settings does that an invoice
        is made from."""
        self.env.flush_all()
        states = [
            SQL(
                "SELECT concat_ws(' ', max(id), count(*), max(write_date)) FROM %s",
                SQL.identifier(table),
            )
            for table in WHOLE_TABLES
        ]
        for records in (company, company.partner_id, journals):
            states.append(
                SQL(
                    "SELECT string_agg(to_jsonb(t)::text, ' ' ORDER BY id) FROM %s t "
                    "WHERE id = ANY(%s)",
                    SQL.identifier(records._table),
                    records.ids,
                )
            )
        rows = self.env.execute_query(SQL(" UNION ALL ").join(states))
        return [self.env.uid, self.env.lang, *(text for (text,) in rows)]
