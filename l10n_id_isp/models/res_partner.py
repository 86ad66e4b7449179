import re
from contextlib import suppress
from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL

NIK = re.compile(r"[0-9]{16}")
PROVINCES = {
    *range(11, 20), 21, *range(31, 37), *range(51, 54), *range(61, 66),
    *range(71, 77), 81, 82, *range(91, 98),
}  # fmt: skip
WOMAN = 40  # added to the day of birth
# As it is copied from a spreadsheet, a chat or a form, with what is not seen in it too.
NIK_IN_GROUPS = re.compile(r"[\W_]*(\d[\W_]*){16}")
WORDS = {
    "ktp": ("ktp", "nik", "e ktp"),
    "passport": ("paspor", "kitas", "kitap"),
    "business": ("nib", "npwp", "perusahaan", "badan usaha"),
}


class ResPartner(models.Model):
    """The documents of who lives or trades in Indonesia."""

    _inherit = "res.partner"

    isp_id_type = fields.Selection(
        selection_add=[
            ("ktp", "KTP (NIK)"),
            ("passport", "Passport or KITAS"),
            ("business", "Business registration (NIB, NPWP)"),
            ("card", "ID card of another country"),
        ],
        ondelete={"ktp": "set card"},
    )

    @api.model
    def _isp_get_default_id_type(self):
        if self.env.company.country_id.code == "ID":
            return "ktp"
        return super()._isp_get_default_id_type()

    @api.model
    def _isp_get_id_type_words(self):
        words = super()._isp_get_id_type_words()
        return {
            id_type: (*words.get(id_type, ()), *WORDS.get(id_type, ()))
            for id_type in words.keys() | WORDS.keys()
        }

    @api.model
    def _isp_clean_id_number(self, number):
        number = super()._isp_clean_id_number(number)
        return re.sub(r"\D", "", number) if NIK_IN_GROUPS.fullmatch(number) else number

    @api.model
    def _isp_get_id_number_checks(self):
        return {**super()._isp_get_id_number_checks(), "ktp": self._isp_check_nik}

    @api.model
    def _isp_check_nik(self, number):
        if not NIK.fullmatch(number):
            return self.env._(
                "The ID number is not a NIK, which has 16 digits. Correct it, or "
                "choose another type of ID."
            )
        province, regency, district = (int(number[i : i + 2]) for i in (0, 2, 4))
        if province not in PROVINCES or not regency or not district:
            return self.env._(
                "The NIK begins with the code of a district, and “%(code)s” is none. "
                "Compare it with the card.",
                code=number[:6],
            )
        if not self._isp_is_birth(number[6:12]) or number[12:] == "0000":
            return self.env._(
                "The 7th to 12th digit of a NIK are the date of birth (for women the "
                "day plus 40), and “%(digits)s” is none. Compare it with the card.",
                digits=number[6:12],
            )
        return None

    @api.model
    def _isp_is_birth(self, digits):
        """Whether six digits are DDMMYY, of a woman with 40 days more."""
        day, month, year = (int(digits[i : i + 2]) for i in (0, 2, 4))
        day -= WOMAN if day > WOMAN else 0
        for century in (1900, 2000):
            with suppress(ValueError):
                return bool(date(century + year, month, day))
        return False

    @api.model
    def _isp_take_ktp(self, companies):
        """Say of those who have an ID card, or none yet, that it is a KTP.

        Before this addon came there was no other word for it.

        :param companies: those in Indonesia; partners of no company are meant too
        """
        self.env.cr.execute(
            SQL(
                """SELECT id FROM res_partner WHERE isp_id_type = 'card'
                AND (company_id IS NULL OR company_id = ANY(%s))""",
                companies.ids,
            )
        )
        partners = self.browse(partner_id for (partner_id,) in self.env.cr.fetchall())
        numbers = partners._isp_get_secrets("isp_id_number")
        other = [i for i, number in numbers.items() if not NIK.fullmatch(number)]
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET isp_id_type = 'ktp' WHERE id = ANY(%s)",
                (partners - self.browse(other)).ids,
            )
        )
        self.invalidate_model(["isp_id_type"])
