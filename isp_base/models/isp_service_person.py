from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import CONTACT_FIELDS, IDENTITY_FIELDS, IDENTITY_GROUPS
from ..secret_field import DOT, SecretImage

RUNNING = ("active", "terminated")
ENDED = (*RUNNING, "cancelled")
SHOWN = 5
MOST_ALIKE = 50  # of one kind, among whom those to be shown are sought


class IspService(models.Model):
    """Who the prospect is: a new person, or one who is known already.

    Nobody becomes a known person by a coincidence of numbers: somebody says "it is he"
    or "somebody else". What a registration says of a known person stays its own, and
    is never written to his card.
    """

    _inherit = "isp.service"

    owns_partner = fields.Boolean(
        "New Person",
        readonly=True,
        copy=False,
        help="This registration has brought the subscriber's card along: what is "
        "written here is written there too.",
    )
    is_apart = fields.Boolean(compute="_compute_is_apart")
    duplicate_partner_ids = fields.Many2many(
        "res.partner",
        string="Possible Duplicates",
        compute="_compute_duplicate_partner_ids",
        groups=IDENTITY_GROUPS,
    )
    duplicate_names = fields.Char(
        "Names of Possible Duplicates",
        compute="_compute_duplicate_partner_ids",
        groups=IDENTITY_GROUPS,
    )
    has_duplicates = fields.Boolean(
        "Perhaps Known Already",
        compute="_compute_duplicate_partner_ids",
        groups=IDENTITY_GROUPS,
    )
    other_person_ids = fields.Many2many(
        "res.partner",
        "isp_service_other_person_rel",
        "service_id",
        "partner_id",
        "Somebody Else",
        readonly=True,
        copy=False,
        groups=IDENTITY_GROUPS,
    )

    @api.depends("partner_id", "state", "owns_partner")
    def _compute_is_apart(self):
        for service in self:
            service.is_apart = service._is_apart()

    def _is_apart(self):
        """Whether this registration is about a known person: then each keeps what is
        written of him."""
        self.ensure_one()
        service = self.sudo()
        if not service.partner_id or service.state in RUNNING:
            return False
        if not service.owns_partner or (
            service._origin and service.partner_id._origin != service._origin.partner_id
        ):
            return True
        others = service.partner_id.isp_service_ids - service._origin
        if any(other.state in RUNNING for other in others):
            return True
        return bool(service.partner_id.user_ids) and not self._is_service_admin()

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """Who is chosen brings his name, phone and e-mail, unless he is a subscriber
        of somebody else."""
        if self.partner_id and not self.partner_id._isp_get_of_others():
            for name, partner_name in CONTACT_FIELDS.items():
                self[name] = self.partner_id[partner_name]

    # Whose card it is

    @api.model
    def _give_persons(self, vals_list):
        """Put into each vals a new person, but where one was chosen."""
        fresh = [vals for vals in vals_list if not vals.get("partner_id")]
        for vals in vals_list:
            vals["owns_partner"] = vals.get("owns_partner", False)
            if vals.get("partner_id") and not vals["owns_partner"]:
                person = self.env["res.partner"].browse(vals["partner_id"])
                self._leave_identity(vals, person)
        people = self.env["res.partner"].create(
            [self._prepare_partner_vals(vals) for vals in fresh]
        )
        for vals, person in zip(fresh, people, strict=True):
            vals.update(partner_id=person.id, owns_partner=True)

    @api.model
    def _link_partners(self, vals_list):
        """Put into each vals the person with its ID number, for lists of those who are
        subscribers already: rows with one number are one person, and so are rows
        without a number with one name and phone."""
        numbers = list({v["id_number"] for v in vals_list if v.get("id_number")})
        partners = self.env["res.partner"]
        having = partners._isp_find_by_id_number(numbers)
        known = partners.search([("id", "in", list(having))])
        known_by_number = known.grouped(lambda partner: having[partner.id])
        first, others = {}, []  # of those who are known by none: vals of each key
        for vals in vals_list:
            number = vals.get("id_number")
            who = number or self._get_name_and_phone(vals)
            company_id = vals.get("company_id") or self.env.company.id
            if vals.get("partner_id") or not who:
                continue
            same = known_by_number.get(number, partners).filtered(
                lambda p, company_id=company_id: p.company_id.id in (False, company_id)
            )
            key = (who, company_id)
            if len(same) == 1:
                self._link_partner(vals, same)
            elif key in first:
                others.append((vals, key))
            else:
                first[key] = vals
        cards = [{**vals, "company_id": key[1]} for key, vals in first.items()]
        made = partners.create([self._prepare_partner_vals(card) for card in cards])
        made = dict(zip(first, made, strict=True))
        for key, vals in first.items():
            vals.update(partner_id=made[key].id, owns_partner=True)
        for vals, key in others:
            self._link_partner(vals, made[key])

    @api.model
    def _link_partner(self, vals, person):
        """Put a known person into vals, without what his card says already."""
        vals["partner_id"] = person.id
        having_it = {name for name, his in CONTACT_FIELDS.items() if person[his]}
        for name in having_it | IDENTITY_FIELDS.keys():
            vals.pop(name, None)

    @api.model
    def _get_name_and_phone(self, vals):
        """Return the two as one key, whatever the capitals; None where one lacks."""
        parts = [
            (vals.get(name) or "").casefold() for name in ("contact_name", "phone")
        ]
        return tuple(parts) if all(parts) else None

    def _prepare_other_person(self, vals):
        """Return the vals for registrations that get another person: one who is chosen,
        or a new one where the chosen one is taken away."""
        self._check_registrations()
        if vals["partner_id"]:
            if any(s.partner_id.id != vals["partner_id"] for s in self.sudo()):
                return {**vals, "owns_partner": False}
            return {name: vals[name] for name in vals if name != "partner_id"}
        self.ensure_one()
        if self.owns_partner:
            return {name: vals[name] for name in vals if name != "partner_id"}
        card = {name: self[name] for name in CONTACT_FIELDS}
        card |= {"company_id": self.company_id.id, **vals}
        person = self.env["res.partner"].create(self._prepare_partner_vals(card))
        return {**vals, "partner_id": person.id, "owns_partner": True}

    def _check_registrations(self):
        """:raises UserError: when one of these services runs, or did"""
        if self.env.su:
            return
        running = self.filtered(lambda service: service.state in RUNNING)
        if running:
            raise UserError(
                self.env._(
                    "%(services)s: the subscriber of a running service is not changed "
                    "here.",
                    services=", ".join(running.mapped("name")),
                )
            )

    def _check_identity_vals(self, vals):
        """Refuse the ID of a known person, whatever registration brings it."""
        if not IDENTITY_FIELDS.keys() & vals.keys():
            return
        for service in self:
            person = service.partner_id
            if vals.get("partner_id"):
                person = person.browse(vals["partner_id"])
            linked = vals.get("owns_partner", True) is False
            if linked or service._is_apart():
                self._leave_identity(vals, person)

    @api.model
    def _leave_identity(self, vals, person):
        """Take out of vals what is the ID of this person already, as forms send it.

        :raises ValidationError: when there is another one in it
        """
        shown = person.sudo()
        for name, his in IDENTITY_FIELDS.items():
            value = vals.pop(name, False)
            if not value or value == shown[his] or self._is_shown_for_secret(value):
                continue
            raise ValidationError(
                self.env._(
                    "%(person)s is known already, and his ID is not changed by a "
                    "registration. Correct it on his contact.",
                    person=shown.display_name,
                )
            )

    @api.model
    def _is_shown_for_secret(self, value):
        """Whether this is what forms show in the place of a kept value."""
        if isinstance(value, str) and DOT in value:
            return True
        mask = SecretImage.get_mask()
        return value in (mask, mask.decode())

    def _isp_check_look(self, name):
        """The ID is that of the person: whoever links him sees no more of him."""
        result = super()._isp_check_look(name)
        if name in IDENTITY_FIELDS:
            self.partner_id._isp_check_look(IDENTITY_FIELDS[name])
        return result

    # Known already?

    @api.depends("email", "phone", "id_number", "partner_id", "other_person_ids")
    def _compute_duplicate_partner_ids(self):
        likenesses = {
            service: likeness
            for service in self
            if (likeness := service._get_likeness())
        }
        found = self._search_alike(set().union(*likenesses.values()))
        people = self.env["res.partner"].sudo()
        for service in self:
            alike = people.union(
                *(found.get(item, people) for item in likenesses.get(service, ()))
            )
            decided = service.sudo().other_person_ids | service.partner_id
            company = service.company_id
            alike = alike.filtered(
                lambda p, decided=decided, company=company: (
                    p not in decided._origin
                    and p.company_id in (company, company.browse())
                )
            )
            service.sudo().duplicate_partner_ids = alike[:SHOWN]
            service.duplicate_names = ", ".join(alike[:SHOWN].mapped("display_name"))
            service.has_duplicates = bool(alike)

    def _get_likeness(self):
        """Return what is compared with known people: a set of (what, value). It is
        empty where it was decided who he is."""
        self.ensure_one()
        if self.state in ENDED or (self._origin and not self.sudo().owns_partner):
            return set()
        phone = self.phone and self._phone_format(
            number=self.phone, country=self.country_id or self.company_id.country_id
        )
        try:
            number = self._get_id_number()
        except UserError:  # its key is missing: the form opens nevertheless
            number = ""
        likeness = {
            ("email_normalized", (self.email or "").strip().lower()),
            ("phone_sanitized", phone),
            ("id_number", number),
        }
        return {(what, value) for what, value in likeness if value}

    @api.model
    def _search_alike(self, likeness):
        """Return {(what, value): partners} for what ``_get_likeness`` gives, those of
        others too: that somebody is known is told, and his name, but no card."""
        people = self.env["res.partner"].sudo()
        values = {}
        for what, value in likeness:
            values.setdefault(what, []).append(value)
        numbers = values.pop("id_number", [])
        by_number = people._isp_find_by_id_number(numbers)
        having_one = people.search([("id", "in", list(by_number))])
        found = having_one.grouped(lambda p: ("id_number", by_number[p.id]))
        for what, wanted in values.items():
            # The same address may have been written down for thousands.
            for value, ids in people._read_group(
                [(what, "in", wanted)], [what], ["id:array_agg"]
            ):
                found[what, value] = people.browse(ids[:MOST_ALIKE])
        return found

    def _get_id_number(self):
        """Return the ID number that is typed, else that of the subscriber, or "".
        What a salesman types is compared once it is saved, which is noted."""
        typed = self.sudo().id_number or ""
        if DOT in typed or (typed and not self._is_service_admin()):
            return self.partner_id._origin._isp_get_secret("isp_id_number")
        return typed

    @api.model
    def load(self, fields, data):
        """Odoo says the fault of the bad row at the first row too, which is good, and
        counts rows from 0, without the heading: a fault names who stands there."""
        result = super().load(fields, data)
        first, *others = result["messages"] or [{}]
        if any(other["message"] == first["message"] for other in others):
            result["messages"] = others
        column = fields.index("contact_name") if "contact_name" in fields else None
        for message in result["messages"] if column is not None else ():
            name = "rows" in message and data[message["rows"]["from"]][column]
            if name:
                message["message"] = f"{name}: {message['message']}"
        return result

    @api.model
    def get_import_templates(self):
        """Offer a list to be filled in, where registrations are imported."""
        return [
            {
                "label": self.env._("Template for registrations"),
                "template": "/isp_base/static/csv/registrations.csv",
            }
        ]

    def _check_may_decide(self):
        """:raises AccessError: for who may not write down who the prospect is"""
        self.check_access("write")
        writable = self._get_writable_fields()
        if writable is not None and "partner_id" not in writable:
            self._refuse_fields({"partner_id"})

    def action_use_duplicate(self):
        """It is he: the service is that of the person who is known already.

        His card stays as it is, and what was typed stays on the registration until the
        service runs. The card that the registration has made is archived.
        """
        self.ensure_one()
        self._check_may_decide()
        known, made = self.duplicate_partner_ids, self.partner_id
        if len(known) > 1:
            raise UserError(
                self.env._(
                    "Several subscribers are alike: choose one as the known subscriber."
                )
            )
        if not known:
            return
        was_new = self.owns_partner
        self.partner_id = known
        self._message_log(
            body=self.env._(
                "Is the known subscriber %(name)s.", name=known.sudo().display_name
            )
        )
        if was_new and not made.sudo()._isp_is_in_use():
            made.sudo().active = False

    def action_not_duplicate(self):
        """Somebody else: the warning of these people goes, and is noted."""
        for service in self:
            service._check_may_decide()
            others = service.duplicate_partner_ids
            if others:
                service.sudo().other_person_ids |= others
                service._message_log(
                    body=self.env._(
                        "Somebody else than %(people)s.",
                        people=", ".join(others.sudo().mapped("display_name")),
                    )
                )
