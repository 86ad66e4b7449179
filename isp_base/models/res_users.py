from itertools import islice

from odoo import api, fields, models
from odoo.tools import SQL


class ResUsers(models.Model):
    _inherit = "res.users"

    isp_works_everywhere = fields.Boolean(
        "Works in All Companies", compute="_compute_isp_works_everywhere"
    )

    @property
    def SELF_WRITEABLE_FIELDS(self):
        """A name stands under reports and in logs: who administers accounts writes it.
        A subscriber writes his on the page of his account."""
        return [name for name in super().SELF_WRITEABLE_FIELDS if name != "name"]

    @api.depends("company_ids")
    def _compute_isp_works_everywhere(self):
        """What belongs to no company is shared by all; only who works in all of them
        writes it. Record rules ask for this."""
        companies = self.env["res.company"].sudo()
        for user in self:
            others = [("id", "not in", user.sudo().company_ids.ids)]
            user.isp_works_everywhere = not companies.search_count(others, limit=1)

    def _isp_get_logins_as_password(self, most):
        """Return the logins of those whose password is their login.

        :param most: so many are enough: each takes Odoo some tenths of a second
        """
        verify = self._crypt_context().verify
        rows = self.env.execute_query(
            SQL(
                "SELECT login, password FROM res_users "
                "WHERE id = ANY(%s) AND password <> '' ORDER BY login",
                self.ids,
            )
        )
        found = (login for login, hashed in rows if verify(login, hashed))
        return list(islice(found, most))
