import re

from odoo import api, fields, models
from odoo.fields import Domain

NUMBER = re.compile(r"[+(]*\d[\d\s().-]{4,}")


class ResPartner(models.Model):
    """A phone is found however its number is written, with 0 or with the country's
    code before it."""

    _inherit = "res.partner"

    phone_sanitized = fields.Char(index="trigram")
    isp_phone_dialled = fields.Char(
        "Phone as It Is Dialled", store=False, search="_search_isp_phone_dialled"
    )

    @api.model
    def _search_isp_phone_dialled(self, operator, value):
        """What is no number finds none."""
        if operator != "ilike":
            return NotImplemented
        if not NUMBER.fullmatch(value):
            return Domain.FALSE
        digits = re.sub(r"\D", "", value).removeprefix("0")
        return Domain("phone_sanitized", "like", digits)

    def _search_phone_mobile_search(self, operator, value):
        domain = super()._search_phone_mobile_search(operator, value)
        if operator != "ilike":
            return domain
        return Domain(domain) | self._search_isp_phone_dialled(operator, value)
