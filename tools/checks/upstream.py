"""What Odoo and OCA define on the models that our addons extend."""

import ast
import re
from functools import cache

from .. import addons
from ..layout import VENV
from ..setup import odoo_source
from .model_classes import LEFT_OUT

# Every model has what these files define, and what is added to the model "base".
EVERY_MODEL = ("odoo/orm/models.py", "odoo/orm/models_transient.py")

# Read by patterns: a syntax tree of Odoo's sources takes ten times as long.
CLASS = re.compile(r"^class ", re.M)
NAME = re.compile(r"^    _name\s*=\s*[\"']([\w.]+)", re.M)
INHERIT = re.compile(r"^    _inherit\s*=\s*(\[[^\]]*\]|[\"'][\w.]+[\"'])", re.M)
MEMBER = re.compile(r"^    (?:def (\w+)|(\w+)\s*=\s*fields\.)", re.M)


def known(model):
    """The names of fields and methods that `model` has without our addons."""
    members, inherits = _read_all()
    names, seen, waiting = set(), set(), ["base", model]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            names |= members.get(name, set())
            waiting += inherits.get(name, ())
    return names


@cache
def _read_all():
    """`{model: its names}` and `{model: the models it inherits from}`."""
    members, inherits = {}, {}
    for folder in _folders():
        for file in folder.rglob("*.py"):
            if not LEFT_OUT.intersection(file.relative_to(folder).parts):
                for text in CLASS.split(file.read_text())[1:]:
                    model, parents, names = read_class(text)
                    members.setdefault(model, set()).update(names)
                    inherits.setdefault(model, set()).update(parents)
    for name in EVERY_MODEL:
        for text in CLASS.split((odoo_source.python_path() / name).read_text())[1:]:
            members["base"] |= read_class(text)[2]
    return members, inherits


def read_class(text):
    """Of a class's text: the model, what it inherits from, what it defines."""
    parents = re.findall(r"[\w.]+", "".join(INHERIT.findall(text)))
    name = NAME.search(text)
    model = name[1] if name else "".join(parents[:1])
    return model, parents, {a or b for a, b in MEMBER.findall(text)}


def _folders():
    """The folders of the addons that ours depend on, at any depth."""
    folders, waiting = {}, ["base", *addons.outside(addons.every())]
    while waiting:
        name = waiting.pop()
        if name not in folders:
            folders[name] = _find(name)
            manifest = folders[name] / "__manifest__.py"
            waiting += ast.literal_eval(manifest.read_text()).get("depends", [])
    return list(folders.values())


def _find(name):
    places = [
        odoo_source.python_path() / "odoo/addons",
        *odoo_source.addons_paths(),
        *VENV.glob("lib/python3*/site-packages/odoo/addons"),
    ]
    for place in places:
        if (place / name / "__manifest__.py").exists():
            return place / name
    raise FileNotFoundError(f"the source of {name} in {places}")
