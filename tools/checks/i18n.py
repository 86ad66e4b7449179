"""Translations: the .pot matches the code, id.po translates all of it."""

import re
import tempfile
from pathlib import Path

from .. import databases, odoo, process, templates
from ..console import Failure, say, step
from ..layout import LOG, TEST_LOG
from .report import Report

LANGUAGE = "id"
NEW_PO_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: Odoo Server 19.0\\n"
"Report-Msgid-Bugs-To: \\n"
"POT-Creation-Date: 2025-01-01 00:00+0000\\n"
"PO-Revision-Date: 2025-01-01 00:00+0000\\n"
"Last-Translator: \\n"
"Language-Team: Indonesian\\n"
"Language: id\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""


def files(addon):
    """The template and the translation of `addon`."""
    folder = addon.folder / "i18n"
    return folder / f"{addon.name}.pot", folder / f"{LANGUAGE}.po"


def check(addon, database):
    """Compare the addon's files with what is exported of `database`, which has it."""
    report = Report(f"{addon.name}: translations")
    pot, po = files(addon)
    with tempfile.TemporaryDirectory() as folder:
        exported = Path(folder) / pot.name
        export(addon, database, exported)
        remedy = f"'make i18n ADDON={addon.name}' writes it anew"
        current = pot.exists() and entries(pot) == entries(exported)
        report.expect(f"{pot.name} is out of date", [] if current else [remedy])
        report.expect(f"{po.name} of {addon.name}", po_problems(po, exported))
    return report.close()


def export(addon, database, pot):
    log = TEST_LOG / f"{addon.name}-i18n.log"
    log.unlink(missing_ok=True)
    command = odoo.command("i18n", "export", "-d", database, "-o", pot, addon.name)
    if process.run_to_log(command, log, env=odoo.environment()) or not pot.exists():
        raise process.failure(f"exporting the terms of {addon.name}", log.read_text())


def entries(pot):
    """The text after the header, which holds the date of the export."""
    return pot.read_text().partition("\n\n")[2].strip()


def po_problems(po, pot):
    """What is wrong with the translation `po` of the terms in `pot`."""
    if not po.exists():
        return [f"{po.name} is missing"]
    checks = (
        ("not valid", ["msgfmt", "--check", "-o", "/dev/null", po]),
        ("missing or untranslated", ["msgcmp", po, pot]),
        ("not in the .pot", ["msgcmp", "--use-untranslated", pot, po]),
    )
    problems = []
    for what, command in checks:
        try:
            process.run(command, what)
        except Failure as failure:
            problems.append(str(failure))
    for what in ("fuzzy", "obsolete"):
        found = process.run(["msgattrib", f"--only-{what}", po], what)
        problems += [
            f"{what}: {line}"
            for line in re.findall(r'^#?~? ?msgid "(.+)"', found, re.M)
        ]
    return problems


def regenerate(chosen):
    """Write the .pot of each addon and bring id.po into line, keeping translations."""
    for addon in chosen:
        with step(f"Translations of {addon.name}"):
            _regenerate(addon)


def _regenerate(addon):
    pot, po = files(addon)
    database = f"isp_i18n_{addon.name}"
    databases.copy(templates.dependencies(addon), database)
    odoo.install(database, [addon.name], LOG / f"i18n-{addon.name}.log")
    pot.parent.mkdir(exist_ok=True)
    export(addon, database, pot)
    databases.drop(database)
    if not po.exists():
        po.write_text(NEW_PO_HEADER)
    # The order of the export is kept, so a new term makes a small difference.
    merge = ["msgmerge", "--quiet", "--no-fuzzy-matching", "--previous", "--update"]
    process.run([*merge, "--backup=none", po, pot], f"merging {po.name}")
    clean = process.run(["msgattrib", "--no-obsolete", po], f"cleaning {po.name}")
    po.write_text(clean)
    untranslated = process.run(["msgattrib", "--untranslated", po], "counting")
    missing = max(untranslated.count("\nmsgid ") - 1, 0)  # the header is one
    say(f"  {missing} terms of {po.name} wait for a translation")
