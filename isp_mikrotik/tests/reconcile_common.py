"""A router that is a table in memory, and rows that are to be on it."""

from ..routeros.desired import ADDRESS_LIST, PROFILE, QUEUE, SECRET, Item
from ..routeros.reconcile import ACTIVE
from ..routeros.transport import Reply

BUDI, SITI = 1, 2  # services


class Router:
    """Rows by menu, what it was told, and what it refuses.

    :ivar refuses: {command's path: [error for each time that it comes]}
    """

    def __init__(self, refuses=None, **rows):
        self.rows = {menu: [] for menu in MENUS.values()}
        self.rows |= {MENUS[name]: found for name, found in rows.items()}
        self.refuses, self.told = refuses or {}, []

    def talk(self, commands):
        return [self._answer(command) for command in commands]

    def _answer(self, command):
        self.told.append(command)
        menu, _slash, verb = command.path.rpartition("/")
        errors = self.refuses.get(command.path)
        if error := errors and errors.pop(0):
            return Reply([], None, error)
        if verb not in ("print", "add") and not self._find(menu, command):
            return Reply([], None, "no such item (4)")
        rows = getattr(self, f"_{verb}")(menu, command)
        return Reply(rows or [], None, None)

    def _print(self, menu, command):
        asked = [word.removeprefix("?").partition("=")[::2] for word in command.query]
        names = command.values[".proplist"].split(",")
        return [
            {name: row[name] for name in names if name in row}
            for row in self.rows[menu]
            if all(row.get(name) == value for name, value in asked)
        ]

    def _add(self, menu, command):
        self.rows[menu].append({".id": "*new", **command.values})

    def _set(self, menu, command):
        self._find(menu, command).update(command.values)

    def _unset(self, menu, command):
        del self._find(menu, command)[command.values["value-name"]]

    def _remove(self, menu, command):
        self.rows[menu].remove(self._find(menu, command))

    def _find(self, menu, command):
        row_id = command.values[".id"]
        return next((row for row in self.rows[menu] if row[".id"] == row_id), None)

    def verbs(self):
        return [c.path.rpartition("/")[2] for c in self.told]


MENUS = {
    "secrets": SECRET,
    "profiles": PROFILE,
    "queues": QUEUE,
    "lists": ADDRESS_LIST,
    "sessions": ACTIVE,
}


def secret(name="budi", **values):
    return Item(
        SECRET,
        (("name", name),),
        {"password": "Secret-12", "profile": "home", "disabled": "no", **values},
    )


def profile(**values):
    return Item(PROFILE, (("name", "home"),), {"rate-limit": "10M/20M", **values})


def row(item, row_id="*1", **values):
    return {".id": row_id, **dict(item.key), **item.values, **values}
