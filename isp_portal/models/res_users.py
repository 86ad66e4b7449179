import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import email_normalize, hash_sign, urls, verify_hash_signed

_logger = logging.getLogger(__name__)

SCOPE = "isp_portal_email"
LINK_HOURS = 72
RESETS_PER_ACCOUNT = 3  # within an hour
MAY_READDRESS = ("isp_base.isp_base_group_admin", "base.group_erp_manager")


class ResUsers(models.Model):
    """An account is whose address it was: a changed e-mail address is told to the one
    before, and mails to choose a password go there until the new one is confirmed."""

    _name = "res.users"
    _inherit = ["res.users", "isp.notice.mixin"]
    _proves_address = True

    isp_confirmed_email = fields.Char(
        "Confirmed E-mail",
        readonly=True,
        copy=False,
        groups="base.group_erp_manager",
        help="Empty: the address that the account has. Else mails to choose a password "
        "go here until another address is confirmed.",
    )

    def _isp_check_may_readdress(self):
        """:raises AccessError: when neither the person himself nor who takes care of
        him writes his address"""
        actor = self.env.user
        if self.env.su or actor == self or any(map(actor.has_group, MAY_READDRESS)):
            return
        person = self.sudo().partner_id.with_env(self.env)
        theirs = Domain("partner_id", "=", person.id) & (
            Domain("owns_partner", "=", True) | Domain("state", "=", "active")
        )
        services = self.env["isp.service"]
        if (
            not services.has_access("write")
            or not services.search_count(theirs)
            or person._isp_get_of_others()
        ):
            raise AccessError(
                self.env._(
                    "%(name)s has an account for the portal. Only who takes care of "
                    "his services changes his e-mail address.",
                    name=self.sudo().name,
                )
            )

    def _isp_readdressed(self, before):
        """Tell the address of before, and ask the new one. An account that nobody has
        used yet is nobody's: its invitation may be sent anew."""
        user = self.sudo()
        if not user.login_date:
            return
        user.isp_confirmed_email = user.isp_confirmed_email or before or user.login
        if not user._isp_email_waits():
            return
        if email_normalize(user.isp_confirmed_email):
            user._notify_subscriber("email_changed")
        if user.email_normalized:
            user._notify_subscriber("email_confirm", isp_link=user._isp_get_link())

    def _get_notice_email(self):
        return self.email

    def _isp_email_waits(self):
        """Whether the address of this account was changed and is not confirmed."""
        confirmed = self.sudo().isp_confirmed_email
        return bool(confirmed) and email_normalize(confirmed) != self.email_normalized

    def _isp_get_link(self):
        payload = [self.id, self.email_normalized]
        token = hash_sign(self.sudo().env, SCOPE, payload, expiration_hours=LINK_HOURS)
        return urls.urljoin(self.get_base_url(), f"/web/email/confirm?token={token}")

    @api.model
    def _isp_find_by_link(self, token):
        """Return the user in sudo whose present address this confirms, or none."""
        try:
            payload = verify_hash_signed(self.sudo().env, SCOPE, token)
        except ValueError:
            payload = None
        if not payload:
            return self.sudo().browse()
        user_id, email = payload
        user = self.sudo().browse(user_id).exists()
        return user.filtered(lambda u: u.active and u.email_normalized == email)

    def _isp_confirm_email(self):
        self.isp_confirmed_email = False

    # Choosing another password

    @api.model
    def _isp_send_reset(self, login):
        """Mail the link to choose another password, where there is such an account; a
        job, so that the page answers the same, as soon, whether there is one."""
        users = self.sudo()
        found = users.search(self._get_login_domain(login)) or users.search(
            self._get_email_domain(login)
        )
        throttle = self.env["isp.throttle"]
        if len(found) != 1 or not throttle._hit(
            "reset_account", str(found.id), RESETS_PER_ACCOUNT
        ):
            _logger.info("Password reset: %s accounts found, no mail", len(found))
            return
        try:
            found.action_reset_password()
        except UserError as error:
            _logger.info("Password reset of user %s: %s", found.id, error)

    def _action_reset_password(self, signup_type="reset"):
        waiting = self.filtered(lambda user: user._isp_email_waits())
        for user in waiting:
            user._isp_mail_reset(signup_type)
        others = self - waiting
        return not others or super(ResUsers, others)._action_reset_password(signup_type)

    def _isp_mail_reset(self, signup_type):
        """Mail the link to the address that is confirmed.

        :raises UserError: when the account never had one
        """
        email = email_normalize(self.sudo().isp_confirmed_email)
        if not email:
            raise UserError(
                self.env._(
                    "The e-mail address of %(name)s was changed, and he has not "
                    "confirmed it yet.",
                    name=self.name,
                )
            )
        self.partner_id.signup_prepare(signup_type=signup_type)
        template = self.env.ref("isp_portal.isp_portal_mail_reset").sudo()
        link = self.partner_id.sudo()._get_signup_url()
        template.with_context(isp_link=link).send_mail(
            self.id, force_send=True, email_values={"email_to": email}
        )
