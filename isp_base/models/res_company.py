import string
from datetime import datetime, time

import pytz

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError

USERNAME_PLACEHOLDERS = {"number", "name", "phone", "area", "pop"}
SEQUENCES = {
    "isp.service": ("Internet service", "SUB"),
    "isp.work.order": ("Work order", "WO"),
}


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_username_pattern = fields.Char(
        "User Name Pattern",
        required=True,
        default="{number}",
        help="Made of {number}, {name}, {phone}, {area} and {pop}, for example "
        "{number}@net. A name that is taken gets -2, -3 and so on.",
    )
    isp_reactivation_days = fields.Integer(
        "Days to Reactivate",
        default=30,
        help="So long after its end a service may begin again with its number and user "
        "name.",
    )

    @api.model
    def _isp_get_owner(self):
        """Return the company that something new belongs to which may be shared: none
        when who makes it works in all companies, his own else."""
        if self.env.su or self.env.user.isp_works_everywhere:
            return self.browse()
        return self.env.company

    @api.constrains("isp_username_pattern")
    def _check_isp_username_pattern(self):
        for company in self:
            pattern = company.isp_username_pattern or ""
            try:
                parts = [part[1:] for part in string.Formatter().parse(pattern)]
            except ValueError:
                parts = []
            names = {name for name, _format, _conversion in parts} - {None}
            extras = any(format_ or conversion for _name, format_, conversion in parts)
            if not names or extras or names - USERNAME_PLACEHOLDERS:
                raise ValidationError(
                    self.env._(
                        "“%(pattern)s” is no pattern for user names. Use at least one "
                        "of {number}, {name}, {phone}, {area} and {pop}.",
                        pattern=pattern,
                    )
                )

    @api.model
    def _get_isp_roles(self) -> dict[str, tuple[str, str]]:
        """Return {role: (field of the company that names the person, group of those who
        may do it when nobody is named)}. Addons add the roles that they know."""
        return {"office": ("", "isp_base.isp_base_group_admin")}

    def _get_isp_person(self, role: str):
        """Return the user (res.users) who has a role of ``_get_isp_roles`` here; where
        nobody is named, somebody who may do it, the administrator at last."""
        self.ensure_one()
        field, group = self._get_isp_roles()[role]
        # Asked for each row of an import: env.ref would ask the database each time.
        group_id = self.env["ir.model.data"]._xmlid_to_res_id(
            group, raise_if_not_found=True
        )
        members = self.env["res.groups"].sudo().browse(group_id).all_user_ids
        people = members.filtered(
            lambda user: (
                self in user.company_ids
                and not user.share
                and user.active
                and user.id != SUPERUSER_ID
            )
        )
        named = field and self.sudo()[field]
        return named or people.sorted("id")[:1] or self.env.ref("base.user_admin")

    def _get_isp_zone(self):
        """Return the name of the time zone in which the company counts its days: that
        of its contact, else the first of its country. Never the user's: what is due or
        used today must be the same for who looks and for the scheduled action."""
        self.ensure_one()
        partner = self.sudo().partner_id
        of_country = pytz.country_timezones.get(partner.country_id.code or "", ["UTC"])
        return partner.tz or of_country[0]

    def _isp_knows_zone(self):
        """Whether the time zone is chosen, or the only one of the country."""
        self.ensure_one()
        partner = self.sudo().partner_id
        of_country = pytz.country_timezones.get(partner.country_id.code or "", [])
        return bool(partner.tz) or len(of_country) == 1

    def _get_isp_today(self):
        """Return the date where the company is, as it counts its days."""
        return self._get_isp_day(fields.Datetime.now())

    def _get_isp_day(self, moment):
        """Return the date where the company is at a moment (naive UTC datetime)."""
        zone = pytz.timezone(self._get_isp_zone())
        return moment.replace(tzinfo=pytz.utc).astimezone(zone).date()

    def _get_isp_moment(self, day, hour=0):
        """Return when an hour of a day begins where the company is, as a naive UTC
        datetime."""
        zone = pytz.timezone(self._get_isp_zone())
        local = zone.localize(datetime.combine(day, time(hour)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_isp_sequences()
        return companies

    def _create_isp_sequences(self):
        """Give each company its own numbers for services and work orders."""
        self.env["ir.sequence"].sudo().create(
            [
                {
                    "name": f"{label} {company.name}",
                    "code": code,
                    "prefix": prefix,
                    "padding": 6,
                    "company_id": company.id,
                }
                for company in self
                for code, (label, prefix) in SEQUENCES.items()
            ]
        )
