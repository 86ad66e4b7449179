"""What can become of talking to a device of the network.

Each carries one message for a person, translated when it is turned into text.
"""


class NetworkError(Exception):
    """The device did not do what it was asked for."""

    def __str__(self):
        return str(self.args[0])


class UnreachableError(NetworkError):
    """No answer came that can be trusted: asking again later may help."""


class RefusedError(NetworkError):
    """The device answered no.

    :ivar cause: the number of its reason (Error-Cause of RFC 5176), or None
    :ivar text: its reason in its own words, empty without
    """

    def __init__(self, message, cause=None, text=""):
        super().__init__(message)
        self.cause, self.text = cause, text


class ProtocolError(NetworkError):
    """What was to be said, or what came back, is not in the protocol: asking again
    does not help."""
