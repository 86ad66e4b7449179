"""A menu with rows, and its commands: print, add, set, unset, remove, listen."""

from collections.abc import Callable
from dataclasses import dataclass

from . import values
from .errors import Trap, no_match, no_such_item
from .query import compile_query

READ, WRITE, SENSITIVE = "read", "write", "sensitive"


@dataclass(frozen=True)
class Field:
    """A property of a row.

    :param default: what is shown when it was not given; None: it is not shown
    :param refers: path of the menu whose names it takes; kept when they are renamed
    """

    name: str
    parse: Callable[[str, str], str] = values.text
    default: str | None = None
    required: bool = False
    readonly: bool = False
    secret: bool = False
    refers: str | None = None


@dataclass(frozen=True)
class Result:
    """What a command answers: rows as `!re`, `ret` in its `!done`."""

    rows: object = ()
    ret: str | None = None


@dataclass(frozen=True)
class Call:
    """A command on its way: its arguments (dict), query words, and who gives it."""

    arguments: dict
    queries: tuple
    rights: frozenset


COMMON = (
    Field("disabled", values.boolean, default="false"),
    Field("comment"),
)


class Table:
    """Rows by id (int). A row is a dict of str as it is shown, without its id.

    :param key: name of the property that no two rows share
    :param taken: the message to whoever tries
    :param rights: what it takes to (read, write) it
    """

    def __init__(self, router, fields, key=None, taken="", rights=(READ, WRITE)):
        self.router, self.key, self.taken = router, key, taken
        self.fields = {field.name: field for field in fields}
        self.defaults = {f.name: f.default for f in fields if f.default is not None}
        self.secrets = {f.name for f in fields if f.secret}
        self.read_right, self.write_right = rights
        self.rows, self.next_id, self.by_key = {}, 1, {}
        self.listeners = []

    @property
    def commands(self):
        """{name: (function of a Call, right)}"""
        read, write = self.read_right, self.write_right
        return {
            "print": (self.print, read),
            "getall": (self.print, read),
            "add": (self.add, write),
            "set": (self.set, write),
            "unset": (self.unset, write),
            "remove": (self.remove, write),
            "enable": (lambda call: self.switch(call, "false"), write),
            "disable": (lambda call: self.switch(call, "true"), write),
        }

    # What is kept of it

    def dump(self):
        """What `load` takes; rows that came by themselves are not kept."""
        rows = {
            number: row
            for number, row in self.rows.items()
            if row.get("dynamic") != "true"
        }
        return {"next_id": self.next_id, "rows": rows}

    def load(self, kept):
        self.next_id = kept["next_id"]
        self.rows = {int(number): row for number, row in kept["rows"].items()}
        self.by_key = {self._key_of(row): n for n, row in self.rows.items()}

    def _key_of(self, row):
        return row.get(self.key) if self.key else None

    # Commands

    def print(self, call):
        matches = compile_query(call.queries)
        wanted = call.arguments.get(".proplist")
        names = wanted.split(",") if wanted else None
        hidden = self.secrets if SENSITIVE not in call.rights else ()
        if "count-only" in call.arguments:
            return Result(ret=str(sum(1 for _row in self._found(matches, hidden))))
        return Result(
            row if names is None else {name: row[name] for name in names if name in row}
            for row in self._found(matches, hidden)
        )

    def _found(self, matches, hidden):
        for number, row in list(self.rows.items()):
            shown = {".id": f"*{number:X}", **self.show(row)}
            for name in hidden:
                if shown.get(name):
                    shown[name] = "*****"
            if matches(shown):
                yield shown

    def show(self, row):
        """The row as it is printed now."""
        return row

    def add(self, call):
        vals = self._parse(call.arguments)
        missing = [
            f.name for f in self.fields.values() if f.required and f.name not in vals
        ]
        if missing:
            raise Trap(f"missing ={missing[0]}=")
        number = self.insert(vals)
        return Result(ret=f"*{number:X}")

    def insert(self, vals):
        """Add a row of values as they are shown; return its id (int)."""
        number, self.next_id = self.next_id, self.next_id + 1
        self.put(number, vals)
        return number

    def put(self, number, vals):
        """Add a row under an id (int)."""
        row = {**self.defaults, **vals}
        self._check(row, None)
        self.rows[number] = row
        self.by_key[self._key_of(row)] = number
        self._tell(number)
        self.changed(None, row)

    def set(self, call):
        arguments = dict(call.arguments)
        numbers = self._numbers(arguments)
        vals = self._parse(arguments)
        for number in numbers:
            self.update(number, vals)
        return Result()

    def update(self, number, vals):
        """Write values (a None takes one away) into a row."""
        before = self.rows[number]
        row = {name: v for name, v in {**before, **vals}.items() if v is not None}
        self._check(row, number)
        self.by_key.pop(self._key_of(before), None)
        self.rows[number] = row
        self.by_key[self._key_of(row)] = number
        self._tell(number)
        self.changed(before, row)

    def unset(self, call):
        arguments = dict(call.arguments)
        numbers = self._numbers(arguments)
        name = arguments.pop("value-name", "")
        if name not in self.fields or self.fields[name].required:
            raise Trap("unknown parameter")
        for number in numbers:
            self.update(number, {name: self.fields[name].default})
        return Result()

    def switch(self, call, disabled):
        for number in self._numbers(dict(call.arguments)):
            self.update(number, {"disabled": disabled})
        return Result()

    def remove(self, call):
        for number in self._numbers(dict(call.arguments)):
            self.delete(number)
        return Result()

    def delete(self, number):
        row = self.rows.pop(number)
        self.by_key.pop(self._key_of(row), None)
        self._tell(number)
        self.changed(row, None)

    # Hooks

    def changed(self, before, after):
        """Called with a row before and after a change, None where there is none."""

    # Helpers

    def find(self, name):
        """Return the id (int) of the row with this key, or None."""
        return self.by_key.get(name)

    def _numbers(self, arguments):
        """Take `.id` or `numbers` out of the arguments; return ids (int)."""
        text = arguments.pop(".id", None) or arguments.pop("numbers", None)
        arguments.pop("numbers", None)
        if not text:
            raise no_such_item(self.router.major)
        return [self._number(part) for part in text.split(",")]

    def _number(self, text):
        number = self.find(text) if self.key else None
        if text.startswith("*"):
            try:
                number = int(text[1:], 16)
            except ValueError:
                number = None
        if number not in self.rows:
            raise no_such_item(self.router.major)
        return number

    def _parse(self, arguments):
        vals = {}
        for name, value in arguments.items():
            field = self.fields.get(name)
            if not field or field.readonly:
                raise Trap("unknown parameter")
            if field.refers and value not in self.router.menus[field.refers].by_key:
                raise no_match(name)
            vals[name] = field.parse(name, value)
            if name == "comment" and not value:
                vals[name] = None
        return {n: v for n, v in vals.items() if v is not None or n == "comment"}

    def _check(self, row, number):
        if row.get("comment", "") is None:
            del row["comment"]
        other = self.by_key.get(self._key_of(row)) if self.key else None
        if other is not None and other != number:
            raise Trap(self.taken)

    def _tell(self, number):
        self.router.touch()
        for listener in self.listeners:
            row = self.rows.get(number)
            listener({".id": f"*{number:X}", **(row or {".dead": "yes"})})


class Record:
    """A menu without rows, such as the router's name: print and set."""

    def __init__(self, router, fields, rights=(READ, WRITE), **begin):
        self.router, self.fields = router, {field.name: field for field in fields}
        self.row = {f.name: f.default for f in fields if f.default is not None} | begin
        self.read_right, self.write_right = rights

    @property
    def commands(self):
        return {
            "print": (self.print, self.read_right),
            "getall": (self.print, self.read_right),
            "set": (self.set, self.write_right),
        }

    def dump(self):
        return self.row

    def load(self, kept):
        self.row = kept

    def show(self):
        return self.row

    def print(self, call):
        row = self.show()
        wanted = call.arguments.get(".proplist")
        if wanted:
            row = {name: row[name] for name in wanted.split(",") if name in row}
        return Result([row])

    def set(self, call):
        for name, value in call.arguments.items():
            field = self.fields.get(name)
            if not field or field.readonly:
                raise Trap("unknown parameter")
            self.row = {**self.row, name: field.parse(name, value)}
        self.router.touch()
        return Result()
