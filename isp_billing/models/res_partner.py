from odoo import api, fields, models

from ..const import LEDGER_GROUPS

# By what terms a customer pays, and what he is charged
TERMS = frozenset(
    {
        "credit_limit",
        "property_account_position_id",
        "property_inbound_payment_method_line_id",
        "property_payment_term_id",
        "trust",
        "use_partner_credit_limit",
    }
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    isp_never_isolate = fields.Boolean(
        "Never Isolate",
        groups=LEDGER_GROUPS,
        help="Is reminded, but not isolated for being overdue.",
    )

    isp_withheld_percent = fields.Float(
        "Withholds Tax (%)",
        groups=LEDGER_GROUPS,
        help="Of the amount without tax, such as 2 where PPh 23 is withheld. What "
        "stays open of an invoice for it neither isolates nor is reminded of.",
    )

    _isp_withheld_percent_range = models.Constraint(
        "CHECK (isp_withheld_percent BETWEEN 0 AND 100)",
        "What is withheld is 0 to 100 % of the amount.",
    )

    def _has_field_access(self, field, operation):
        """Who registers customers writes their cards, and not when they pay."""
        if operation == "write" and field.name in TERMS and not self.env.su:
            if not self.env.user.has_group("account.group_account_invoice"):
                return False
        return super()._has_field_access(field, operation)

    @api.model
    def _isp_get_card_groups(self):
        return (*super()._isp_get_card_groups(), "account.group_account_invoice")

    @api.model
    def _isp_get_company_card_groups(self):
        groups = super()._isp_get_company_card_groups()
        return (*groups, "account.group_account_manager")

    def _isp_is_in_use(self):
        moves = self.env["account.move"]
        return super()._isp_is_in_use() or bool(
            moves.search_count([("partner_id", "=", self.id)], limit=1)
        )

    def write(self, vals):
        """Whose terms of dunning are others now is judged anew."""
        before = self._isp_get_dunning_terms()
        result = super().write(vals)
        after = self._isp_get_dunning_terms()
        if changed := self.filtered(lambda partner: before[partner] != after[partner]):
            services = self.env["isp.service"].sudo()
            services.search(
                [
                    ("partner_id", "child_of", changed.commercial_partner_id.ids),
                    ("state", "=", "active"),
                ]
            )._judge_dues()
        return result

    def _isp_get_dunning_terms(self):
        return {
            partner: (
                partner.commercial_partner_id.isp_never_isolate,
                partner.commercial_partner_id.isp_withheld_percent,
            )
            for partner in self.sudo()
        }
