import time

from pyrad import packet

from odoo.tests import BaseCase, tagged

from ..exceptions import ProtocolError, RefusedError, UnreachableError
from ..radius.transport import RadiusClient
from .radius_peer import CISCO, RadiusPeer

TIMEOUT = 0.3  # seconds
SESSION = {
    "User-Name": "siti@net",
    "Acct-Session-Id": "0x81A0 fe=2",
    "Framed-IP-Address": "10.0.0.9",
}


@tagged("post_install", "-at_install")
class TestRadiusTransport(BaseCase):
    """Questions and answers over a real socket on the loopback."""

    def _listen(self, answer, **options):
        peer = RadiusPeer(answer, **options)
        self.addCleanup(peer.close)
        return peer

    def _client(self, peer, secret="peer-secret", timeout=TIMEOUT):
        return RadiusClient("127.0.0.1", peer.port, secret, timeout, CISCO)

    def test_disconnect_names_the_session_byte_for_byte(self):
        peer = self._listen(lambda request: packet.DisconnectACK)
        self._client(peer).disconnect(SESSION)
        (request,) = peer.requests
        self.assertEqual(request.code, packet.DisconnectRequest)
        self.assertTrue(request.VerifyCoARequest())
        self.assertTrue(request.verify_message_authenticator())
        self.assertEqual(request[44], [b"0x81A0 fe=2"])
        self.assertEqual(request["User-Name"], ["siti@net"])
        self.assertEqual(request["Framed-IP-Address"], ["10.0.0.9"])

    def test_change_carries_the_vendors_attribute(self):
        peer = self._listen(lambda request: packet.CoAACK)
        self._client(peer).change({**SESSION, "Cisco-AVPair": ["a=1", "b=2"]})
        (request,) = peer.requests
        self.assertEqual(request.code, packet.CoARequest)
        self.assertEqual(request[(9, 1)], [b"a=1", b"b=2"])

    def test_refused_with_its_cause(self):
        peer = self._listen(
            lambda request: (packet.DisconnectNAK, {"Error-Cause": 503})
        )
        with self.assertRaises(RefusedError) as caught:
            self._client(peer).disconnect(SESSION)
        self.assertEqual(caught.exception.cause, 503)
        self.assertIn("no such session", str(caught.exception))

    def test_an_answer_to_another_kind_of_question_is_none(self):
        """N13: who is asked to change a session, and says that he closed it, or lets
        somebody in, did not what he was asked."""
        peer = self._listen(None)
        for ask, codes in (
            ("change", (packet.DisconnectACK, packet.AccessAccept)),
            ("disconnect", (packet.CoAACK, packet.AccessAccept, packet.CoANAK)),
            ("authenticate", (packet.CoAACK, packet.DisconnectNAK)),
        ):
            for code in codes:
                peer.answer = lambda request, code=code: code
                client = self._client(peer)
                with (
                    self.subTest(ask, code=code),
                    self.assertRaisesRegex(ProtocolError, str(code)),
                ):
                    if ask == "authenticate":
                        client.authenticate("siti", "secret")
                    else:
                        getattr(client, ask)(SESSION)

    def test_refused_without_a_cause_or_with_an_unknown_one(self):
        peer = self._listen(lambda request: packet.CoANAK)
        with self.assertRaisesRegex(RefusedError, "without a reason"):
            self._client(peer).change(SESSION)
        peer.answer = lambda request: (packet.CoANAK, {"Error-Cause": 4711})
        with self.assertRaisesRegex(RefusedError, "4711"):
            self._client(peer).change(SESSION)

    def test_silence_ends_within_the_limit_after_some_sends(self):
        peer = self._listen(lambda request: None)
        begun = time.monotonic()
        with self.assertRaisesRegex(UnreachableError, "0.3 s"):
            self._client(peer).disconnect(SESSION)
        self.assertLess(time.monotonic() - begun, 3 * TIMEOUT, "not once for each send")
        self.assertEqual(len(peer.requests), 3)
        self.assertEqual(len({request.id for request in peer.requests}), 1)

    def test_a_lost_datagram_is_sent_again(self):
        peer = self._listen(lambda request: None)
        peer.answer = lambda request: (
            packet.DisconnectACK if len(peer.requests) > 1 else None
        )
        answer = self._client(peer).disconnect(SESSION)
        self.assertEqual(answer.code, packet.DisconnectACK)

    def test_a_forged_answer_is_ignored_and_the_right_one_taken(self):
        forgeries = []

        def answer(request):
            forged = peer.sign(request, packet.DisconnectACK, secret="guessed")
            torn, noise = forged[:19], b"\x29\x00\xff"
            forgeries.extend([forged, torn, noise])
            right = peer.sign(request, packet.DisconnectNAK, {"Error-Cause": 503})
            return [forged, torn, noise, right]

        peer = self._listen(answer)
        with self.assertRaises(RefusedError):
            self._client(peer).disconnect(SESSION)
        peer.answer = lambda request: [
            peer.sign(request, packet.DisconnectACK, secret="guessed")
        ]
        with self.assertRaises(UnreachableError):
            self._client(peer).disconnect(SESSION)
        self.assertEqual(len(forgeries), 3)

    def test_wrong_secret_and_closed_port_are_unreachable(self):
        peer = self._listen(lambda request: packet.DisconnectACK)
        with self.assertRaises(UnreachableError):
            self._client(peer, secret="another").disconnect(SESSION)
        closed = RadiusPeer(lambda request: None)
        closed.close()
        with self.assertRaises(UnreachableError):
            self._client(closed).disconnect(SESSION)

    def test_a_name_without_address_is_unreachable(self):
        with self.assertRaisesRegex(UnreachableError, "no address"):
            RadiusClient("fe80::1%no-such-port", 3799, "secret", TIMEOUT).disconnect(
                SESSION
            )

    def test_what_radius_cannot_say_is_told_before_it_is_sent(self):
        peer = self._listen(lambda request: packet.CoAACK)
        for attributes, message in (
            ({"No-Such-Thing": "1"}, "No-Such-Thing"),
            ({"User-Name": "x" * 254}, "253"),
            ({"Framed-IP-Address": "no address"}, "fit"),
            ({"Session-Timeout": "soon"}, "fit"),
            ({"User-Name": 7}, "fit"),
        ):
            with (
                self.subTest(attributes=attributes),
                self.assertRaisesRegex(ProtocolError, message),
            ):
                self._client(peer).change(attributes)
        self.assertFalse(peer.requests)

    def test_an_answer_that_is_neither_yes_nor_no(self):
        peer = self._listen(lambda request: packet.AccessChallenge)
        with self.assertRaisesRegex(ProtocolError, "11"):
            self._client(peer).change(SESSION)
        peer.answer = lambda request: [self._sign_broken(request)]
        with self.assertRaises(ProtocolError):
            self._client(peer).change(SESSION)

    def _sign_broken(self, request):
        """Return a properly signed CoA-NAK whose Error-Cause has two bytes."""
        reply = request.CreateReply()
        reply.code = packet.CoANAK
        reply[101] = [b"\x01\x02"]
        return reply.ReplyPacket()

    def test_log_in_hides_the_password(self):
        peer = self._listen(lambda request: (packet.AccessAccept, {"Framed-Pool": "p"}))
        answer = self._client(peer).authenticate("siti@net", "rahasia-sekali")
        self.assertEqual(answer.attributes["Framed-Pool"], ["p"])
        (request,) = peer.requests
        self.assertNotIn(b"rahasia", request.raw_packet)
        self.assertEqual(
            request.PwDecrypt(request["User-Password"][0]), "rahasia-sekali"
        )

    def test_log_in_refused_in_the_servers_words(self):
        peer = self._listen(
            lambda request: (packet.AccessReject, {"Reply-Message": "isolated"})
        )
        with self.assertRaisesRegex(RefusedError, "isolated"):
            self._client(peer).authenticate("siti@net", "wrong")

    def test_log_in_takes_no_answer_without_a_message_authenticator(self):
        """BlastRADIUS (CVE-2024-3596): an Accept without one may be forged."""

        def sign(request):
            reply = request.CreateReply(message_authenticator=False)
            reply.code = packet.AccessAccept
            return [reply.ReplyPacket()]

        peer = self._listen(sign)
        with self.assertRaises(UnreachableError):
            self._client(peer).authenticate("siti@net", "secret-word")
