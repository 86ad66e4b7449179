"""What a gateway to phones is: one class for each provider, plain values, no Odoo."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Outgoing:
    """A message to one phone; ``to`` is E.164, digits only."""

    to: str
    text: str
    template: str | None = None
    language: str | None = None
    parameters: list[str] = field(default_factory=list)
    document_url: str | None = None
    file_name: str | None = None
    key: str = ""


@dataclass(frozen=True)
class Sent:
    id: str
    uncertain: bool = False


@dataclass(frozen=True)
class Status:
    id: str
    state: Literal["sent", "delivered", "read", "failed"]
    at: datetime | None = None
    error: str = ""


@dataclass(frozen=True)
class Incoming:
    id: str
    sender: str
    text: str
    at: datetime | None = None
    kind: str = "text"


class GatewayError(Exception):
    pass


class Unreachable(GatewayError):
    """Nothing was sent: try again."""


class Uncertain(GatewayError):
    """It may have been sent."""


class Refused(GatewayError):
    """This message will never go."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


class Throttled(GatewayError):
    """Nothing was sent: try again after so many seconds."""

    def __init__(self, after=60):
        super().__init__(f"throttled for {after} s")
        self.after = after


class Banned(GatewayError):
    """Stop this number."""


class Forged(GatewayError):
    """A web hook that is not the provider's."""


class Gateway:
    idempotent = False
    needs: tuple = ()

    def __init__(self, settings: dict, timeout=10):
        self.settings = settings
        self.timeout = timeout

    def send(self, message: Outgoing) -> Sent:
        raise NotImplementedError

    def read_hook(self, headers: dict, body: bytes) -> list[Status | Incoming]:
        raise NotImplementedError
