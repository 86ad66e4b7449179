"""The seams that docs/architecture.md names: each stands in the code, says in its
docstring what it is for, and in type hints what it takes and gives."""

import ast
import re

from ..layout import ROOT
from . import conventions

DOCUMENT = ROOT / "docs" / "architecture.md"
SECTION = re.compile(r"^## Seams\n(.*?)^## ", re.S | re.M)
ROW = re.compile(r"^\| ([^|]+)\|", re.M)
CODE = re.compile(r"`([^`]+)`")
METHOD = re.compile(r"(?:^|\.)(_\w+)(?:\(|$)")


def problems():
    """`["seam: what is wrong"]` of the table in docs/architecture.md."""
    return check(named(DOCUMENT.read_text()), conventions.own_classes())


def named(text):
    """The names of the methods in the first column of the table of seams."""
    rows = ROW.findall(SECTION.search(text)[1])
    codes = (code for row in rows for code in CODE.findall(row))
    return sorted({found[1] for code in codes if (found := METHOD.search(code))})


def check(names, classes):
    """What is wrong with the methods of these `names`.

    One definition with a docstring that is hinted in full is enough: those that
    continue it by `super()` promise the same.

    :param classes: list of ModelClass
    """
    found = []
    for name in names:
        definitions = [c.methods[name] for c in classes if name in c.methods]
        if not definitions:
            found.append(f"{name}: named in the table, defined nowhere")
        elif not any(map(_promises, definitions)):
            found.append(f"{name}: no definition with a docstring and all type hints")
    return found


def _promises(method):
    """Whether it says what it is for, and the types of what is no recordset.

    A recordset has no type that Python knows: it is named in the docstring.
    """
    arguments = [*method.args.args[1:], *method.args.kwonlyargs]
    text = ast.get_docstring(method)
    return bool(
        text
        and method.returns
        and all(a.annotation or re.search(rf"\b{a.arg}\b", text) for a in arguments)
    )
