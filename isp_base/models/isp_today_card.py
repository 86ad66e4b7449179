from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval


class IspTodayCard(models.Model):
    """Something that waits for somebody, counted on the page *Today*.

    A card names a list of the product and a filter of it: it counts what one sees after
    a click. The addon that owns the list brings the card as data; a manager adds cards
    of his own.
    """

    _name = "isp.today.card"
    _description = "Card of the Page Today"
    _order = "section, sequence, id"

    name = fields.Char(required=True, translate=True)
    section = fields.Selection(
        [("1_subscribers", "Subscribers"), ("2_visits", "Visits")],
        required=True,
        default="1_subscribers",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean("Shown", default=True)
    urgency = fields.Selection(
        [("late", "Late"), ("waiting", "Waits"), ("news", "Good to know")],
        required=True,
        default="waiting",
    )
    action_id = fields.Many2one(
        "ir.actions.act_window", "List", required=True, ondelete="cascade"
    )
    filter_name = fields.Char(
        "Filter",
        required=True,
        help="The technical name of a filter of this list, such as late: what passes "
        "it is counted.",
    )
    group_ids = fields.Many2many("res.groups", string="Shown To", required=True)

    @api.constrains("action_id", "filter_name")
    def _check_filter(self):
        for card in self:
            if card._find_filter() is None:
                raise ValidationError(
                    self.env._(
                        "The list %(list)s has no filter named %(filter)s.",
                        list=card.sudo().action_id.name,
                        filter=card.filter_name,
                    )
                )

    @api.model
    def get_cards(self) -> list[dict]:
        """Return the cards of the user: `id`, `name`, `section` in words, `urgency`,
        and as `count` how many records the list shows him."""
        mine = self.search([("group_ids", "in", self.env.user.all_group_ids.ids)])
        sections = dict(self._fields["section"]._description_selection(self.env))
        return [
            {
                "id": card.id,
                "name": card.name,
                "section": sections[card.section],
                "urgency": card.urgency,
                "count": card._get_model().search_count(domain),
            }
            for card in mine
            if (domain := card._get_domain()) is not None
        ]

    def action_open(self):
        """Open the list with the filter of the card, and with no other one."""
        self.ensure_one()
        self.check_access("read")
        action = self.sudo().action_id._get_action_dict()
        context = safe_eval(action["context"] or "{}", self._get_eval_context())
        kept = {k: v for k, v in context.items() if not k.startswith("search_default_")}
        action["context"] = {**kept, f"search_default_{self.filter_name}": 1}
        return action

    def _get_model(self):
        """Return the model of the list, in the rights of the user."""
        return self.env[self.sudo().action_id.res_model]

    def _get_domain(self):
        """Return the domain of what the list shows; None when the user has no such
        list, or not this filter."""
        if not self._get_model().has_access("read"):
            return None
        node = self._find_filter()
        if node is None:
            return None
        texts = (self.sudo().action_id.domain, node.get("domain"))
        values = self._get_eval_context()
        return Domain.AND(Domain(safe_eval(text or "[]", values)) for text in texts)

    def _find_filter(self):
        """Return the filter's element of the search view as this user gets it, or
        None."""
        view = self.sudo().action_id.search_view_id
        arch = self._get_model().get_view(view.id, "search")["arch"]
        filters = etree.fromstring(arch).iter("filter")
        return next((f for f in filters if f.get("name") == self.filter_name), None)

    @api.model
    def _get_eval_context(self):
        today = fields.Date.context_today(self)
        return {"uid": self.env.uid, "context_today": lambda: today}
