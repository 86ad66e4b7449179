"""The other end of RADIUS on the loopback: a router that answers as it is told."""

import socket
import threading

from pyrad import packet

from odoo.tools import file_path

from ..radius.transport import get_dictionary

CISCO = [file_path("isp_network/tests/isp_test_cisco/dictionary")]
DICTIONARY = get_dictionary(*CISCO)
KINDS = {
    packet.AccessRequest: packet.AuthPacket,
    packet.CoARequest: packet.CoAPacket,
    packet.DisconnectRequest: packet.CoAPacket,
}


class RadiusPeer:
    """Listens on a free UDP port until it is closed.

    ``answer(request)`` returns the code of the reply, or (code, attributes), or the
    datagrams to send as a list of bytes, or None to stay silent. ``requests`` holds
    what came, as pyrad packets.
    """

    def __init__(self, answer, secret="peer-secret"):
        self.answer, self.secret = answer, secret.encode()
        self.requests = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        """End the thread; a request that comes later meets a closed port."""
        self._socket.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self):
        while True:
            data, sender = self._socket.recvfrom(4096)
            if not data:
                return
            request = KINDS[data[0]](packet=data, dict=DICTIONARY, secret=self.secret)
            self.requests.append(request)
            for datagram in self._reply(request):
                self._socket.sendto(datagram, sender)

    def _reply(self, request):
        answer = self.answer(request)
        if answer is None:
            return []
        if isinstance(answer, list):
            return answer
        code, attributes = answer if isinstance(answer, tuple) else (answer, {})
        return [self.sign(request, code, attributes)]

    def sign(self, request, code, attributes=(), secret=None):
        """Return the datagram of a reply, signed with this or another secret."""
        reply = request.CreateReply()
        reply.code = code
        reply.message_authenticator = True
        for name, value in dict(attributes).items():
            reply[name] = value
        if secret:
            reply.secret = secret.encode()
        return reply.ReplyPacket()
