"""Odoo's model classes as they stand in source files, read without importing them."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

BASES = {"BaseModel", "Model", "AbstractModel", "TransientModel"}
LEFT_OUT = {"tests", "migrations", "static", "node_modules"}


@dataclass
class ModelClass:
    """One class statement.

    :ivar model: the model that it makes or extends, "" where none is named
    :ivar inherits: all names of its `_inherit`
    :ivar fields: `{name: statement}`
    :ivar methods: `{name: statement}`
    """

    file: Path
    line: int
    base: str
    model: str
    inherits: tuple[str, ...]
    fields: dict[str, ast.Assign]
    methods: dict[str, ast.FunctionDef]

    @property
    def extends(self):
        """Whether the model is there already and this class adds to it."""
        return self.model in self.inherits


def read(folder):
    """The model classes of the addon in `folder`."""
    found = []
    for file in sorted(folder.rglob("*.py")):
        if not LEFT_OUT.intersection(file.relative_to(folder).parts):
            found += parse(file)
    return found


def parse(file):
    """The model classes of one file."""
    text = file.read_text()
    if not re.search(r"^class .*Model\b", text, re.M):
        return []
    return [
        _read_class(file, node)
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef) and _base(node)
    ]


def _base(node):
    """ "AbstractModel" of `class X(models.AbstractModel)`, "" for no model."""
    names = [node.name] + [
        base.attr for base in node.bases if isinstance(base, ast.Attribute)
    ]
    return next((name for name in names if name in BASES), "")


def _read_class(file, node):
    values = {
        target.id: statement
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    inherits = _strings(values.get("_inherit"))
    own_name = _strings(values.get("_name"))
    return ModelClass(
        file,
        node.lineno,
        _base(node),
        (own_name or inherits[:1] or ("",))[0],
        inherits,
        {name: value for name, value in values.items() if _is_field(value)},
        {
            statement.name: statement
            for statement in node.body
            if isinstance(statement, ast.FunctionDef)
        },
    )


def _strings(statement):
    """The texts of `x = "a"` or `x = ["a", "b"]`."""
    if not statement:
        return ()
    value = statement.value
    parts = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
    return tuple(part.value for part in parts if isinstance(part, ast.Constant))


def _is_field(statement):
    call = statement.value
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "fields"
    )
