import re

import phonenumbers

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..const import (
    ADDRESS_FIELDS,
    CONTACT_FIELDS,
    IDENTITY_GROUPS,
    VISIT_GROUPS,
)
from ..secret_field import DOT

PLACE_FIELDS = ("street", "street2", "city", "zip", "state_id")
NUMBER = re.compile(r"[+(]*\d[\d\s().-]{4,}")


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
        "Name",
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
    duplicate_partner_ids = fields.Many2many(
        "res.partner",
        string="Possible Duplicates",
        compute="_compute_duplicate_partner_ids",
        groups=IDENTITY_GROUPS,
    )
    street = fields.Char("Address", groups=VISIT_GROUPS)
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

    @api.depends("partner_id.name", "partner_id.phone", "partner_id.email")
    def _compute_contact(self):
        for service in self:
            for name, partner_name in CONTACT_FIELDS.items():
                service[name] = service.partner_id[partner_name] or service[name]

    @api.model
    def _search_phone_dialled(self, operator, value):
        """Find a phone however its number is written, with 0 or with the country's
        code before it; what is no number finds none."""
        if operator != "ilike":
            return NotImplemented
        if not NUMBER.fullmatch(value):
            return Domain.FALSE
        digits = re.sub(r"\D", "", value).removeprefix("0")
        return Domain("partner_id.phone_sanitized", "like", digits)

    @api.depends("email", "phone", "id_number", "partner_id")
    def _compute_duplicate_partner_ids(self):
        for service in self:
            domain = service._get_duplicate_domain()
            service.duplicate_partner_ids = (
                self.env["res.partner"].search(domain, limit=5) if domain else False
            )

    def _get_duplicate_domain(self):
        """Return the domain of the partners that may be this subscriber, or None."""
        self.ensure_one()
        phone = self.phone and self._phone_format(
            number=self.phone, country=self.country_id or self.company_id.country_id
        )
        known = {
            "email_normalized": (self.email or "").strip().lower(),
            "phone_sanitized": phone,
        }
        alike = [Domain(name, "=", value) for name, value in known.items() if value]
        if number := self._get_id_number():
            same = self.env["res.partner"]._isp_find_by_id_number([number])
            alike.append(Domain("id", "in", list(same)))
        if not alike:
            return None
        return (
            Domain.OR(alike)
            & Domain("company_id", "in", [False, self.company_id.id])
            & Domain("id", "not in", self.partner_id.ids)
        )

    def _get_id_number(self):
        """Return the ID number that is typed, else that of the subscriber, or ""."""
        typed = self.sudo().id_number or ""
        if DOT in typed:
            return self.partner_id._origin._isp_get_secret("isp_id_number")
        return typed

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
        typed = [
            {name: vals.get(name) for name in CONTACT_FIELDS} for vals in vals_list
        ]
        self._link_partners([vals for vals in vals_list if not vals.get("partner_id")])
        records = super()._create_checked(vals_list)
        records._write_partner(CONTACT_FIELDS)
        records._get_following_address()._write_partner_address()
        for record, contact in zip(records, typed, strict=True):
            record._log_not_taken_over(contact)
        return records

    def _write_checked(self, vals):
        self._normalize_contact_vals(vals)
        moving = vals.keys() & {"partner_id", *ADDRESS_FIELDS}
        following = self._get_following_address() if moving else self.browse()
        result = super()._write_checked(vals)
        self._write_partner(CONTACT_FIELDS.keys() & vals.keys())
        if moving:
            following |= self._get_following_address()
            following._write_partner_address()
        return result

    def _get_following_address(self):
        """Return the services whose address is also their subscriber's: he has the
        same, or none of his own."""
        people = self.filtered(lambda service: not service.partner_id.parent_id)
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
            changed = {
                CONTACT_FIELDS[name]: service[name]
                for name in names
                if service[name]
                and service[name] != service.partner_id[CONTACT_FIELDS[name]]
            }
            if changed:
                service.partner_id.write(changed)

    @api.model
    def _link_partners(self, vals_list):
        """Put into each vals the one partner with its ID number, else a new one.

        A known subscriber keeps his name, phone and e-mail: they are those of his
        running services and of his invoices.
        """
        numbers = list(
            {vals["id_number"] for vals in vals_list if vals.get("id_number")}
        )
        partners = self.env["res.partner"]
        having = partners._isp_find_by_id_number(numbers)
        known = partners.search([("id", "in", list(having))])
        known_by_number = known.grouped(lambda partner: having[partner.id])
        fresh = {}
        for index, vals in enumerate(vals_list):
            number, company_id = vals.get("id_number"), vals["company_id"]
            partners = known_by_number.get(number, known.browse()).filtered(
                lambda p, company_id=company_id: p.company_id.id in (False, company_id)
            )
            if len(partners) == 1:
                vals["partner_id"] = partners.id
                for name, partner_name in CONTACT_FIELDS.items():
                    if partners[partner_name]:
                        vals.pop(name, None)
            else:
                same = (number or self._get_person(vals) or index, company_id)
                fresh.setdefault(same, []).append(vals)
        partners = known.create(
            [self._prepare_partner_vals(group[0]) for group in fresh.values()]
        )
        for partner, group in zip(partners, fresh.values(), strict=True):
            for vals in group:
                vals["partner_id"] = partner.id

    @api.model
    def _get_person(self, vals):
        """Return what tells that two services that are taken over without a card are of
        one person: name and phone together; None where that is not known."""
        parts = [
            (vals.get(name) or "").casefold() for name in ("contact_name", "phone")
        ]
        return tuple(parts) if vals.get("date_taken_over") and all(parts) else None

    def _log_not_taken_over(self, contact):
        """Say in the chatter what was typed and is not the known subscriber's.

        :param contact: dictionary of what was typed for CONTACT_FIELDS
        """
        self.ensure_one()
        other = [text for name, text in contact.items() if text and text != self[name]]
        if other:
            self._message_log(
                body=self.env._(
                    "The ID number is that of a known subscriber, %(name)s, who keeps "
                    "his contact data. Not taken over: %(typed)s",
                    name=self.partner_id.name,
                    typed=", ".join(other),
                )
            )

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

    def action_use_duplicate(self):
        """Give the service to the subscriber who is known already.

        What he lacks is taken from the one whom this registration has made; that
        one is archived.
        """
        self.ensure_one()
        known, made = self.duplicate_partner_ids, self.partner_id
        if len(known) > 1:
            raise UserError(
                self.env._(
                    "Several subscribers are alike: choose one as the known subscriber."
                )
            )
        if not known:
            return
        self.partner_id = known
        lacking = {
            name: made[name]
            for name in CONTACT_FIELDS.values()
            if made[name] and not known[name]
        }
        known.write(lacking | made._isp_get_lacking_id(known))
        if made.create_date == self.create_date and not made.sudo().isp_service_ids:
            made.active = False
