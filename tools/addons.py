"""The addons of this repository: which there are, what they need, what changed."""

import ast
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .console import Failure
from .layout import ROOT

# Folders of an addon that have no say in what a database holds.
NOT_INSTALLED = {"tests", "readme"}


@dataclass(frozen=True)
class Addon:
    name: str
    depends: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return ROOT / self.name


@cache
def every():
    """All addons, each after those it depends on.

    :raises Failure: when there is none
    """
    depends = {
        manifest.parent.name: tuple(ast.literal_eval(manifest.read_text())["depends"])
        for manifest in sorted(ROOT.glob("*/__manifest__.py"))
    }
    if not depends:
        raise Failure(
            "there is no addon (a folder with a __manifest__.py) in this folder yet."
        )
    ordered = {}

    def add(name):
        if name in depends and name not in ordered:
            for needed in depends[name]:
                add(needed)
            ordered[name] = Addon(name, depends[name])

    for name in depends:
        add(name)
    return tuple(ordered.values())


def by_name(name):
    addon = next((addon for addon in every() if addon.name == name), None)
    if not addon:
        names = ", ".join(addon.name for addon in every())
        raise Failure(f"there is no addon {name!r}; ADDON may be: {names}")
    return addon


def outside(addons):
    """What `addons` and those of ours below them need of Odoo and OCA, sorted."""
    own = {addon.name: addon for addon in every()}
    needed, seen = set(), set()
    waiting = [addon.name for addon in addons]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in own:
            waiting.extend(own[name].depends)
        else:
            needed.add(name)
    return sorted(needed)


def code_hash(addon):
    """Changes when an installed database no longer matches the addon's files."""
    digest = hashlib.sha256()
    for file in sorted(addon.folder.rglob("*")):
        inside = file.relative_to(addon.folder)
        if inside.parts[0] in NOT_INSTALLED or "__pycache__" in inside.parts:
            continue
        if file.is_file():
            digest.update(f"{inside}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
