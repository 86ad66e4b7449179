from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_isp_today(self):
        """Return the date where the company is, as its days are billed.

        The time zone is that of the company's contact, without one the user's.
        """
        self.ensure_one()
        zone = self.sudo().partner_id.tz
        return fields.Date.context_today(self.with_context(tz=zone) if zone else self)
