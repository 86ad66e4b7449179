"""Whether the words of a notice are those that a provider has approved."""

import re

from .base import Template

PARAMETER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def language_of(lang: str | None) -> str:
    """The language of a template: "id" of "id_ID"."""
    return (lang or "").partition("_")[0] or "id"


def number_parts(parts: list[tuple[str, bool]]) -> str:
    """A text with {{1}}, {{2}}, … where it has values.

    :param parts: what is literal, and whether a value follows it
    """
    text, count = "", 0
    for literal, has_value in parts:
        count += has_value
        text += literal + (f"{{{{{count}}}}}" if has_value else "")
    return text


def find_misfit(text: str, template: Template | None) -> str:
    """Why a text would arrive otherwise than it is written, or not at all.

    Which value stands for which of the template's parameters is told by the words
    around them alone: so these have to be the same.

    :param text: as of `number_parts`
    :return: "missing", "state", "count", "order", "words"; "" when all is well
    """
    if not template:
        return "missing"
    if template.state != "approved":
        return "state"
    ours, theirs = PARAMETER.findall(text), PARAMETER.findall(template.body)
    if len(ours) != template.parameters or len(ours) != len(theirs):
        return "count"
    if ours != theirs:
        return "order"
    return "" if _spell(text) == _spell(template.body) else "words"


def _spell(text):
    return PARAMETER.sub(r"{{\1}}", " ".join(text.split()))
