import re
import secrets
import string
import unicodedata

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import CREDENTIAL_GROUPS
from ..secret_field import Secret
from ..usernames import can_be_carried, fold

PASSWORD_LENGTH = 12
PASSWORD_ALPHABET = "".join(
    sorted(set(string.ascii_letters + string.digits) - set("0O1lIi5S2Zz8B"))
)
USERNAME_FORBIDDEN = re.compile(r"[^a-z0-9._@-]+")
PASSWORD_VALID = re.compile(r"[!-~]{8,64}")
LONGEST_PASSWORD = 128  # bytes of a User-Password of RADIUS (RFC 2865)


class IspService(models.Model):
    """Making and judging a subscriber's user name and password.

    A name is kept as its device sends it; two that differ in capitals alone are one.
    Names and passwords that are made here are of what needs no quoting anywhere.
    """

    _inherit = "isp.service"

    username = fields.Char("User Name", copy=False, index="trigram")
    username_key = fields.Char(
        "User Name in Small Letters",
        compute="_compute_username_key",
        store=True,
        index=True,
        export_string_translation=False,
    )
    password = Secret(groups=CREDENTIAL_GROUPS)
    date_taken_over = fields.Date("Taken Over On", readonly=True, copy=False)

    _username_uniq = models.UniqueIndex(
        '(lower(username COLLATE "C"))',
        "This user name belongs to another subscriber: choose another.",
    )

    @api.depends("username")
    def _compute_username_key(self):
        for service in self:
            service.username_key = fold(service.username) or False

    @api.constrains("username", "password")
    def _check_credentials(self):
        services = self.sudo()
        passwords = services._isp_get_secrets("password")
        for service in services:
            if service.username:
                service._check_username_format(service.username)
            if service.id in passwords:
                service._check_password_format(passwords[service.id])

    @api.model
    def _generate_password(self):
        """Return 12 random characters without look-alikes such as O and 0."""
        return "".join(
            secrets.choice(PASSWORD_ALPHABET) for _ in range(PASSWORD_LENGTH)
        )

    @api.model
    def _clean_username(self, text):
        """Return text in lower case, reduced to a-z 0-9 . _ @ -, 60 at most."""
        ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore")
        cleaned = USERNAME_FORBIDDEN.sub("", ascii_text.decode().lower())
        return cleaned.lstrip("._@-")[:60]

    @api.model
    def _check_username_format(self, username):
        if not can_be_carried(username or ""):
            raise ValidationError(
                self.env._(
                    "The user name “%(name)s” cannot be used: 1 to 253 characters, "
                    "without tabs, line ends and signs that could not be read.",
                    name=username,
                )
            )

    def _check_password_format(self, password):
        """What a taken over service brought along is kept until it is changed."""
        if self.date_taken_over:
            self._check_kept_password(password)
        elif not PASSWORD_VALID.fullmatch(password or ""):
            raise ValidationError(
                self.env._(
                    "This password cannot be used: 8 to 64 letters, digits and signs, "
                    "without spaces and accents."
                )
            )

    @api.model
    def _check_kept_password(self, password):
        """A password that a subscriber's router knows already may be any that it can
        send.

        :raises ValidationError: when it has control characters, signs that could not be
            read or over 128 bytes
        """
        if not can_be_carried(password, LONGEST_PASSWORD):
            raise ValidationError(
                self.env._(
                    "This password cannot be used: 1 to 128 characters, without tabs, "
                    "line ends and signs that could not be read."
                )
            )

    @api.model
    def _create_checked(self, vals_list):
        for vals in vals_list:
            self._normalize_credentials_vals(vals)
        self._check_usernames_free(vals_list)
        return super()._create_checked(vals_list)

    def _write_checked(self, vals):
        self._normalize_credentials_vals(vals)
        self._check_usernames_free([vals])
        return super()._write_checked(vals)

    def _check_usernames_free(self, vals_list):
        """Refuse what others have, in words that name it. Names are once in the whole
        database, as FreeRADIUS knows no companies: of other companies' nothing is said
        but that it cannot be used."""
        names = [vals["username"] for vals in vals_list if vals.get("username")]
        if not names:
            return
        taken = self._find_by_username(names) - self
        keys = [fold(name) for name in names]
        repeated = {
            n for n, key in zip(names, keys, strict=True) if keys.count(key) > 1
        }
        ours = taken.filtered(lambda s: s.company_id in self.env.companies)
        named = repeated.union(ours.mapped("username"))
        if named:
            raise ValidationError(
                self.env._(
                    "The user name %(names)s belongs to another subscriber: choose "
                    "another.",
                    names=", ".join(sorted(named)),
                )
            )
        if taken:
            raise ValidationError(
                self.env._(
                    "The user name %(names)s cannot be used: choose another.",
                    names=", ".join(sorted(taken.mapped("username"))),
                )
            )

    @api.model
    def _find_by_username(self, names):
        """Return the services, of whatever company and in sudo, that have one of these
        user names, without regard to case."""
        keys = {fold(name) for name in names if name}
        domain = Domain("username_key", "in", list(keys))
        return self.sudo().with_context(active_test=False).search(domain)

    def _normalize_credentials_vals(self, vals):
        """Blanks around a name that is typed are slips; those of a name that a device
        sends already are a part of it."""
        if "username" in vals:
            name = vals["username"] or ""
            is_kept = vals.get("date_taken_over") or name in self.mapped("username")
            bare = name.strip()
            vals["username"] = (name if bare and is_kept else bare) or False

    def action_generate_credentials(self):
        """Make a new password, and a user name where there is none."""
        for service in self:
            service.write(
                {
                    "username": service.username or service._get_free_username(),
                    "password": service._generate_password(),
                }
            )

    def _ensure_credentials(self):
        """Generate for those that have no complete pair yet."""
        incomplete = self.filtered(lambda s: not (s.username and s.sudo().password))
        incomplete.sudo().action_generate_credentials()

    def _get_free_username(self):
        """Return the pattern's user name, with -2, -3… if it is taken."""
        self.ensure_one()
        values = {
            "number": self.name,
            "name": self.contact_name or "",
            "phone": self.phone or "",
            "area": self.area_id.name or "",
            "pop": self.pop_id.code or "",
        }
        pattern = self.company_id.isp_username_pattern
        base = self._clean_username(pattern.format(**values))
        if len(base) < 3:
            base = self._clean_username(self.name)
        taken = set(
            self.sudo()
            .with_context(active_test=False)
            .search([("username_key", "=like", base.replace("_", r"\_") + "%")])
            .mapped("username_key")
        )
        if base not in taken:
            return base
        number = next(n for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)
        return f"{base}-{number}"
