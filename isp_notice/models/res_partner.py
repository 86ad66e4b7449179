import re

from odoo import fields, models
from odoo.exceptions import AccessError

from odoo.addons.isp_base.const import SERVICE_GROUPS


class ResPartner(models.Model):
    """Whether a subscriber wants messages on his phone, since when, and how we know."""

    _inherit = "res.partner"

    isp_notice_consent = fields.Selection(
        [("yes", "Wants messages"), ("no", "Wants none")],
        "Messages on the Phone",
        readonly=True,
        copy=False,
        tracking=True,
        groups=SERVICE_GROUPS,
        help="Empty: not asked yet; he is told what belongs to his contract.",
    )
    isp_notice_consent_date = fields.Datetime(
        "Since", readonly=True, copy=False, groups=SERVICE_GROUPS
    )
    isp_notice_consent_source = fields.Char(
        "Known By", readonly=True, copy=False, groups=SERVICE_GROUPS
    )

    def _isp_note_consent(self, consent: str, source: str) -> None:
        """Note whether these people want messages.

        :param consent: "yes" or "no"
        :param source: in words how we know
        """
        self.sudo().write(
            {
                "isp_notice_consent": consent,
                "isp_notice_consent_date": fields.Datetime.now(),
                "isp_notice_consent_source": source,
            }
        )

    def action_isp_allow_notices(self):
        self._isp_note_what_he_said("yes")

    def action_isp_stop_notices(self):
        self._isp_note_what_he_said("no")

    def _isp_note_what_he_said(self, consent):
        self.check_access("write")
        if not self.env.user.has_group("isp_base.isp_base_group_sales"):
            raise AccessError(
                self.env._("Only who takes care of subscribers may do this.")
            )
        self._isp_note_consent(consent, self.env._("Told to %s", self.env.user.name))

    def _isp_get_notice_phone(self, company) -> str:
        """Return the digits of his number with the country's code; "" without one."""
        if not self:
            return ""
        number = self.phone_sanitized or self._phone_format(
            number=self.phone, country=self.country_id or company.country_id
        )
        return re.sub(r"\D", "", number or "")
