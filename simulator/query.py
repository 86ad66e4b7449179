"""The `?` words of a print: a stack of truth values, one stack for each row.

The words are those of the manual's page on the API: `?name`, `?-name`, `?name=x`
(also written `?=name=x`), `?<name=x`, `?>name=x` and `?#` with operators.
"""

import re

from .errors import Trap

OPERATORS = re.compile(r"\d+|[!&|.]")


def compile_query(words):
    """Return a function from a row (dict) to whether all of its stack is true."""
    if not words:
        return lambda row: True
    steps = [_compile_word(word) for word in words]

    def matches(row):
        stack = []
        for step in steps:
            step(stack, row)
        return all(stack)

    return matches


def _compile_word(word):
    body = word[1:]
    if body.startswith("#"):
        return _compile_operators(body[1:])
    if body.startswith("-"):
        return lambda stack, row: stack.append(body[1:] not in row)
    compare = _equal
    if body[:1] in ("<", ">", "="):
        compare = {"<": _less, ">": _greater, "=": _equal}[body[0]]
        body = body[1:]
    name, equals, value = body.partition("=")
    if not equals:
        return lambda stack, row: stack.append(name in row)
    return lambda stack, row: stack.append(name in row and compare(row[name], value))


def _equal(actual, wanted):
    return actual == wanted


def _less(actual, wanted):
    return _order(actual, wanted) < 0


def _greater(actual, wanted):
    return _order(actual, wanted) > 0


def _order(actual, wanted):
    """-1, 0 or 1; numbers by value, all else by its text."""
    if actual.isdigit() and wanted.isdigit():
        actual, wanted = int(actual), int(wanted)
    return (actual > wanted) - (actual < wanted)


def _compile_operators(text):
    operators = OPERATORS.findall(text)
    if "".join(operators) != text:
        raise Trap(f"unknown query operation {text}")

    def apply(stack, _row):
        try:
            for position, operator in enumerate(operators):
                before = operators[position - 1] if position else ""
                last = position == len(operators) - 1
                _apply(stack, operator, before, last)
        except IndexError:
            raise Trap("query stack is too small") from None

    return apply


def _apply(stack, operator, before, last):
    if operator == "!":
        stack.append(not stack.pop())
    elif operator == "&":
        right, left = stack.pop(), stack.pop()
        stack.append(left and right)
    elif operator == "|":
        right, left = stack.pop(), stack.pop()
        stack.append(left or right)
    elif operator == ".":
        if not before.isdigit():
            stack.append(stack[-1])
    elif last:
        stack[:] = [stack[-1 - int(operator)]]
    else:
        stack.append(stack[-1 - int(operator)])
