"""RADIUS as a client speaks it (RFC 2865, 5176), through pyrad."""

import socket
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pyrad import client, packet
from pyrad.dictionary import Dictionary

from odoo.tools.translate import LazyTranslate

from ..exceptions import ProtocolError, RefusedError, UnreachableError

_lt = LazyTranslate(__name__, default_lang="en_US")

SENDS = 3  # a datagram may be lost: sent so often within the time limit
SESSION_NOT_FOUND = 503

# Error-Cause, RFC 5176 section 3.5
CAUSES = {
    201: _lt("the session was removed, its device is gone already"),
    202: _lt("the packet is not valid"),
    401: _lt("the router does not know an attribute of the request"),
    402: _lt("the router misses an attribute in the request"),
    403: _lt("the request is meant for another router"),
    404: _lt("the request is not valid"),
    405: _lt("the router does not know this service type"),
    406: _lt("the router does not know this kind of request"),
    407: _lt("the router does not take this value"),
    501: _lt("the router does not allow it"),
    502: _lt("the request cannot be routed"),
    503: _lt("the router has no such session"),
    504: _lt("the session cannot be removed"),
    505: _lt("the router failed to process the request"),
    506: _lt("the router lacks the resources for it"),
    507: _lt("the router has begun to process the request"),
    508: _lt("the router cannot choose between several sessions"),
}
# {request: (yes, no)}; the answer to another kind of request is neither.
ANSWERS = {
    packet.AccessRequest: (packet.AccessAccept, packet.AccessReject),
    packet.CoARequest: (packet.CoAACK, packet.CoANAK),
    packet.DisconnectRequest: (packet.DisconnectACK, packet.DisconnectNAK),
}


class Answer(NamedTuple):
    """:ivar attributes: {name: [value, …]}, integers as int, texts as str or, when
    they are not UTF-8, bytes"""

    code: int
    attributes: dict


DICTIONARY = str(Path(__file__).with_name("dictionary"))


@cache
def get_dictionary(*more):
    """Return what this addon says and understands in RADIUS (pyrad's Dictionary).

    :param more: paths (str) of files beside ours, in FreeRADIUS's format
    """
    return Dictionary(DICTIONARY, *more)


class RadiusClient:
    """Asks one RADIUS server, or one router for a change of its sessions.

    :param host: name or address
    :param secret: str that both sides share
    :param timeout: seconds that one question takes at most, all repetitions included
    :param dictionaries: paths of files with the attributes of vendors
    :raises UnreachableError, RefusedError, ProtocolError: by every method
    """

    def __init__(self, host, port, secret, timeout, dictionaries=()):
        self.host, self.port, self.timeout = host, port, timeout
        self._dictionary = get_dictionary(*dictionaries)
        self._secret = secret

    def change(self, attributes):
        """Change a session (CoA-Request).

        :param attributes: {name: value}; those that name the session, and the new ones
        """
        return self._send(packet.CoARequest, attributes)

    def disconnect(self, attributes):
        """Close a session (Disconnect-Request).

        :param attributes: {name: value} that name the session
        """
        return self._send(packet.DisconnectRequest, attributes)

    def authenticate(self, username, password, attributes=()):
        """Log in by PAP (Access-Request)."""
        attributes = {
            "User-Name": username,
            "Service-Type": "Framed-User",
            "Framed-Protocol": "PPP",
            **dict(attributes),
        }
        return self._send(packet.AccessRequest, attributes, password)

    def _send(self, code, attributes, password=None):
        """Send one request until it is answered; the only method that talks.

        An answer that the secret does not prove is as good as none: it is ignored, so
        a wrong secret and a silent host are one.
        """
        radius = self._prepare_client()
        try:
            request = self._prepare_request(radius, code, attributes, password)
            reply = radius.SendPacket(request)
            answer = Answer(reply.code, {name: reply[name] for name in reply.keys()})
        except client.Timeout as error:
            raise UnreachableError(self._describe_silence()) from error
        except socket.gaierror as error:
            raise UnreachableError(
                _lt("The name %(host)s has no address.", host=self.host)
            ) from error
        except OSError as error:
            raise UnreachableError(
                _lt(
                    "%(host)s cannot be reached: %(error)s.",
                    host=self.host,
                    error=error.strerror or error,
                )
            ) from error
        except KeyError as error:
            raise ProtocolError(
                _lt("RADIUS has no attribute “%(name)s” here.", name=error.args[0])
            ) from error
        except (TypeError, ValueError, packet.PacketError) as error:
            raise ProtocolError(
                _lt("A value does not fit into RADIUS: %(error)s", error=error)
            ) from error
        finally:
            radius._CloseSocket()
        return self._judge(code, answer)

    def _prepare_client(self):
        """Return a pyrad client of this question alone: one must not be shared."""
        return client.Client(
            self.host,
            authport=self.port,
            coaport=self.port,
            secret=self._secret.encode(),
            dict=self._dictionary,
            retries=SENDS,
            timeout=self.timeout / SENDS,
            enforce_ma=True,
        )

    def _prepare_request(self, radius, code, attributes, password):
        access = code == packet.AccessRequest
        make = radius.CreateAuthPacket if access else radius.CreateCoAPacket
        request = make(code=code, message_authenticator=True)
        for name, value in attributes.items():
            request[name] = value
        if password is not None:
            request["User-Password"] = request.PwCrypt(password)
        return request

    def _describe_silence(self):
        return _lt(
            "%(host)s, port %(port)s, has not answered within %(seconds)s s: it is "
            "down, does not listen there, does not accept this server or has another "
            "secret.",
            host=self.host,
            port=self.port,
            seconds=f"{self.timeout:g}",
        )

    def _judge(self, request_code, answer):
        """Return the answer when it is a yes to this kind of request.

        :raises RefusedError: a no, with its cause
        :raises ProtocolError: neither yes nor no
        """
        yes, no = ANSWERS[request_code]
        if answer.code == yes:
            return answer
        if answer.code != no:
            raise ProtocolError(
                _lt(
                    "The answer has the code %(code)s, which is none to this question.",
                    code=answer.code,
                )
            )
        (cause,) = answer.attributes.get("Error-Cause", [None])[:1]
        text = " ".join(map(str, answer.attributes.get("Reply-Message", [])))
        raise RefusedError(self._describe_refusal(cause, text), cause, text)

    def _describe_refusal(self, cause, text):
        if cause is not None:
            known = CAUSES.get(cause, _lt("an unknown cause"))
            return _lt("Refused (%(number)s): %(cause)s.", number=cause, cause=known)
        if text:
            return _lt("Refused: %(message)s", message=text)
        return _lt("Refused without a reason.")
