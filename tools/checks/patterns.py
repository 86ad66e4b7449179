"""A search for what no linter knows: idioms that Odoo 19 ignores or refuses."""

import re

from ..layout import ROOT

LONGEST_FILE = 500
CODE = (".py", ".xml", ".js", ".mjs", ".scss", ".css", ".sh")
TEXT = (*CODE, ".md", ".rst", ".toml", ".json", ".txt", ".csv", "Makefile", "run")
HERE = ("tools/checks/patterns.py", "tools/tests/test_patterns.py")

# (pattern, endings of the files it is searched in, what to write instead)
PATTERNS = (
    (r"\b_sql_constraints\b", (".py",), "silently ignored: models.Constraint"),
    (r"</?tree\b|view_mode.*\btree\b", (".xml",), "Odoo 19 says list"),
    (r"\b(attrs|states)=\"", (".xml",), 'a direct expression: invisible="…"'),
    (r"<group[^>]*\bexpand=", (".xml",), "a search view's group takes no expand"),
    (r"\bnumbercall\b|\bdoall\b", (".xml", ".py"), "gone from ir.cron"),
    (r"\bt-(esc|raw)\b", (".xml", ".js", ".py"), "t-out"),
    (r"oe_chatter", (".xml",), "<chatter/>"),
    (r"\btype=[\"']json[\"']", (".py",), 'type="jsonrpc"'),
    (r"(?<![\w./~])/(work|home|root|Users)/\w", TEXT, "a path of one machine"),
)


def problems(files):
    """`["file:line: what is wrong"]` in `files` (paths relative to the project)."""
    found = []
    for file in files:
        name = file.as_posix()
        if name.endswith(TEXT) and name not in HERE:
            found += _problems_of(name, (ROOT / file).read_text().splitlines())
    return found


def _problems_of(name, lines):
    found = [
        f"{name}:{number}: {match[0].strip()} ({instead})"
        for pattern, endings, instead in PATTERNS
        if name.endswith(endings)
        for number, line in enumerate(lines, 1)
        if (match := re.search(pattern, line))
    ]
    if name.endswith(CODE) and len(lines) > LONGEST_FILE:
        found.append(f"{name}: {len(lines)} lines, more than {LONGEST_FILE}")
    return found
