from odoo import api, models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    """Whose card a person may change. Contact Creation, which a salesman needs for his
    prospects, is no right to everybody's: cards are where passwords are mailed to, what
    invoices say, and to which account they are paid. Who hangs a card under another one
    changes that one too: whoever logs in by it sees what is billed to the one above.
    """

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        cards = super().create(vals_list)
        cards.parent_id._isp_check_may_change()
        return cards

    def write(self, vals):
        self._isp_check_may_change()
        above = self.parent_id
        names = self.sudo().mapped("name")
        result = super().write(vals)
        if self.sudo().mapped("name") != names:
            self._isp_check_may_rename()
        (self.parent_id - above)._isp_check_may_change()
        return result

    def unlink(self):
        self._isp_check_may_change()
        return super().unlink()

    def _check_access(self, operation):
        """Odoo sets this key to sift what a sub-domain finds in the rights of who asks.
        Within the rules it would do the same again, and for ever, as they lead from one
        card to another."""
        if self.env.context.get("filter_function_reset_sudo"):
            self = self.with_context(filter_function_reset_sudo=False)
        return super()._check_access(operation)

    @api.model
    def _isp_get_card_groups(self) -> tuple[str, ...]:
        """Hook: the groups that change the cards of all subscribers."""
        return ("isp_base.isp_base_group_admin", "base.group_erp_manager")

    @api.model
    def _isp_get_company_card_groups(self) -> tuple[str, ...]:
        """Hook: the groups that change the cards of their companies."""
        return ("isp_base.isp_base_group_manager",)

    def _isp_check_may_change(self) -> None:
        """:raises AccessError: when this person may not change one of these cards"""
        if not self or self.env.su:
            return
        if refused := self._isp_get_unchangeable():
            raise AccessError(
                self.env._(
                    "%(names)s: this card is not yours to change. Ask an administrator "
                    "of internet services.",
                    names=", ".join(refused.sudo().mapped("display_name")),
                )
            )

    def _isp_check_may_rename(self) -> None:
        """The name of who works here stands under reports and in logs; no role of ours
        gives itself, or a colleague, another.

        :raises AccessError: for who does not administer accounts
        """
        if self.env.su or self.env.user.has_group("base.group_erp_manager"):
            return
        if self._isp_get_colleagues():
            raise AccessError(
                self.env._("Ask who administers accounts for another name.")
            )

    def _isp_get_colleagues(self):
        return self.filtered(
            lambda card: any(not owner.share for owner in card.sudo().user_ids)
        )

    def _isp_get_unchangeable(self):
        """Return those of these cards that are a company's, a colleague's or a
        subscriber's of somebody else, where this person may not change them."""
        user = self.env.user
        others = self - user.partner_id
        refused = others._isp_get_cards_of_companies()
        if any(map(user.has_group, self._isp_get_card_groups())):
            return refused
        return refused | others._isp_get_colleagues() | others._isp_get_of_others()

    def _isp_get_cards_of_companies(self):
        """Return those that are a company's, and not one that this person manages.
        Who gives rights is let in to all of them, and makes new ones."""
        user = self.env.user
        if user.has_group("base.group_erp_manager"):
            return self.browse()
        companies = (
            self.env["res.company"].sudo().search([("partner_id", "in", self.ids)])
        )
        if any(map(user.has_group, self._isp_get_company_card_groups())):
            companies -= user.company_ids
        return companies.partner_id.sudo(False)
