from odoo import api, fields, models

PREFIX = "KL"


class IspCollectorPhone(models.Model):
    """A phone of a collector, which numbers receipts by itself where there is no
    signal: what begins the numbers is its own."""

    _name = "isp.collector.phone"
    _description = "Phone of a Collector"
    _order = "id desc"

    name = fields.Char("Receipts Begin With", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Collector", required=True, readonly=True, ondelete="cascade"
    )

    _name_uniq = models.Constraint("UNIQUE (name)", "Another phone has it.")

    @api.model
    def _reserve(self):
        """Return what begins the numbers of one more phone of the user."""
        phone = self.sudo().create({"user_id": self.env.uid})
        phone.name = f"{PREFIX}{phone.id:03d}-"
        return phone.name

    @api.model
    def _is_number_of(self, number, user):
        """Whether a phone of a user has given this number to a receipt."""
        if not isinstance(number, str):
            return False
        prefix, dash, count = number.partition("-")
        known = self.sudo().search_count(
            [("name", "=", f"{prefix}-"), ("user_id", "=", user.id)], limit=1
        )
        return bool(dash and count.isascii() and count.isdigit() and known)
