"""How our addons write models, where no linter of others looks.

- `naming`: on models that are not ours, what is ours carries `isp_` in its name.
- `create`: `create` takes a list, which RPC gives it only with the decorator.
- `write`: `write` looks for no names in its values. What follows from a change is
  told by a field that is computed or by a seam, whoever changes it.
- `mixin`: a mixin has two hosts or more; a part of one model is a file with `_inherit`.

What stood there when a rule came is in allowed.txt. The list only gets shorter: an
entry that is no longer needed is a finding too, and `make format` takes it out.
"""

import ast
import re
from typing import NamedTuple

from .. import addons
from ..layout import ROOT
from . import model_classes, upstream

ALLOWED = ROOT / "tools/checks/allowed.txt"
OURS = ("isp.", "report.isp_")
CARRIES_ISP = re.compile(r"(?:^|_)isp_")


class Finding(NamedTuple):
    """:ivar where: "file:line"
    :ivar what: "rule model member", as in allowed.txt
    """

    where: str
    what: str
    text: str


def problems():
    """`["file:line: what is wrong"]` in our addons, and entries without use."""
    found = findings(own_classes(), upstream.known)
    allowed = read_allowed()
    needed = {finding.what for finding in found}
    name = ALLOWED.relative_to(ROOT)
    return [
        f"{finding.where}: {finding.what}: {finding.text}"
        for finding in found
        if finding.what not in allowed
    ] + [
        f"{name}: no longer needed ('make format' takes it out): {entry}"
        for entry in sorted(allowed - needed)
    ]


def own_classes():
    return [
        item for addon in addons.every() for item in model_classes.read(addon.folder)
    ]


def read_allowed():
    lines = ALLOWED.read_text().splitlines()
    return {line for line in lines if line and line[0] != "#"}


def shorten_allowed():
    """Take the entries out of allowed.txt that nothing needs any more."""
    needed = {finding.what for finding in findings(own_classes(), upstream.known)}
    lines = ALLOWED.read_text().splitlines(keepends=True)
    kept = [line for line in lines if line[0] in "#\n" or line.strip() in needed]
    if kept != lines:
        ALLOWED.write_text("".join(kept))


def findings(classes, known):
    """The findings in these classes, before the list of what is allowed.

    :param known: gives the names that a model has without our addons
    """
    found = []
    for item in classes:
        if item.extends and not item.model.startswith(OURS):
            found += _bare_names(item, _inherited(item, classes) | known(item.model))
        found += _creates(item)
        found += _writes(item)
    return [*found, *_lonely_mixins(classes)]


def _finding(item, line, rule, member, text):
    file = item.file.relative_to(ROOT) if ROOT in item.file.parents else item.file
    what = " ".join(filter(None, [rule, item.model, member]))
    return Finding(f"{file}:{line}", what, text)


def _inherited(item, classes):
    """The names that our own mixins give this model: hooks that it may override."""
    names, seen, waiting = set(), set(), [item.model]
    while waiting:
        model = waiting.pop()
        if model in seen:
            continue
        seen.add(model)
        for other in classes:
            if other.model == model:
                waiting += [name for name in other.inherits if name.startswith(OURS)]
                if model != item.model:
                    names.update(other.fields, other.methods)
    return names


def _bare_names(item, known):
    for name, statement in (*item.fields.items(), *item.methods.items()):
        if CARRIES_ISP.search(name) or name in known or _calls_super(name, statement):
            continue
        text = "the model is not ours: isp_x, _get_isp_x, action_view_isp_x"
        yield _finding(item, statement.lineno, "naming", name, text)


def _calls_super(name, statement):
    """Whether `super().name` is in it."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "super"
        for node in ast.walk(statement)
    )


def _creates(item):
    create = item.methods.get("create")
    if create and "model_create_multi" not in map(_last_name, create.decorator_list):
        text = "@api.model_create_multi, or it fails when it is called by RPC"
        yield _finding(item, create.lineno, "create", "", text)


def _last_name(node):
    return node.attr if isinstance(node, ast.Attribute) else ""


def _writes(item):
    write = item.methods.get("write")
    if write and len(write.args.args) > 1:
        values = write.args.args[1].arg
        if any(_looks_into(node, values) for node in ast.walk(write)):
            text = "looks for names in its values: a seam, or a computed field"
            yield _finding(item, write.lineno, "write", _addon(item), text)


def _addon(item):
    return item.file.parent.parent.name


def _looks_into(node, values):
    """Whether it asks which names there are: `"x" in vals`, `vals.keys() & NAMES`,
    `vals.get("x")`, `vals["x"]`."""
    if isinstance(node, ast.Compare):
        return any(
            isinstance(operator, (ast.In, ast.NotIn)) and _is_name(asked, values)
            for operator, asked in zip(node.ops, node.comparators, strict=True)
        )
    if isinstance(node, ast.Subscript):
        return isinstance(node.ctx, ast.Load) and _is_name(node.value, values)
    return (
        isinstance(node, ast.Attribute)
        and node.attr in {"keys", "get"}
        and _is_name(node.value, values)
    )


def _is_name(node, name):
    return isinstance(node, ast.Name) and node.id == name


def _lonely_mixins(classes):
    for item in classes:
        if item.base == "AbstractModel" and item.model.endswith(".mixin"):
            hosts = _hosts(item.model, classes)
            if not item.extends and len(hosts) < 2:
                text = f"hosts: {', '.join(hosts) or 'none'}; two or more, or _inherit"
                yield _finding(item, item.line, "mixin", "", text)


def _hosts(mixin, classes):
    """The models that have `mixin`, directly or by another mixin, sorted."""
    hosts, seen, waiting = set(), set(), [mixin]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        heirs = {
            item.model
            for item in classes
            if name in item.inherits and item.model != name
        }
        hosts.update(heir for heir in heirs if not heir.endswith(".mixin"))
        waiting += [heir for heir in heirs if heir.endswith(".mixin")]
    return sorted(hosts)
