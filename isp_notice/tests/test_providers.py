import json
import sys
import unittest
from pathlib import Path

from odoo.tests import tagged

from .common import NoticeCommon

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "meta": {"account": "106540352242922", "token": "meta-token", "secret": "app"},
    "waha": {"token": "waha-key", "secret": "waha-hmac"},
    "fonnte": {"token": "fonnte-token"},
    "wablas": {"token": "wablas-token", "secret": "wablas-secret"},
}


@tagged("post_install", "-at_install")
class TestProviders(NoticeCommon):
    """The outbox and each provider, over a real socket."""

    has_peer = False

    @classmethod
    def setUpClass(cls):
        if not (PROJECT / "simulator").is_dir():
            raise unittest.SkipTest("the simulator of the project is not here")
        super().setUpClass()
        sys.path.insert(0, str(PROJECT))
        cls.addClassCleanup(sys.path.remove, str(PROJECT))

    def _each(self):
        """Yield (provider, the peer of it, a number there)."""
        from simulator.whatsapp.control import Background

        for provider, settings in SETTINGS.items():
            with self.subTest(provider), Background(provider) as peer:
                self.gateway.active = False
                self.gateway = self._create_gateway(
                    provider, provider=provider, url=peer.url, **settings
                )
                yield provider, peer, self.gateway

    def test_each_message_arrives_once(self):
        for _provider, peer, gateway in self._each():
            gateway.parallel = 4
            messages = [self._tell() for _number in range(10)]
            self._send()
            self.assertEqual({m.state for m in messages}, {"sent"})
            self.assertEqual(peer.run("counts")["messages"], 10)
            self.assertEqual(len({m.provider_ref for m in messages}), 10)

    def test_what_is_cut_off_is_uncertain_and_not_sent_again(self):
        for _provider, peer, _gateway in self._each():
            message = self._tell()
            peer.run("fault", kind="cut", count=1)
            self._send()
            self._send()
            self.assertEqual(message.state, "uncertain")
            self.assertEqual(peer.run("counts")["messages"], 1)

    def test_a_provider_who_is_away_is_tried_again(self):
        for _provider, peer, gateway in self._each():
            message = self._tell()
            gateway.url = "http://127.0.0.1:9"
            self._send()
            self.assertEqual((message.state, message.attempts), ("waiting", 1))
            gateway.url, message.send_after = peer.url, False
            self._send()
            self.assertEqual(message.state, "sent")

    def test_a_banned_number_is_stopped(self):
        for _provider, peer, gateway in self._each():
            message = self._tell()
            peer.run("fault", kind="banned")
            self._send()
            self.assertEqual((gateway.state, message.state), ("stopped", "waiting"))

    def test_a_number_of_which_the_provider_says_that_it_sends_no_more(self):
        bad = {"waha": "SCAN_QR_CODE", "fonnte": "disconnect"}
        bad["wablas"] = "disconnected"
        for provider, peer, gateway in self._each():
            if provider not in bad:  # Meta tells it when something is sent
                continue
            message = self._tell()
            hook = json.dumps(peer.peer.get_health_hook(bad[provider])).encode()
            gateway._take_hook(peer.peer.sign(hook), hook)
            self.assertEqual(gateway.state, "stopped", provider)
            self.assertTrue(gateway.state_reason)
            self._send(gateway=gateway)
            self.assertEqual(message.state, "waiting")

    def test_a_session_that_begins_stops_nothing(self):
        for provider, peer, gateway in self._each():
            if provider == "waha":
                hook = json.dumps(peer.peer.get_health_hook("STARTING")).encode()
                gateway._take_hook(peer.peer.sign(hook), hook)
                self.assertEqual(gateway.state, "active")

    def test_a_document_goes_as_a_file_where_the_number_sends_files(self):
        services = self.registry["isp.service"]
        self.patch(services, "_has_notice_document", lambda service: True)
        for provider, peer, gateway in self._each():
            if provider == "wablas":  # knows links alone
                continue
            for gateway.send_files in (False, True):
                message = self._tell()
                self._send()
                self.assertEqual(message.state, "sent", provider)
            by_link, by_file = peer.peer.received
            self.assertIn("/isp/notice/document/", by_link.text)
            self.assertFalse(by_link.document)
            self.assertEqual(by_file.text, "From 8:00")
            self.assertTrue(message.text.endswith(by_file.document))

    def test_a_number_is_checked_before_it_sends(self):
        for _provider, _peer, gateway in self._each():
            action = self._as("manager", gateway).action_check()
            self.assertEqual(action["params"]["type"], "success")
