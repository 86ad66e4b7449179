import ssl
from datetime import timedelta
from socket import create_connection
from urllib.parse import urlsplit

from cryptography import x509

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..health import OK, PROBLEM, WARNING, Check, Finding

TIMEOUT = 5  # seconds
# certbot renews 30 days before the end; what is not renewed by then has failed.
EARLY, LATE = timedelta(days=21), timedelta(days=4)


class IspHealthCheck(models.TransientModel):
    """Until when the certificate holds that visitors are shown."""

    _inherit = "isp.health.check"

    @api.model
    def _get_checks(self) -> list[Check]:
        return super()._get_checks() + [
            Check("certificate", self.env._("Certificate of the web server"))
        ]

    def _measure_certificate(self):
        base = self.env["ir.config_parameter"].get_param("web.base.url") or ""
        parts = urlsplit(base)
        if parts.scheme != "https":
            return Finding(OK, self.env._("The address is not HTTPS: there is none."))
        try:
            end = _read_end(parts.hostname, parts.port or 443)
        except OSError as error:
            return Finding(
                WARNING,
                self.env._("%(url)s does not answer: %(error)s", url=base, error=error),
                self.env._(
                    "Look whether the web server runs, and whether this machine finds "
                    "its own address."
                ),
            )
        left = end - fields.Datetime.now()
        found = self.env._(
            "It holds until %(date)s.", date=format_datetime(self.env, end)
        )
        if left > EARLY:
            return Finding(OK, found)
        return Finding(
            PROBLEM if left < LATE else WARNING,
            found,
            self.env._("Renew it (certbot renew), and let the web server load it."),
        )


def _read_end(host, port):
    """Return when the certificate of this server ends (datetime, UTC without zone),
    whoever signed it.

    :raises OSError: when the server does not answer in TIMEOUT, or speaks no TLS
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        create_connection((host, port), TIMEOUT) as line,
        context.wrap_socket(line, server_hostname=host) as secure,
    ):
        found = secure.getpeercert(binary_form=True)
    end = x509.load_der_x509_certificate(found).not_valid_after_utc
    return end.replace(tzinfo=None)
