"""The tables of docs/architecture.md that a database knows: who may what, which fields
are for whom, what runs by itself. `make docs` writes them, `make test` compares."""

import json
import re

from .. import odoo, templates
from ..layout import ROOT, TEST_LOG
from .report import Report

DOCUMENT = ROOT / "docs" / "architecture.md"
SECTION = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.S)
FOUND = re.compile(r"^FACTS (.+)$", re.M)

# Run in an Odoo shell: what is ours there, as JSON.
SCRIPT = """
import json
OURS = {names!r}

def own(model):
    data = env["ir.model.data"].search([("model", "=", model), ("module", "in", OURS)])
    return env[model].browse(data.mapped("res_id")).exists()

def names(groups):
    return sorted(group.name for group in groups)

rights, fields, crons, jobs, notices = {{}}, {{}}, [], [], []
verbs = dict(r="read", w="write", c="create", u="unlink")
for access in own("ir.model.access"):
    if not access.model_id.transient:
        letters = "".join(
            letter
            for letter in "rwcu"
            if access["perm_" + verbs[letter]]
        )
        rights.setdefault(access.model_id.model, {{}})[access.group_id.name] = letters
for name, model in env.registry.items():
    if model._abstract or model._transient:
        continue
    for field in model._fields.values():
        if field.groups and field._module in OURS:
            wanted = [g for g in field.groups.split(",") if g != "."]
            who = ", ".join(names(env.ref(g) for g in wanted)) or "the code alone"
            fields.setdefault(name, {{}}).setdefault(who, []).append(field.name)
for cron in own("ir.cron").with_context(lang="en_US"):
    call = cron.code.strip().replace("model.", cron.model_id.model + ".", 1)
    crons.append([cron.name, f"{{cron.interval_number}} {{cron.interval_type}}", call])
for function in own("queue.job.function"):
    jobs.append([function.name, function.channel_id.complete_name])
for event in own("isp.notice.event").with_context(lang="en_US", active_test=False):
    when = "at once" if event.at_once else "by the queue"
    notices.append([event.code, event.name, event.template_id.name or "Odoo's", when])
print("FACTS " + json.dumps(dict(
    rights=rights, fields=fields, crons=crons, jobs=jobs, notices=notices)))
"""


def facts(database, names):
    """Return what `SCRIPT` finds in a database with the addons of these `names`."""
    log = TEST_LOG / "architecture.log"
    log.unlink(missing_ok=True)
    output = odoo.run_script(database, SCRIPT.format(names=list(names)), log)
    return json.loads(FOUND.search(output)[1])


def tables(found):
    """Return {name of the table: its lines as Markdown} of what `facts` gives."""
    rights = [
        [f"`{model}`", " · ".join(f"{who} {may}" for who, may in sorted(rows.items()))]
        for model, rows in sorted(found["rights"].items())
    ]
    fields = [
        [f"`{model}`", ", ".join(f"`{name}`" for name in sorted(own)), who]
        for model, rows in sorted(found["fields"].items())
        for who, own in sorted(rows.items())
    ]
    crons = [[name, each, f"`{call}`"] for name, each, call in sorted(found["crons"])]
    jobs = [[f"`{name}`", f"`{channel}`"] for name, channel in sorted(found["jobs"])]
    notices = [[f"`{code}`", *rest] for code, *rest in sorted(found["notices"])]
    return {
        "rights": _table(["Model", "Who may"], rights),
        "fields": _table(["Model", "Fields", "For"], fields),
        "crons": _table(["Scheduled action", "Every", "Calls"], crons),
        "jobs": _table(["Job", "Channel"], jobs),
        "notices": _table(["Event", "What", "E-mail", "Leaves"], notices),
    }


def _table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def written(text, found):
    """Return the document `text` with the tables of what `facts` gives in it."""
    fresh = tables(found)
    return SECTION.sub(lambda part: f"{part[1]}\n{fresh[part[2]]}\n{part[3]}", text)


def check(database, names):
    """Compare the document with a database that has all addons."""
    report = Report("docs/architecture.md: its tables")
    text = DOCUMENT.read_text()
    fresh = written(text, facts(database, names))
    known = set(text.splitlines())
    changed = [line for line in fresh.splitlines() if line not in known]
    gone = [line for line in text.splitlines() if line not in set(fresh.splitlines())]
    remedy = ["'make docs' writes them anew:"]
    lines = [*(f"+ {line}" for line in changed), *(f"- {line}" for line in gone)]
    report.expect("tables out of date", remedy + lines if fresh != text else [])
    return report.close()


def regenerate(names):
    """Write the tables of the document from a database that has all addons."""
    database = templates.with_demo()
    DOCUMENT.write_text(written(DOCUMENT.read_text(), facts(database, names)))
