import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server
from tempfile import TemporaryDirectory
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from odoo.tests import tagged

from ..health import OK, PROBLEM, WARNING
from .common import IspCommon


@contextmanager
def web_server(end):
    """A server of one connection whose certificate ends then; its port."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "isp.example")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(1)
        .not_valid_before(end - timedelta(days=90))
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    kind = serialization.Encoding.PEM
    clear = serialization.NoEncryption()
    shape = serialization.PrivateFormat.PKCS8
    with TemporaryDirectory() as folder, create_server(("127.0.0.1", 0)) as server:
        file = Path(folder, "both.pem")
        file.write_bytes(
            key.private_bytes(kind, shape, clear) + certificate.public_bytes(kind)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)

        def answer():
            line, _sender = server.accept()
            line.settimeout(10)
            with line, context.wrap_socket(line, server_side=True) as secure:
                secure.recv(1)

        thread = Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


@tagged("post_install", "-at_install")
class TestCertificate(IspCommon):
    def _find(self, url):
        self.env["ir.config_parameter"].set_param("web.base.url", url)
        return self.env["isp.health.check"]._measure_certificate()

    def test_a_certificate_that_ends_soon_is_told(self):
        for days, state in ((60, OK), (10, WARNING), (2, PROBLEM), (-1, PROBLEM)):
            end = datetime.now(UTC) + timedelta(days=days)
            with web_server(end) as port:
                found = self._find(f"https://127.0.0.1:{port}")
            self.assertEqual(found.state, state, days)
            self.assertIn(str(end.year), found.measured)
            self.assertEqual(bool(found.advice), state != OK)

    def test_a_web_server_that_does_not_answer_is_told(self):
        with create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        found = self._find(f"https://127.0.0.1:{port}")
        self.assertEqual(found.state, WARNING)
        self.assertIn("refused", found.measured)
        self.assertEqual(self._find("http://isp.example").state, OK)
