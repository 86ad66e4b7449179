"""What can be made to go wrong, for some commands and some times.

silent     the command is read and never answered
late       it is done, and answered only after `seconds`
undone     the connection breaks off before anything is done
torn       it is done, and the connection breaks off in the middle of the answer
fatal      `!fatal` with `text` (without words when it is empty), then the end
trap       refused with `text`; "disk full", "not enough permissions (9)" …
bare       a `!trap` without any words
noise      bytes that are no sentence
hush       a sentence without words comes before the answer
drip       a word that never ends: a byte every `seconds`
"""

from dataclasses import dataclass
from typing import ClassVar

KINDS = (
    "silent", "late", "undone", "torn", "fatal", "trap", "bare", "noise", "hush",
    "drip",
)  # fmt: skip
DRIP = b"\x7f" + b"x" * 0x7E
NOISE = b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"


@dataclass
class Fault:
    """:param path: beginning of the commands it befalls, as `/ppp/secret/add`
    :param after: so many of them pass first
    :param count: then it befalls so many; 0 is all
    """

    kinds: ClassVar = KINDS
    kind: str
    path: str = "/"
    after: int = 0
    count: int = 0
    seconds: float = 0.0
    text: str = ""

    def __post_init__(self):
        if self.kind not in self.kinds:
            raise ValueError(f"{self.kind} is none of {', '.join(self.kinds)}")


class Faults:
    def __init__(self):
        self._faults = []

    def add(self, fault):
        self._faults.append(fault)

    def clear(self):
        self._faults.clear()

    def take(self, command):
        """Return the fault that befalls this command now, or None."""
        for fault in self._faults:
            if not command.startswith(fault.path):
                continue
            if fault.after:
                fault.after -= 1
                continue
            if fault.count == 1:
                self._faults.remove(fault)
            elif fault.count:
                fault.count -= 1
            return fault
        return None
