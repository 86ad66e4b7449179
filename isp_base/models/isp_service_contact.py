from base64 import b64decode
from contextlib import suppress

import phonenumbers

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..const import (
    ADDRESS_FIELDS,
    CONTACT_FIELDS,
    IDENTITY_GROUPS,
    VISIT_GROUPS,
)
from ..pictures import refuse_heic

PLACE_FIELDS = ("street", "street2", "city", "zip", "state_id")


class IspService(models.Model):
    """What a salesman writes down of a prospect, kept in step with his partner.

    Name, phone and e-mail are the partner's; the address is that of the
    installation and stays with the service.
    """

    _inherit = "isp.service"

    partner_id = fields.Many2one(
        "res.partner",
        "Subscriber",
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Leave it empty for a new subscriber: saving creates him.",
    )
    contact_name = fields.Char(
        "Subscriber Name",
        compute="_compute_contact",
        store=True,
        readonly=False,
        precompute=True,
        index="trigram",
        tracking=True,
    )
    phone = fields.Char(
        compute="_compute_contact",
        store=True,
        readonly=False,
        precompute=True,
        index="trigram",
        tracking=True,
        groups=VISIT_GROUPS,
    )
    phone_dialled = fields.Char(
        store=False, search="_search_phone_dialled", groups=VISIT_GROUPS
    )
    email = fields.Char(
        compute="_compute_contact",
        store=True,
        readonly=False,
        precompute=True,
        index="trigram",
        tracking=True,
        groups=VISIT_GROUPS,
    )
    id_type = fields.Selection(
        related="partner_id.isp_id_type", readonly=False, groups=IDENTITY_GROUPS
    )
    id_number = fields.Char(
        related="partner_id.isp_id_number", readonly=False, groups=IDENTITY_GROUPS
    )
    id_photo = fields.Image(
        related="partner_id.isp_id_photo", readonly=False, groups=IDENTITY_GROUPS
    )
    street = fields.Char("Address", index="trigram", groups=VISIT_GROUPS)
    street2 = fields.Char("Address, Second Line", groups=VISIT_GROUPS)
    city = fields.Char(groups=VISIT_GROUPS)
    zip = fields.Char(groups=VISIT_GROUPS)
    state_id = fields.Many2one(
        "res.country.state", domain="[('country_id', '=?', country_id)]"
    )
    country_id = fields.Many2one(
        "res.country", default=lambda self: self.env.company.country_id
    )
    full_address = fields.Char(
        compute="_compute_full_address", compute_sudo=True, groups=VISIT_GROUPS
    )
    latitude = fields.Float(groups=VISIT_GROUPS)
    longitude = fields.Float(groups=VISIT_GROUPS)
    coordinates = fields.Char(groups=VISIT_GROUPS)
    map_url = fields.Char(groups=VISIT_GROUPS)
    place_warning = fields.Char(groups=VISIT_GROUPS)

    @api.depends("partner_id.name", "partner_id.phone", "partner_id.email", "state")
    def _compute_contact(self):
        """What was typed of a prospect who is linked to a known person stays his
        registration's until the service runs."""
        for service in self:
            apart, person = service._is_apart(), service.partner_id
            if apart and person.sudo(False)._isp_get_of_others():
                person = person.browse()
            for name, partner_name in CONTACT_FIELDS.items():
                typed, his = service[name], person[partner_name]
                service[name] = (typed or his) if apart else (his or typed)

    @api.model
    def _search_phone_dialled(self, operator, value):
        return Domain("partner_id.isp_phone_dialled", operator, value)

    @api.depends("street", "street2", "city", "zip", "state_id")
    def _compute_full_address(self):
        for service in self:
            state = service.state_id.name
            parts = [service.street, service.street2, service.city, state, service.zip]
            service.full_address = ", ".join(part for part in parts if part)

    @api.constrains("phone")
    def _check_phone(self):
        for service in self:
            if service.phone:
                service._format_phone(service.phone)

    @api.constrains("email")
    def _check_email(self):
        for service in self:
            if service.email and not email_normalize(service.email):
                raise ValidationError(
                    self.env._(
                        "“%(email)s” is not an e-mail address. Write one, for example "
                        "siti@example.com.",
                        email=service.email,
                    )
                )

    @api.constrains("contact_name", "phone")
    def _check_contact(self):
        if any(service._lacks_contact() for service in self):
            raise ValidationError(
                self.env._("A subscriber needs a name and a phone number.")
            )

    def _lacks_contact(self):
        """A name is what everybody has; who was taken over may give his phone later."""
        return not self.contact_name or not (self.phone or self.date_taken_over)

    def _format_phone(self, number):
        """Return the number with the code of its country before it.

        :raises ValidationError: when it is no number of the country or of another one
        """
        country = self.country_id or self.env.company.country_id
        try:
            return self._phone_format(
                number=number,
                country=country,
                force_format="INTERNATIONAL",
                raise_exception=True,
            )
        except UserError as error:
            raise ValidationError(
                self.env._(
                    "“%(number)s” is not a phone number. Write it with its area or "
                    "mobile prefix, for example %(example)s.",
                    number=number,
                    example=self._get_phone_example(country),
                )
            ) from error

    @api.model
    def _get_phone_example(self, country) -> str:
        """Return a mobile number of the country (res.country), as people write it."""
        kind = phonenumbers.PhoneNumberType.MOBILE
        number = phonenumbers.example_number_for_type(country.code, kind)
        if not number:
            return "+1 201-555-0123"
        return phonenumbers.format_number(
            number, phonenumbers.PhoneNumberFormat.NATIONAL
        )

    @api.onchange("phone")
    def _onchange_phone(self):
        country = self.country_id or self.env.company.country_id
        if self.phone:
            self.phone = (
                self._phone_format(
                    number=self.phone, country=country, force_format="INTERNATIONAL"
                )
                or self.phone
            )

    @api.model
    def _create_checked(self, vals_list):
        for vals in vals_list:
            self._normalize_contact_vals(vals)
            if not vals.get("id_type"):
                vals.pop("id_type", None)  # the subscriber's own, or the default
            vals["company_id"] = vals.get("company_id") or self.env.company.id
        self._give_persons(vals_list)
        records = super()._create_checked(vals_list)
        records._write_partner(CONTACT_FIELDS)
        records._get_following_address()._write_partner_address()
        return records

    def _write_checked(self, vals):
        self._normalize_contact_vals(vals)
        if "partner_id" in vals:
            vals = self._prepare_other_person(vals)
        self._check_identity_vals(vals)
        moving = vals.keys() & {"partner_id", *ADDRESS_FIELDS}
        # A transfer leaves the new holder the address that he has.
        following = self.browse()
        if moving and "partner_id" not in vals:
            following = self._get_following_address()
        result = super()._write_checked(vals)
        self._write_partner(CONTACT_FIELDS.keys() & vals.keys())
        if moving:
            following |= self._get_following_address()
            following._write_partner_address()
        return result

    def _get_following_address(self):
        """Return the services whose address is also their subscriber's: he has the
        same, or none of his own."""
        people = self.filtered(
            lambda service: (
                not service._is_apart() and not service.sudo().partner_id.parent_id
            )
        )
        return people.filtered(
            lambda service: (
                not any(service.partner_id[name] for name in PLACE_FIELDS)
                or all(
                    service[name] == service.partner_id[name] for name in PLACE_FIELDS
                )
            )
        )

    def _write_partner_address(self):
        for service in self:
            partner = service.partner_id
            changed = {
                name: service[name]
                for name in ADDRESS_FIELDS
                if service[name] != partner[name] and (service[name] or partner[name])
            }
            if changed:
                partner.write(changed)

    def _normalize_contact_vals(self, vals):
        if vals.get("email"):
            vals["email"] = vals["email"].strip()
        if vals.get("id_photo"):
            with suppress(ValueError):  # no base64: the field says so
                refuse_heic(b64decode(vals["id_photo"]), self.env)
        if vals.get("id_number"):
            clean = self.env["res.partner"]._isp_clean_id_number
            vals["id_number"] = clean(vals["id_number"])
        if vals.get("phone"):
            country = self.env["res.country"].browse(vals.get("country_id") or False)
            vals["phone"] = (
                self._phone_format(
                    number=vals["phone"],
                    country=country
                    or self[:1].country_id
                    or self.env.company.country_id,
                    force_format="INTERNATIONAL",
                )
                or vals["phone"]
            )

    def _write_partner(self, names):
        """Keep the subscriber's card in step with what the service says of him."""
        for service in self:
            if service._is_apart():
                continue
            changed = {
                CONTACT_FIELDS[name]: service[name]
                for name in names
                if service[name]
                and service[name] != service.partner_id[CONTACT_FIELDS[name]]
            }
            if changed:
                service.partner_id.write(changed)

    @api.model
    def _prepare_partner_vals(self, vals):
        if not vals.get("contact_name") or not (
            vals.get("phone") or vals.get("date_taken_over")
        ):
            raise ValidationError(
                self.env._("A subscriber needs a name and a phone number.")
            )
        names = {**CONTACT_FIELDS, **{name: name for name in ADDRESS_FIELDS}}
        partner_vals = {names[n]: vals[n] for n in names if vals.get(n)}
        # The language of the database stays that in which it was made: often English.
        lang = {"lang": self.env.lang} if self.env.lang else {}
        company = self.env["res.company"].browse(vals["company_id"])
        country = vals.get("country_id") or company.country_id.id
        return {
            **partner_vals,
            **lang,
            "company_id": company.id,
            "country_id": country,
        }
