"""How fast people come in from elsewhere, against Odoo's import of contacts.

Prospects by Odoo's import of a list, and running subscribers by a list that is read,
tested and taken over in its jobs. The yardstick is the import of as many contacts, with
name, phone and address. What is refused fails.
"""

import base64
import csv
import io

from tools.measure import get_size, measured, report

BATCH = 100  # rows of a transaction
YARDSTICK = "res.partner"
CONTACT = ("name", "phone", "street", "city")
PROSPECT = ("contact_name", "phone", "street", "city", "plan_id/id")
HEADINGS = (
    *("Name", "Phone", "Address", "City", "User Name", "Password", "Plan"),
    *("Activation Date", "Billed Until"),
)
PLAN = "isp_base.isp_plan_home_20"


def run(env):
    """Report rows a second; `env` is that of an Odoo shell."""
    count = max(BATCH, get_size(2000))
    people = [_make_person(number) for number in range(3 * count)]
    _load(env, YARDSTICK, CONTACT, people[:BATCH])
    contacts = _load(env, YARDSTICK, CONTACT, people[:count])
    prospects = [[*person, PLAN] for person in people[count : 2 * count]]
    for name, cost in (
        ("prospects", _load(env, "isp.service", PROSPECT, prospects)),
        ("a list", _take_over(env, people[2 * count :])),
    ):
        for part, title in (("seconds", "wall time"), ("cpu", "CPU")):
            mine, yours = (count / getattr(each, part) for each in (cost, contacts))
            title = f"imports, {name}, {title}"
            report(title, count, "a second", mine, YARDSTICK, yours, cost)


def _make_person(number):
    return [
        f"Bench {number:05d}",
        f"+62 811 {77_000_000 + number}",
        f"Jalan Anggrek {number}",
        "Jakarta Barat",
    ]


def _load(env, model, names, rows):
    """Return the Cost of an import of the web client, in transactions of BATCH."""
    with measured(env.cr) as cost:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            importing = env[model].with_context(import_file=True)
            messages = importing.load(list(names), batch)["messages"]
            if messages:
                raise AssertionError(messages)
            env.cr.commit()
            env.invalidate_all()
    return cost


def _take_over(env, people):
    """Return the Cost of a list, from its file to services that run."""
    content = _write_file(env, people)
    with measured(env.cr) as cost:
        takeover = env["isp.takeover"].create({"name": "bench.csv", "file": content})
        takeover.action_test()
        _do_jobs(env, takeover)
        takeover.action_import()
        _do_jobs(env, takeover)
    if takeover.done_count != len(people):
        raise AssertionError(takeover.line_ids.mapped("message"))
    return cost


def _write_file(env, people):
    today = env.company._get_isp_today()
    plan = env.ref(PLAN).name
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    for number, person in enumerate(people):
        login = [f"imported-{number:05d}", f"kata-sandi-{number:05d}"]
        writer.writerow([*person, *login, plan, "2025-03-14", today])
    return base64.b64encode(file.getvalue().encode())


def _do_jobs(env, takeover):
    """Do what the jobs of its batches do, each in a transaction."""
    env.cr.commit()
    for batch in sorted(set(takeover.line_ids.mapped("batch"))):
        takeover._work(batch)
        env.cr.commit()
        env.invalidate_all()
