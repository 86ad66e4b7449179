"""RouterOS' own language, as far as our scripts and `/export` use it.

A line is a command of a menu, `:if (…) do={…} else={…}` or `:do {…} on-error={…}`; a
value may be a command in brackets: `find`, `:len`, `:pick`, `:parse`. As on a router a
menu that is not there makes the whole line unknown, which no `on-error` catches, except
that of `:parse`. The forms are those of MikroTik's manual ("Scripting") and of exports
such as Defm/mikrobackups (rawconf_anna_6.49.6.rsc) and Pancho-uy/MK (respaldo.rsc).
"""

import re

from .errors import Trap
from .table import Call, Table

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "_": " "}
ESCAPE = re.compile(r"\\([0-9A-F]{2}|.)", re.DOTALL)
CONTINUED = re.compile(r"\\\r?\n[ \t]*")
CONDITION = re.compile(r"([a-z0-9-]+)(=|~|!=)(.*)", re.DOTALL)
PAIRS = {"[": "]", "{": "}", "(": ")"}
WORDS = {"yes": "true", "no": "false"}


class BadCommand(Exception):
    """What is no command: nothing of its line is done."""


def split(text, separators):
    """Return the parts of a text between separators (str of characters) that stand
    outside of quotes and brackets."""
    parts, begin, closing, position = [], 0, [], 0
    while position < len(text):
        char = text[position]
        if char == "\\":
            position += 1
        elif closing and closing[-1] == '"':
            if char == '"':
                closing.pop()
        elif char == '"':
            closing.append('"')
        elif char in PAIRS:
            closing.append(PAIRS[char])
        elif closing and char == closing[-1]:
            closing.pop()
        elif not closing and char in separators:
            parts.append(text[begin:position])
            begin = position + 1
        position += 1
    if closing:
        raise BadCommand(f"expected {closing[-1]}")
    parts.append(text[begin:])
    return [part.strip() for part in parts if part.strip()]


def unescape(text):
    def one(found):
        code = found[1]
        return chr(int(code, 16)) if len(code) == 2 else ESCAPES.get(code, code)

    return ESCAPE.sub(one, text)


class Script:
    """What somebody pastes into a terminal of the router.

    :param lenient: leave out menus and properties that are not simulated, as who reads
        an export needs; `skipped` counts them
    """

    def __init__(self, router, lenient=False):
        self.router, self.lenient, self.skipped = router, lenient, 0
        self.path = ""

    def run(self, text):
        """:raises BadCommand, Trap: with the first line that is not done"""
        for line in split(CONTINUED.sub("", text), "\n"):
            if not line.startswith("#"):
                self._run_block(line)

    def _run_block(self, text):
        for statement in split(text, ";\n"):
            self._do(statement)

    def _do(self, statement):
        words = split(statement, " \t")
        if words[0] == ":if":
            return self._if(words)
        if words[0] == ":do":
            return self._try(words)
        if words[0].startswith("["):
            return self._evaluate(words[0], self.path)
        return self._command(words, self.path)

    def _if(self, words):
        blocks = dict(word.split("=", 1) for word in words[2:])
        chosen = blocks.get("do" if self._is_true(words[1]) else "else")
        if chosen:
            self._run_block(chosen[1:-1])

    def _is_true(self, text):
        left, equals, right = split(text[1:-1], " ")
        if equals != "=":
            raise BadCommand(f"the simulator knows no {equals}")
        return str(self._evaluate(left, self.path)) == right

    def _try(self, words):
        handler = words[2].removeprefix("on-error=")
        try:
            self._run_block(words[1][1:-1])
        except Trap:
            self._run_block(handler[1:-1])

    # Values

    def _evaluate(self, text, path):
        if text.startswith('"'):
            return unescape(text[1:-1])
        if not text.startswith("["):
            return text
        words = split(text[1:-1], " \t")
        if words[0] == ":len":
            return len(self._evaluate(words[1], path))
        if words[0] == ":pick":
            found = self._evaluate(words[1], path)
            return ",".join(found[int(words[2]) :][:1])
        if words[0] == ":parse":
            return self._parse(self._evaluate(words[1], path))
        return self._command(words, path)

    def _parse(self, code):
        """What stands alone in a line is done at once."""
        try:
            return self._run_block(code)
        except BadCommand as error:
            raise Trap(str(error)) from error

    # Commands

    def _command(self, words, path):
        """Do a command of a menu; a menu alone is where those that follow are.

        :return: the ids (list of str) that `find` finds, else None
        """
        path, rest = self._find_menu(words, path)
        if not rest:
            self.path = path
            return None
        menu = self.router.menus.get(path)
        if rest[0] == "find" and menu:
            return self._find(menu, rest[1:], path)
        if not menu or rest[0] not in menu.commands:
            if self.lenient:
                self.skipped += 1
                return None
            raise BadCommand(f"bad command name {rest[0]}")
        function, _right = menu.commands[rest[0]]
        arguments = self._read_arguments(menu, rest, path)
        if arguments is not None:
            self._call(function, arguments)
        return None

    def _call(self, function, arguments):
        try:
            function(Call(arguments, (), frozenset({"read", "write", "sensitive"})))
        except Trap:
            if not self.lenient:
                raise
            self.skipped += 1

    def _find_menu(self, words, path):
        """Return (path, the words behind it)."""
        names = [name for word in words[:1] for name in re.split(r"[/ ]", word) if name]
        names += words[1:]
        path = "" if words[0].startswith("/") else path
        known = self.router.get_paths()
        while names and f"{path}/{names[0]}" in known:
            path = f"{path}/{names.pop(0)}"
        if self.lenient and names and words[0].startswith("/"):
            verbs = {"add", "set", "remove", "print", "find", "move"}
            if not verbs & set(names):
                return "/".join([path, *names]), []
        return path, names

    def _read_arguments(self, menu, words, path):
        """Return a Call's arguments (dict), None where `find` found nothing."""
        arguments = {}
        for word in words[1:]:
            name, equals, value = word.partition("=")
            if word.startswith("!"):
                continue
            if equals and not word.startswith(("[", '"')):
                arguments[name] = self._evaluate(value, path)
                continue
            numbers = self._evaluate(word, path)
            if not numbers:
                return None
            arguments["numbers"] = self._get_numbers(menu, numbers)
        if self.lenient:
            self._leave_out(menu, arguments)
        return arguments

    def _get_numbers(self, menu, numbers):
        if isinstance(numbers, str) and numbers.isdigit():  # its place in the menu
            return f"*{list(menu.rows)[int(numbers)]:X}"
        return numbers if isinstance(numbers, str) else ",".join(numbers)

    def _leave_out(self, menu, arguments):
        for name in list(arguments):
            field = menu.fields.get(name)
            unknown = not field or field.readonly
            if name not in ("numbers", "destination") and unknown:
                del arguments[name]
                self.skipped += 1

    def _find(self, menu, conditions, path):
        if not isinstance(menu, Table):
            raise BadCommand("bad command name find")
        tests = [CONDITION.fullmatch(word) for word in conditions if word != "where"]
        if not all(tests):
            raise BadCommand("the simulator does not know this condition")
        return [
            f"*{number:X}"
            for number, row in menu.rows.items()
            if all(self._holds(row, test, path) for test in tests)
        ]

    def _holds(self, row, test, path):
        name, operator, text = test.groups()
        wanted, there = self._evaluate(text, path), row.get(name, "")
        if operator == "~":
            return bool(re.search(wanted, there))
        return (there == WORDS.get(wanted, wanted)) == (operator == "=")
