import base64
from collections.abc import Callable

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import IDENTITY_GROUPS, SERVICE_GROUPS
from ..pictures import is_picture


class ResPartner(models.Model):
    _inherit = "res.partner"

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
    isp_id_number = fields.Char(
        "ID Number", copy=False, index="btree_not_null", groups=IDENTITY_GROUPS
    )
    isp_id_photo = fields.Image(
        "Photo of the ID Card",
        max_width=1920,
        max_height=1920,
        copy=False,
        groups=IDENTITY_GROUPS,
    )
    isp_service_ids = fields.One2many(
        "isp.service", "partner_id", "Internet Services", groups=SERVICE_GROUPS
    )
    isp_service_count = fields.Integer(
        "Number of Internet Services",
        compute="_compute_isp_service_count",
        groups=SERVICE_GROUPS,
    )

    def _compute_isp_service_count(self):
        counts = dict(
            self.env["isp.service"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.isp_service_count = counts.get(partner, 0)

    @api.constrains("isp_id_type", "isp_id_number")
    def _check_isp_id_number(self):
        for partner in self.sudo().filtered("isp_id_number"):
            problem = self._isp_get_id_number_problem(
                partner.isp_id_type, partner.isp_id_number
            )
            if problem:
                raise ValidationError(problem)

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
        for partner in self.sudo().filtered("isp_id_photo"):
            if not is_picture(base64.b64decode(partner.isp_id_photo)):
                raise ValidationError(
                    self.env._(
                        "The photo of the ID card is not a picture. Take a JPEG, PNG "
                        "or WebP file."
                    )
                )

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
