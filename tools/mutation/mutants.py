"""The mutants of a source: copies with one small change each.

Changed are comparisons (the other way round, and at the boundary), plus and minus,
times and divided by, and and or, numbers by one, True and False, conditions into
their contrary, and what is returned into None.
"""

import ast
import copy
from dataclasses import dataclass

COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
BOOLEAN = {ast.And: ast.Or, ast.Or: ast.And}
# Arguments that only tell a programmer of his errors.
GUARDS = {"frozen", "strict"}
SHOWN = 60  # characters of the changed code in the name of a mutant


@dataclass
class Mutant:
    """:ivar name: "function: before → after", with a number where there are several
    :ivar line: of the change in the source
    """

    name: str
    line: int
    tree: ast.Module


def mutants(source):
    """Yield the mutants (Mutant) of a module's source."""
    tree = ast.parse(source)
    seen = {}
    for place, scope, node in _walk(tree, "module", ()):
        for changed in _changes(node):
            text = f"{scope}: {_shorten(node)} → {_shorten(changed)}"
            seen[text] = seen.get(text, 0) + 1
            name = f"{text} ({seen[text]})" if seen[text] > 1 else text
            yield Mutant(name, node.lineno, _with_change(tree, place, changed))


def _shorten(node):
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _walk(node, scope, place):
    """Yield (place, name of the function, node); annotations and guards are left out.

    :param place: how one gets there: ((field, index or None), …)
    """
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        scope = node.name if scope == "module" else f"{scope}.{node.name}"
    if isinstance(node, ast.keyword) and node.arg in GUARDS:
        return
    if isinstance(node, (ast.expr, ast.stmt)):
        yield place, scope, node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for number, part in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(part, ast.AST):
                index = number if isinstance(value, list) else None
                yield from _walk(part, scope, (*place, (name, index)))


def _with_change(tree, place, changed):
    """A copy of the tree that holds the changed node there."""
    tree = copy.deepcopy(tree)
    node = tree
    for name, index in place[:-1]:
        node = getattr(node, name) if index is None else getattr(node, name)[index]
    name, index = place[-1]
    if index is None:
        setattr(node, name, changed)
    else:
        getattr(node, name)[index] = changed
    return ast.fix_missing_locations(tree)


def _changes(node):
    """Yield what may stand instead of the node."""
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                operators = [*node.ops]
                operators[number] = other()
                yield _but(node, ops=operators)
    elif isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in ARITHMETIC:
        yield _but(node, op=ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield _but(node, op=BOOLEAN[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node)
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)) and _is_plain(node.test):
        yield _but(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Return) and not _is_none(node.value):
        yield _but(node, value=ast.Constant(None))


def _but(node, **values):
    fields = {name: getattr(node, name) for name in node._fields}
    return ast.copy_location(type(node)(**{**fields, **values}), node)


def _other_constants(node):
    if isinstance(node.value, bool):
        yield ast.copy_location(ast.Constant(not node.value), node)
    elif isinstance(node.value, (int, float)):
        for other in (node.value + 1, node.value - 1):
            yield ast.copy_location(ast.Constant(other), node)


def _is_plain(test):
    """Whether a condition has no operator that is changed anyway."""
    return not isinstance(test, (ast.Compare, ast.BoolOp, ast.UnaryOp))


def _is_none(value):
    return value is None or (isinstance(value, ast.Constant) and value.value is None)
