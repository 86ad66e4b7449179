import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.mail.tools import link_preview

from ..outside import OutsideSession, is_outside, leads_outside
from .common import IspCommon

PAGE = (
    b'<html><head><title>x</title><meta property="og:title" content="INSIDE"/></head>'
)


class _Inside(BaseHTTPRequestHandler):
    """A page of the house, as routers have one."""

    asked = 0

    def do_GET(self):
        type(self).asked += 1
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_args):
        pass


@tagged("post_install", "-at_install", "isp_together")
class TestOutside(IspCommon, HttpCase):
    """What users write as a link leads the server to no device of the house."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = HTTPServer(("127.0.0.1", 0), _Inside)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        cls.inside = f"http://127.0.0.1:{server.server_port}/"

    def setUp(self):
        super().setUp()
        _Inside.asked = 0

    def _preview(self, path, **params):
        body = json.dumps({"jsonrpc": "2.0", "params": params})
        headers = {"Content-Type": "application/json"}
        return self.url_open(path, data=body, headers=headers)

    def test_addresses(self):
        for address in ("127.0.0.1", "10.0.0.1", "192.168.88.1", "100.64.0.1", "::1"):
            self.assertFalse(is_outside(address), address)
        for address in (
            "169.254.169.254",
            "::ffff:127.0.0.1",
            "fe80::1%eth0",
            "0.0.0.0",
        ):
            self.assertFalse(is_outside(address), address)
        self.assertTrue(is_outside("8.8.8.8"))
        for url in ("file:///etc/passwd", "gopher://8.8.8.8/", "http://localhost/", ""):
            self.assertFalse(leads_outside(url), url)

    def test_nobody_reads_a_page_of_the_house(self):
        for role in (None, "portal", "technician", "manager"):
            login = self.users[role].login if role else None
            self.authenticate(login, login)
            for path in (
                "/html_editor/link_preview_external",
                "/html_editor/link_preview_internal",
            ):
                answer = self._preview(path, preview_url=self.inside)
                self.assertNotIn("INSIDE", answer.text, f"{role} {path}")
        self.assertFalse(_Inside.asked)

    def test_a_message_fetches_nothing_of_the_house(self):
        message = self.subscriber.message_post(body="x")
        message.body = f"<a href='{self.inside}'>look</a>"
        self.env["mail.link.preview"]._create_from_message_and_notify(message)
        self.assertFalse(_Inside.asked)
        self.assertFalse(message.message_link_preview_ids)

    def test_a_name_that_changes_its_address_is_no_way_in(self):
        """What is asked is where the connection has come to."""
        with OutsideSession() as session:
            self.assertFalse(
                link_preview.get_link_preview_from_url(self.inside, session)
            )
        self.assertFalse(_Inside.asked)

    def test_who_works_here_sees_pages_of_the_internet(self):
        self.authenticate(self.sales.login, self.sales.login)
        with patch("odoo.addons.isp_base.outside.is_outside", return_value=True):
            answer = self._preview(
                "/html_editor/link_preview_external", preview_url=self.inside
            )
        self.assertIn("INSIDE", answer.text)
