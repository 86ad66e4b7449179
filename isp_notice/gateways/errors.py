"""What may happen to a message, by what may be done next."""


class GatewayError(Exception):
    """:ivar text: in words, for the person who looks; never with a secret in it"""

    def __init__(self, text=""):
        super().__init__(text)
        self.text = text


class Unreachable(GatewayError):
    """Nothing was sent: try again."""


class Uncertain(GatewayError):
    """It may have been sent: the request went out, and no answer came that says so.

    Nobody sends it again by himself.
    """


class Refused(GatewayError):
    """This message will never go; another one may.

    :ivar code: the provider's, as text
    """

    def __init__(self, code, text=""):
        super().__init__(text)
        self.code = str(code)

    def __str__(self):
        return f"{self.text} ({self.code})" if self.text else self.code


class Throttled(GatewayError):
    """Nothing was sent: not before so many seconds.

    :ivar after: seconds
    :ivar recipient_only: it is this person who gets too many; others may be sent to
    """

    def __init__(self, after, text="", recipient_only=False):
        super().__init__(text)
        self.after, self.recipient_only = after, recipient_only


class Banned(GatewayError):
    """Nothing was sent, and this number will send nothing until a person acts: it is
    banned, logged out or not paid for, or its token is wrong.

    :ivar code: the provider's, as text
    """

    def __init__(self, text="", code=""):
        super().__init__(text)
        self.code = str(code)


class Forged(GatewayError):
    """What was posted to us does not come from the provider."""
