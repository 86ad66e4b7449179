"""The linters, and `make format`, which corrects what they can correct."""

import os
import subprocess
from pathlib import Path

from .. import addons
from ..console import say
from ..layout import NODE, PYTHON, ROOT
from ..setup import node
from . import patterns
from .report import Report

FOLDERS_LEFT_OUT = {"var", "node_modules", ".git", "__pycache__", "lib"}
# Who publishes the addons is not OCA.
NOT_BINDING = ["--disable=manifest-required-author"]
XML_PLUGIN = NODE / "node_modules/@prettier/plugin-xml/src/plugin.js"


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
    """`[(name, command)]`; a linter with nothing to look at is left out."""
    python = source_files(".py")
    scripts = source_files(".js", ".mjs")
    styled = [*scripts, *source_files(".xml", ".scss", ".css", ".json")]
    own = addons.found()
    manifests = [addon.folder / "__manifest__.py" for addon in own]
    translations = [po for po in source_files(".po", ".pot") if po.parts[0] != "var"]
    commands = [
        ("ruff", ["ruff", "check", "--no-cache", "."], python),
        ("ruff format", ["ruff", "format", "--no-cache", "--check", "."], python),
        (
            "pylint",
            ["pylint", "--score=n", "--rcfile=.pylintrc"],
            [a.name for a in own],
        ),
        (
            "oca-checks-odoo-module",
            ["oca-checks-odoo-module"],
            manifests,
        ),
        # Its pretty format empties what is the same in both languages.
        (
            "oca-checks-po",
            ["oca-checks-po", "--disable=po-pretty-format"],
            translations,
        ),
        ("prettier", [*_prettier(), "--check"], _without_lock(styled)),
        ("eslint", node.command("eslint", "bin/eslint.js"), scripts),
    ]
    takes_files = {
        "pylint",
        "oca-checks-odoo-module",
        "oca-checks-po",
        "prettier",
        "eslint",
    }
    return [
        (name, command + (files if name in takes_files else []))
        for name, command, files in commands
        if files
    ]


def _prettier():
    return [*node.command("prettier", "bin/prettier.cjs"), f"--plugin={XML_PLUGIN}"]


def _without_lock(files):
    return [file for file in files if file.name != "package-lock.json"]


def stage():
    """Yield the report of all linters."""
    report = Report("lint")
    for name, command in linters():
        report.expect(name, _problems(command))
    report.expect("patterns that no linter knows", patterns.problems(source_files("")))
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
    styled = _without_lock(
        source_files(".js", ".mjs", ".xml", ".scss", ".css", ".json")
    )
    manifests = [addon.folder / "__manifest__.py" for addon in addons.found()]
    for command in (
        ["ruff", "check", "--no-cache", "--fix-only", "--quiet", "."],
        ["ruff", "format", "--no-cache", "--quiet", "."],
        ["oca-checks-odoo-module", "--no-verbose", "--fix", *manifests],
        [*_prettier(), "--write", "--log-level=warn", *styled],
    ):
        _run(command)
    say("Formatted; 'make lint' tells what is left.")
