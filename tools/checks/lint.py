"""The linters, and `make format`, which corrects what they can correct."""

import os
import subprocess
from pathlib import Path

from .. import addons, readme
from ..console import Failure, say
from ..layout import NODE, PYTHON, ROOT
from ..setup import node
from . import conventions, patterns, seams
from .report import Report

FOLDERS_LEFT_OUT = {"var", "node_modules", ".git", "__pycache__", "lib"}
XML_PLUGIN = NODE / "node_modules/@prettier/plugin-xml/src/plugin.js"

# A big model is split by files that inherit it in the same addon. This cannot stand in
# .pylintrc: there all is off, and what is on comes on last.
SPLIT = "consider-merging-classes-inherited"
PYLINT = ("pylint", "--rcfile=.pylintrc", f"--disable={SPLIT}")


def source_files(*suffixes):
    """The project's own files with one of `suffixes`, relative to its root."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name not in FOLDERS_LEFT_OUT and (name == ".ci" or name[0] != ".")
        ]
        inside = Path(folder).relative_to(ROOT)
        found += [inside / name for name in names if name.endswith(suffixes)]
    return sorted(found)


def linters():
    """`{name: command}`."""
    own = addons.every()
    manifests = [addon.folder / "__manifest__.py" for addon in own]
    scripts = source_files(".js", ".mjs")
    catalogues = source_files(".po", ".pot")
    # The pretty format of oca-checks-po empties what is the same in both languages.
    return {
        "ruff": ["ruff", "check", "--no-cache", "."],
        "ruff-format": ["ruff", "format", "--no-cache", "--check", "."],
        "pylint": [*PYLINT, *(addon.name for addon in own)],
        "oca-checks-odoo-module": ["oca-checks-odoo-module", *manifests],
        "oca-checks-po": ["oca-checks-po", "--disable=po-pretty-format", *catalogues],
        "prettier": [*_prettier(), "--check", *_styled()],
        "eslint": [*node.command("eslint", "bin/eslint.js"), *scripts],
    }


# What no linter of others knows: `{name: function that gives lines of text}`.
OURS = {
    "patterns": lambda: patterns.problems(source_files("")),
    "conventions": conventions.problems,
    "seams": seams.problems,
    "readme": lambda: readme.problems(addons.every()),
}


def _prettier():
    return [*node.command("prettier", "bin/prettier.cjs"), f"--plugin={XML_PLUGIN}"]


def _styled():
    """What prettier formats."""
    files = source_files(".js", ".mjs", ".xml", ".scss", ".css", ".json")
    return [file for file in files if file.name != "package-lock.json"]


def stage(only=()):
    """Yield the report of all linters, or of those whose names are in `only`.

    :raises Failure: when there is none of such a name
    """
    report = Report("lint")
    commands = linters()
    if unknown := set(only) - {*commands, *OURS}:
        names = ", ".join((*commands, *OURS))
        raise Failure(f"no linter {', '.join(sorted(unknown))}; there are: {names}")
    for name in only or (*commands, *OURS):
        found = OURS[name]() if name in OURS else _problems(commands[name])
        report.expect(name, found)
    yield report.close()


def _problems(command):
    """The output of a linter that found something."""
    done = _run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.strip().splitlines() if done.returncode else []


def _run(command, **options):
    path = f"{PYTHON.parent}:{os.environ.get('PATH', '')}"
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        **options,
    )


def correct():
    """Correct and format Python, XML, JavaScript and styles in place."""
    manifests = [addon.folder / "__manifest__.py" for addon in addons.every()]
    for command in (
        ["ruff", "check", "--no-cache", "--fix-only", "--quiet", "."],
        ["ruff", "format", "--no-cache", "--quiet", "."],
        ["oca-checks-odoo-module", "--no-verbose", "--fix", *manifests],
        [*_prettier(), "--write", "--log-level=warn", *_styled()],
    ):
        _run(command)
    conventions.shorten_allowed()
    say("Formatted; 'make lint' tells what is left.")
