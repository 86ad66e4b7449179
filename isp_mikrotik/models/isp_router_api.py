from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.isp_base.secret_field import Secret
from odoo.addons.isp_network.const import SECRET_GROUPS
from odoo.addons.isp_network.exceptions import NetworkError

from ..const import VENDOR
from ..routeros.facts import NEEDED_RIGHTS, USEFUL_RIGHTS, read_facts
from ..routeros.transport import Endpoint, RouterConnection, fetch_fingerprint

PORT, TLS_PORT = 8728, 8729
CLOCK_SECONDS = 120  # a clock that is wrong by more is worth a word
WAYS = frozenset({"api_host", "api_port", "api_tls"})


class IspRouter(models.Model):
    """How the API of RouterOS is reached, and what the router said last of itself."""

    _inherit = "isp.router"

    use_api = fields.Boolean("RouterOS API")

    api_host = fields.Char(
        "API Host",
        tracking=True,
        help="Name or address. Empty: the router's address.",
    )
    api_port = fields.Integer("API Port", default=TLS_PORT, tracking=True)
    api_tls = fields.Selection(
        [
            ("pinned", "Encrypted, this certificate alone"),
            ("verified", "Encrypted, certificate of an authority"),
            ("anonymous", "Encrypted, but the router could be another"),
            ("plain", "Not encrypted: passwords can be read on the way"),
        ],
        "API Security",
        default="pinned",
        required=True,
        tracking=True,
    )
    api_fingerprint = fields.Char(
        "Pinned Certificate",
        readonly=True,
        copy=False,
        tracking=True,
        help="SHA-256 of the certificate that the router must show.",
    )
    api_user = fields.Char("API User", groups=SECRET_GROUPS)
    api_password = Secret("API Password", groups=SECRET_GROUPS)
    api_timeout = fields.Integer(
        "API Timeout (s)", default=10, help="Silence after which it is given up."
    )
    api_tested = fields.Datetime("Tested", readonly=True, copy=False)
    api_identity = fields.Char("Identity", readonly=True, copy=False)
    api_board = fields.Char("Board", readonly=True, copy=False)
    api_version = fields.Char("RouterOS", readonly=True, copy=False)
    api_uptime = fields.Char("Uptime", readonly=True, copy=False)
    api_rights = fields.Char("Rights", readonly=True, copy=False)
    api_clock = fields.Char("Clock", readonly=True, copy=False)
    api_round_trip = fields.Float(
        "Round Trip (ms)", digits=(10, 1), readonly=True, copy=False
    )

    @api.onchange("api_tls")
    def _onchange_api_tls(self):
        ports = {PORT, TLS_PORT}
        if self.api_port in ports:
            self.api_port = PORT if self.api_tls == "plain" else TLS_PORT

    @api.constrains("api_port", "api_timeout", "api_host")
    def _check_api(self):
        for router in self:
            if not 0 < router.api_port < 65536:
                raise ValidationError(
                    self.env._("The API port is a number from 1 to 65535.")
                )
            if not 1 <= router.api_timeout <= 30:
                raise ValidationError(
                    self.env._(
                        "The API timeout is 1 to 30 seconds: a job waits so long."
                    )
                )
            if set(router.api_host or "") & set(" /@"):
                raise ValidationError(
                    self.env._(
                        "“%(host)s” is no host: a name or an address alone, its port "
                        "has a field.",
                        host=router.api_host,
                    )
                )

    def write(self, vals):
        """Another host is not known by the certificate of the one before."""
        if WAYS & vals.keys() and "api_fingerprint" not in vals:
            moved = self.filtered(
                lambda router: any(router[n] != vals[n] for n in WAYS & vals.keys())
            )
            super(IspRouter, moved.sudo()).write({"api_fingerprint": False})
        return super().write(vals)

    # Talking

    def _get_api_endpoint(self):
        """Return the Endpoint of this router.

        :raises UserError: that says what is not filled in yet
        """
        self.ensure_one()
        router = self.sudo()
        if not router.use_api:
            raise UserError(
                self.env._("%(router)s is not used by its API.", router=router.name)
            )
        if not (router.api_user and router.api_password):
            raise UserError(
                self.env._(
                    "%(router)s: fill in the user and the password of its API.",
                    router=router.name,
                )
            )
        if router.api_tls == "pinned" and not router.api_fingerprint:
            raise UserError(
                self.env._(
                    "%(router)s: press “Pin its certificate” first.", router=router.name
                )
            )
        return Endpoint(
            host=router.api_host or router.address,
            port=router.api_port,
            tls=router.api_tls,
            user=router.api_user,
            password=router._isp_get_secret("api_password"),
            fingerprint=router.api_fingerprint or "",
            timeout=float(router.api_timeout),
        )

    def _get_api(self):
        if self.vendor != VENDOR:
            return super()._get_api()
        return RouterConnection(self._get_api_endpoint())

    # Buttons

    def action_test_api(self):
        """Connect, log in, and say what answers there."""
        self._check_may_use_api()
        try:
            with self._open_api() as connection:
                facts = read_facts(connection)
        except NetworkError as error:
            return self._notify_api("danger", str(error))
        self._note_health(facts.health)
        lacking = self._write_facts(facts)
        if lacking:
            return self._notify_api("warning", lacking)
        return self._notify_api(
            "success",
            self.env._(
                "%(identity)s answers: %(board)s, RouterOS %(version)s.",
                identity=facts.identity,
                board=facts.health.board,
                version=facts.health.version,
            ),
        )

    def _write_facts(self, facts):
        """Keep what the router said; return in words what is wrong with it, or ""."""
        lacks = [] if facts.rights is None else _get_lacking(facts.rights)
        problems = []
        rights = ", ".join(sorted(facts.rights or ()))
        if facts.rights is None:
            rights = self.env._("not known")
        if set(lacks) & set(NEEDED_RIGHTS):
            problems.append(
                self.env._(
                    "The user lacks the rights %(rights)s: the router will refuse "
                    "changes.",
                    rights=", ".join(lacks),
                )
            )
        elif lacks:
            problems.append(
                self.env._(
                    "The user lacks the right “sensitive”: passwords on the router "
                    "cannot be compared."
                )
            )
        if facts.clock is not None and abs(facts.clock) > CLOCK_SECONDS:
            problems.append(self._describe_clock(facts.clock))
        self.sudo().write(
            {
                "api_tested": fields.Datetime.now(),
                "api_identity": facts.identity,
                "api_rights": rights,
                "api_round_trip": 1000 * facts.round_trip,
                "api_clock": facts.clock is not None
                and self._describe_clock(facts.clock),
            }
        )
        return "\n".join(problems)

    def _describe_clock(self, seconds):
        if abs(seconds) <= CLOCK_SECONDS:
            return self.env._("right")
        minutes = round(abs(seconds) / 60)
        if seconds > 0:
            return self.env._("Its clock is %(n)s minutes fast.", n=minutes)
        return self.env._("Its clock is %(n)s minutes slow.", n=minutes)

    def action_pin_certificate(self):
        """Ask the router for its certificate, and a person whether it is the one."""
        self._check_may_use_api()
        try:
            shown = fetch_fingerprint(
                self.api_host or self.address, self.api_port, float(self.api_timeout)
            )
        except NetworkError as error:
            return self._notify_api("danger", str(error))
        if not shown:
            return self._notify_api(
                "danger",
                self.env._(
                    "The router has no certificate. Make one there, or choose another "
                    "security knowingly."
                ),
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_mikrotik.isp_router_pin_action"
        )
        pin = self.env["isp.router.pin"].create(
            {"router_id": self.id, "fingerprint": shown}
        )
        return {**action, "res_id": pin.id}

    def _notify_api(self, kind, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "sticky": kind != "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


def _get_lacking(rights):
    return [right for right in (*NEEDED_RIGHTS, *USEFUL_RIGHTS) if right not in rights]
