"""One connection to a router: login, commands with their tags, cancel."""

import asyncio
import logging
import secrets
from collections import deque

from .errors import INTERRUPTED, Fatal, Trap, no_such_command, not_allowed
from .faults import DRIP, NOISE
from .framing import Decoder, FramingError, encode_sentence
from .table import Call

_logger = logging.getLogger(__name__)

CHUNK = 500  # rows that are sent before others have their turn
WRONG_LOGIN = "invalid user name or password (6)"


class Sentence:
    """A command as it came: path, name, arguments, queries, tag."""

    def __init__(self, words):
        self.command = words[0]
        self.path, _slash, self.name = self.command.rpartition("/")
        self.arguments, self.tag, queries = {}, None, []
        for word in words[1:]:
            if word[0] == "?":
                queries.append(word)
            elif word.startswith(".tag="):
                self.tag = word[5:]
            else:
                name, _equals, value = word.removeprefix("=").partition("=")
                self.arguments[name] = value
        self.queries = tuple(queries)


class Session:
    def __init__(self, router, reader, writer):
        self.router, self.reader, self.writer = router, reader, writer
        self.rights = self.challenge = None
        self.listening, self.ended = {}, asyncio.Event()
        self._outbox, self._wake = deque(), asyncio.Event()

    async def serve(self):
        """Answer until the client goes or the connection is broken off."""
        self.router.sessions.add(self)
        sending = asyncio.create_task(self._send_outbox())
        decoder = Decoder()
        try:
            while data := await self.reader.read(65536):
                for words in decoder.feed(data):
                    await self._handle(Sentence(words))
            await self._flush()
        except (Fatal, FramingError, ConnectionError, asyncio.IncompleteReadError):
            await self._flush()
        finally:
            self._forget_listeners()
            sending.cancel()
            self.router.sessions.discard(self)
            self.close()
            self.ended.set()

    def close(self):
        self.writer.close()

    # What goes out: in order, each after the latency of its router

    def _say(self, *words, tag=None, late=0.0):
        tagged = (words[0], f".tag={tag}", *words[1:]) if tag is not None else words
        self._put(encode_sentence(tagged), late)

    def _put(self, data, late=0.0):
        due = asyncio.get_running_loop().time() + self.router.latency + late
        self._outbox.append((due, data))
        self._wake.set()

    async def _send_outbox(self):
        clock = asyncio.get_running_loop().time
        try:
            while True:
                if not self._outbox:
                    self._wake.clear()
                    await self._wake.wait()
                if (wait := self._outbox[0][0] - clock()) > 0:
                    await asyncio.sleep(wait)
                while self._outbox and self._outbox[0][0] <= clock():
                    self.writer.write(self._outbox.popleft()[1])
                await self.writer.drain()
        except ConnectionError:
            self._outbox.clear()

    async def _flush(self):
        while self._outbox and not self.writer.is_closing():
            await asyncio.sleep(0.001)

    def _trap(self, trap, tag, late=0.0):
        category = () if trap.category is None else (f"=category={trap.category}",)
        self._say("!trap", *category, f"=message={trap.message}", tag=tag, late=late)
        self._say("!done", tag=tag, late=late)

    def _fatal(self, *words):
        self._say("!fatal", *words)
        raise Fatal

    # What comes in

    async def _handle(self, sentence):
        fault = self.router.faults.take(sentence.command)
        late = 0.0
        if fault:
            if await self._suffer(fault, sentence):
                return
            late = fault.seconds
        if sentence.command == "/login":
            self._login(sentence)
        elif sentence.command == "/quit":
            self._fatal("session terminated on request")
        elif self.rights is None:
            self._fatal("not logged in")
        elif sentence.command == "/cancel":
            self._cancel(sentence)
        else:
            await self._run(sentence, late)

    async def _suffer(self, fault, sentence):
        """Let the fault happen; return whether the command is done with."""
        if fault.kind == "late":
            return False
        if fault.kind == "hush":
            self._put(b"\0")
            return False
        if fault.kind == "undone":
            raise Fatal
        if fault.kind == "torn":
            if self.rights:
                self._answer(sentence)
            self._put(encode_sentence(["!done", "=ret=*1A"])[:7])
            raise Fatal
        if fault.kind == "fatal":
            self._fatal(*filter(None, [fault.text]))
        if fault.kind == "trap":
            self._trap(Trap(fault.text), sentence.tag)
        elif fault.kind == "bare":
            self._say("!trap", tag=sentence.tag)
            self._say("!done", tag=sentence.tag)
        elif fault.kind == "noise":
            self._put(NOISE)
        elif fault.kind == "drip":
            for number in range(len(DRIP)):
                self._put(DRIP[number : number + 1], number * fault.seconds)
        return True

    def _login(self, sentence):
        given = sentence.arguments
        name, password = given.get("name", ""), given.get("password")
        if "response" in given and self.challenge:
            rights = self.router.get_rights(
                name, challenge=self.challenge, response=given["response"]
            )
        elif "password" in given and self.router.logins != "challenge":
            rights = self.router.get_rights(name, password)
        elif self.router.logins == "plain":
            rights = None
        else:
            self.challenge = secrets.token_bytes(16)
            self._say("!done", f"=ret={self.challenge.hex()}", tag=sentence.tag)
            return
        if rights is None:
            self.router.log("system,error,critical", f"login failure for user {name}")
            self._trap(Trap(WRONG_LOGIN), sentence.tag)
        else:
            self.rights = rights
            self._say("!done", tag=sentence.tag)

    async def _run(self, sentence, late):
        if sentence.name == "listen":
            return self._listen(sentence)
        try:
            result = self._answer(sentence)
            await self._say_rows(result.rows, sentence.tag, late)
        except Trap as trap:
            return self._trap(trap, sentence.tag, late)
        ret = () if result.ret is None else (f"=ret={result.ret}",)
        return self._say("!done", *ret, tag=sentence.tag, late=late)

    def _answer(self, sentence):
        function, right = self._find(sentence)
        if right not in self.rights:
            raise not_allowed()
        call = Call(sentence.arguments, sentence.queries, self.rights)
        return function(call)

    def _find(self, sentence):
        menu = self.router.menus.get(sentence.path)
        if not menu or sentence.name not in menu.commands:
            raise no_such_command(self._get_unknown(sentence), self.router.major)
        return menu.commands[sentence.name]

    def _get_unknown(self, sentence):
        """Return the first word of a command that is not known."""
        known, path = self.router.get_paths(), ""
        for name in sentence.command.strip("/").split("/"):
            path = f"{path}/{name}"
            if path not in known:
                break
        return name

    async def _say_rows(self, rows, tag, late):
        head = ("!re",) if tag is None else ("!re", f".tag={tag}")
        pieces, count = [], 0
        for row in rows:
            words = [f"={name}={value}" for name, value in row.items()]
            pieces.append(encode_sentence((*head, *words)))
            count += 1
            if len(pieces) == CHUNK:
                self._put(b"".join(pieces), late)
                pieces = []
                await asyncio.sleep(0)
        if pieces:
            self._put(b"".join(pieces), late)
        elif not count and self.router.says_empty and rows != ():
            self._say("!empty", tag=tag, late=late)

    # Commands that run on until they are cancelled

    def _listen(self, sentence):
        menu = self.router.menus.get(sentence.path)
        if not hasattr(menu, "listeners"):
            unknown = no_such_command("listen", self.router.major)
            return self._trap(unknown, sentence.tag)

        def tell(row):
            words = [f"={name}={value}" for name, value in row.items()]
            self._say("!re", *words, tag=sentence.tag)

        menu.listeners.append(tell)
        self.listening[sentence.tag] = (menu, tell)
        return None

    def _cancel(self, sentence):
        """As recorded: what is cancelled is refused, the cancelling done, and then what
        is cancelled done as well."""
        tag, ended = sentence.arguments.get("tag"), []
        for each in [tag] if tag is not None else list(self.listening):
            if each in self.listening:
                menu, tell = self.listening.pop(each)
                menu.listeners.remove(tell)
                words = (f"=category={INTERRUPTED}", "=message=interrupted")
                self._say("!trap", *words, tag=each)
                ended.append(each)
        for each in (sentence.tag, *ended):
            self._say("!done", tag=each)

    def _forget_listeners(self):
        for menu, tell in self.listening.values():
            menu.listeners.remove(tell)
