import base64
from collections.abc import Callable

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from .. import vault
from ..const import (
    ID_NUMBERS_A_DAY,
    IDENTITY_FIELDS,
    IDENTITY_GROUPS,
    SERVICE_GROUPS,
)
from ..pictures import is_picture
from ..secret_field import DOT, Secret, SecretImage


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "isp.secret.mixin"]

    isp_id_type = fields.Selection(
        [
            ("card", "ID card"),
            ("passport", "Passport"),
            ("business", "Business registration"),
        ],
        "ID Type",
        default=lambda self: self._isp_get_default_id_type(),
        groups=IDENTITY_GROUPS,
    )
    isp_id_number = Secret(
        "ID Number", groups=IDENTITY_GROUPS, shown_end=4, marked=True
    )
    isp_id_photo = SecretImage(
        "Photo of the ID Card",
        max_width=1920,
        max_height=1920,
        groups=IDENTITY_GROUPS,
    )
    isp_service_ids = fields.One2many(
        "isp.service", "partner_id", "Internet Services", groups=SERVICE_GROUPS
    )
    isp_transfer_ids = fields.One2many(
        "stock.picking", "partner_id", "Transfers", groups=fields.NO_ACCESS
    )
    isp_head_id = fields.Many2one(
        "res.partner",
        "Head",
        compute="_compute_isp_head_id",
        search="_search_isp_head_id",
        groups=fields.NO_ACCESS,
    )
    isp_is_subscriber = fields.Boolean(
        "Has Internet Services",
        compute="_compute_isp_is_subscriber",
        store=True,
        groups=fields.NO_ACCESS,
    )
    isp_is_shown = fields.Boolean(
        "Card is Shown",
        compute="_compute_isp_is_shown",
        search="_search_isp_is_shown",
        groups=fields.NO_ACCESS,
    )
    isp_service_count = fields.Integer(
        "Number of Internet Services",
        compute="_compute_isp_service_count",
        groups=SERVICE_GROUPS,
    )

    # For record rules: Odoo would join all contacts with their commercial entities, and
    # who has services is asked by each reading of a contact, so it is stored.

    @api.depends("commercial_partner_id")
    def _compute_isp_head_id(self):
        for partner in self:
            partner.isp_head_id = partner.commercial_partner_id

    @api.model
    def _search_isp_head_id(self, operator, value):
        if operator not in ("any", "any!"):
            return NotImplemented
        bypass = operator == "any!"
        heads = self._search(value, active_test=False, bypass_access=bypass)
        return Domain("commercial_partner_id", operator, heads)

    @api.depends("isp_service_ids", "commercial_partner_id.isp_service_ids")
    def _compute_isp_is_subscriber(self):
        for partner in self:
            both = partner | partner.commercial_partner_id
            partner.isp_is_subscriber = bool(both.isp_service_ids)

    # For rules on what tells of people: they are searched in sudo, with the user's id.

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_isp_is_shown(self):
        shown = self.sudo(False)._filtered_access("read")
        for partner in self:
            partner.isp_is_shown = partner.sudo(False) in shown

    @api.model
    def _search_isp_is_shown(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        shown = self.sudo(False).with_context(active_test=False)._search([])
        return Domain("id", "in", shown)

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._isp_clean_id_vals(vals) for vals in vals_list]
        partners = super().create(vals_list)
        for partner, vals in zip(partners, vals_list, strict=True):
            partner._isp_count_id_numbers(vals)
        return partners

    def write(self, vals):
        self._isp_check_identity(vals)
        result = super().write(self._isp_clean_id_vals(vals))
        self._isp_count_id_numbers(vals)
        return result

    def _isp_count_id_numbers(self, vals):
        """Note whose ID number somebody has written down who is no administrator. He is
        told who else has it, so there is an end of trying.

        :raises UserError: when it is more than anybody meets in a day
        """
        number = vals.get("isp_id_number")
        if not self or not number or DOT in number:
            return
        if self.env["isp.service"]._is_service_admin():
            return
        looks = self.env["isp.secret.access"]
        looks._note(self, "isp_id_number", "written")
        lately = [
            ("user_id", "=", self.env.uid),
            ("way", "=", "written"),
            ("date", ">=", fields.Datetime.subtract(fields.Datetime.now(), days=1)),
        ]
        if looks.sudo().search_count(lately) > ID_NUMBERS_A_DAY:
            raise UserError(
                self.env._(
                    "You have written down %(count)d ID numbers within a day. Ask an "
                    "administrator of internet services to write down the others.",
                    count=ID_NUMBERS_A_DAY,
                )
            )

    @api.model
    def _isp_clean_id_vals(self, vals):
        if not vals.get("isp_id_number"):
            return vals
        number = self._isp_clean_id_number(vals["isp_id_number"])
        return {**vals, "isp_id_number": number}

    def _compute_isp_service_count(self):
        counts = dict(
            self.env["isp.service"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.isp_service_count = counts.get(partner, 0)

    @api.constrains("isp_id_number")
    def _check_isp_id_number(self):
        numbers = self._isp_get_secrets("isp_id_number")
        for partner in self.sudo().filtered(lambda p: p.id in numbers):
            problem = self._isp_get_id_number_problem(
                partner.isp_id_type, numbers[partner.id]
            )
            if problem:
                raise ValidationError(problem)

    @api.constrains("isp_id_type")
    def _check_isp_id_type(self):
        """A number that is written together with it is checked after it."""
        field = self._fields["isp_id_number"]
        known = self.filtered(lambda p: not self.env.is_protected(field, p))
        known._check_isp_id_number()

    def _isp_check_identity(self, vals):
        """:raises AccessError: when these values are those of somebody whose ID is not
        for this user"""
        if not vals.keys().isdisjoint(IDENTITY_FIELDS.values()):
            self._isp_check_look("isp_id_number")

    def _isp_check_look(self, name):
        """A salesman knows whose ID it is by having registered him, not by linking a
        subscriber of somebody else; that of somebody without services is written down
        by whoever meets him."""
        result = super()._isp_check_look(name)
        if others := self._isp_get_of_others():
            raise AccessError(
                self.env._(
                    "%(names)s: a subscriber of somebody else. His ID is for who has "
                    "registered him, and for administrators.",
                    names=", ".join(others.mapped("display_name")),
                )
            )
        return result

    def _isp_get_of_others(self):
        """Return those of these people who are subscribers of somebody else, or belong
        to one: the user has registered none of their services."""
        services = self.env["isp.service"]
        if not self or services._is_service_admin():
            return self.browse()
        whose = [("partner_id", "in", self.ids)]
        every = services.sudo().search(whose)
        seen = services.search(whose) if services.has_access("read") else services
        registered = seen.filtered("owns_partner").partner_id
        foreign = (every - seen.sudo()).partner_id.sudo(False)
        above = self.sudo().commercial_partner_id.sudo(False) - self
        of_others = above._isp_get_of_others()
        below = self.filtered(
            lambda card: card.sudo().commercial_partner_id in of_others
        )
        return (foreign | below) - registered

    @api.model
    def _isp_find_by_id_number(self, numbers) -> dict[int, str]:
        """Return {id: ID number} of the partners of all companies that have one of
        these."""
        wanted = [number.encode() for number in numbers]
        found = vault.find(self.env.cr, self._name, "isp_id_number", wanted)
        return {partner_id: number.decode() for partner_id, number in found.items()}

    # Types of ID: the country's addon answers

    @api.model
    def _isp_get_default_id_type(self) -> str:
        """Return the type of ID that most subscribers of the company have."""
        return "card"

    @api.model
    def _isp_get_id_type_words(self) -> dict[str, tuple[str, ...]]:
        """Return the words, in small letters, by which lists name each type of ID."""
        return {
            "card": ("card", "id card", "identity card"),
            "passport": ("passport",),
            "business": ("business",),
        }

    @api.model
    def _isp_clean_id_number(self, number: str) -> str:
        """Return the number of an ID without what people put between its digits."""
        return number.strip()

    @api.model
    def _isp_get_id_number_problem(self, id_type: str, number: str) -> str | None:
        """Return why no ID of this type has this number, as a sentence; else None."""
        check = self._isp_get_id_number_checks().get(id_type)
        return check(number) if check else None

    @api.model
    def _isp_get_id_number_checks(self) -> dict[str, Callable[[str], str | None]]:
        """Return {type of ID: function that says what is wrong with a number of it}."""
        return {}

    @api.constrains("isp_id_photo")
    def _check_isp_id_photo(self):
        for photo in self._isp_get_secrets("isp_id_photo").values():
            if not is_picture(base64.b64decode(photo)):
                raise ValidationError(
                    self.env._(
                        "The photo of the ID card is not a picture. Take a JPEG, PNG "
                        "or WebP file."
                    )
                )

    def _isp_get_lacking_id(self, known) -> dict:
        """Return what ``known``, a partner, takes over of the ID of this one: vals of
        what he has none of. They hold secrets."""
        vals = {
            name: self._isp_get_secret(name)
            for name in ("isp_id_number", "isp_id_photo")
            if self[name] and not known[name]
        }
        if "isp_id_number" in vals:
            vals["isp_id_type"] = self.isp_id_type
        return vals

    def _isp_is_in_use(self) -> bool:
        """Whether something of the provider hangs on this partner, in sudo.

        Hook: who signed up for the portal is merged into the subscriber that he proves
        to be only while it is False. An addon that makes records of a partner, such as
        invoices, answers for them by super().
        """
        self.ensure_one()
        return bool(self.isp_service_ids)

    def action_view_isp_services(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_base.isp_service_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
