"""What all providers have in common: what came in, faults, and web hooks.

Faults, for some messages and some times (see ../faults.py for `after` and `count`):

throttled  429, with Retry-After when `seconds` are given
pair       too many messages to this person
broken     500, with the provider's own error
down       502 of a proxy, in HTML
closed     503
banned     the number is blocked
refused    there is no such person on WhatsApp
window     the person did not write within 24 hours
drip       the message is taken, and a byte of the answer comes every `seconds`
silent     the request is read and never answered; the message is not taken
slow       the message is taken, and answered after `seconds`
cut        the message is taken, and the connection cut before the answer
noise      200 with a page of HTML; the message is not taken
nameless   the message is taken, and the answer has no id
"""

import asyncio
import hashlib
import itertools
import json
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import ClassVar

from .. import faults
from ..wire import Answer, post

KINDS = (
    "throttled", "pair", "broken", "down", "closed", "banned", "refused", "window",
    "drip", "silent", "slow", "cut", "noise", "nameless",
)  # fmt: skip
TAKEN = {"slow", "cut", "nameless", "drip"}  # faults of a message that is taken
HTML = b"<html><body><h1>Bad Gateway</h1></body></html>"


@dataclass
class Fault(faults.Fault):
    kinds: ClassVar = KINDS


@dataclass
class Received:
    """A message that was taken.

    :ivar time: seconds since 1970
    :ivar key: of the sender; where the provider has none, a digest of the rest
    """

    id: str
    to: str
    text: str
    time: float
    key: str
    template: str = ""
    document: str = ""


class Refusal(Exception):
    """:ivar answer: Answer"""

    def __init__(self, status, content):
        super().__init__(status)
        self.answer = Answer(status, content)


class Peer:
    """One provider with one number.

    :ivar latency: seconds of each answer
    :ivar hook: address that web hooks are posted to, "" for none
    :ivar statuses: [[seconds, state], …] that each taken message has by itself, in the
        order in which they are told
    """

    number = "6281100000001"

    def __init__(self, hook="", latency=0.0):
        self.hook, self.latency = hook, latency
        self.faults = faults.Faults()
        self.received, self.statuses, self.told = [], [], []
        self.counts, self.requests = Counter(), 0
        self.works = True
        self._numbers = itertools.count(1)
        self._tasks = set()
        self._prefix = hashlib.sha256(str(time.time_ns()).encode()).hexdigest()[:8]

    # What a provider is made of

    def answer(self, request):
        """Answer what is no message.

        :returns: Answer, None when it is a message
        """
        raise NotImplementedError

    def read(self, request):
        """The message in a request, as values of Received beside id and time.

        :raises Refusal: when the provider does not take it so
        """
        raise NotImplementedError

    def accept(self, message):
        """What is answered when it is taken; without an id when `message.id` is ""."""
        raise NotImplementedError

    def refuse(self, kind):
        """:returns: (status, content) of a fault"""
        raise NotImplementedError

    def get_status_hook(self, message, state, error):
        """What is posted when a message has a new status; None for nothing."""
        raise NotImplementedError

    def get_message_hook(self, number, text, kind, name):
        """What is posted when a person wrote.

        :param name: the id of what he wrote
        """
        raise NotImplementedError

    def sign(self, body):
        """Headers that prove where a web hook comes from."""
        return {}

    # What happens

    async def handle(self, request):
        self.requests += 1
        try:
            answer = self.answer(request)
            if answer is None:
                answer = await self._take(request)
        except Refusal as refusal:
            answer = refusal.answer
        if self.latency:
            await asyncio.sleep(self.latency)
        return answer

    async def _take(self, request):
        values = self.read(request)
        fault = self.faults.take(request.path)
        kind = fault.kind if fault else ""
        if kind and kind not in TAKEN:
            return self._fail(fault)
        message = self._keep(values)
        if kind == "slow":
            await asyncio.sleep(fault.seconds)
        if kind == "cut":
            return Answer(cut="cut")
        if kind == "drip":
            return Answer(200, self.accept(message), drip=fault.seconds)
        if kind == "nameless":
            message = Received(**{**asdict(message), "id": ""})
        return Answer(200, self.accept(message))

    def _fail(self, fault):
        if fault.kind == "silent":
            return Answer(cut="silent")
        if fault.kind == "noise":
            return Answer(200, HTML)
        if fault.kind == "down":
            return Answer(502, HTML)
        if fault.kind == "closed":
            return Answer(503, HTML)
        status, content = self.refuse(fault.kind)
        wait = fault.kind == "throttled" and fault.seconds
        headers = {"Retry-After": int(fault.seconds)} if wait else {}
        return Answer(status, content, headers)

    def _keep(self, values):
        whole = json.dumps(values, sort_keys=True).encode()
        key = values.pop("key", "") or hashlib.sha256(whole).hexdigest()[:16]
        name = f"{self._prefix}{next(self._numbers):08d}"
        message = Received(id=self.get_id(name), time=time.time(), key=key, **values)
        self.received.append(message)
        self.counts[key] += 1
        if self.hook and self.statuses:
            self._start(self._tell_by_itself(message))
        return message

    def get_id(self, name):
        return name

    def _start(self, work):
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell_by_itself(self, message):
        for seconds, state in self.statuses:
            await asyncio.sleep(seconds)
            await self.tell(message.id, state)

    async def tell(self, name, state, error="", times=1, forged=False):
        """Post the status of a message; return the HTTP statuses of the answers."""
        message = next(item for item in self.received if item.id == name)
        hook = self.get_status_hook(message, state, error)
        return await self.post(hook, times, forged) if hook else []

    async def say(self, number, text, kind="text", name="", times=1, forged=False):
        """Let a person write to our number; return the HTTP statuses of the answers."""
        name = name or f"in{self._prefix}{next(self._numbers):08d}"
        hook = self.get_message_hook(number, text, kind, name)
        return await self.post(hook, times, forged)

    async def post(self, hook, times=1, forged=False):
        """Post a web hook so many times, unsigned or wrongly signed when it is forged.

        :returns: the HTTP statuses of the answers, 0 for none
        """
        body = json.dumps(hook).encode()
        headers, url = self.sign(body), self.hook
        if forged:
            headers = {name: value[:-8] + "00000000" for name, value in headers.items()}
            url = url if headers else f"{url.rstrip('/')}0"
        return [await asyncio.to_thread(post, url, body, headers) for _ in range(times)]
