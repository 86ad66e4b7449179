"""What an update may break beyond rows and columns.

`main` runs in the Odoo shell of an updated database and prints a line for each problem.
"""

import ast

from freezegun import freeze_time

OUTCOMES = (
    "account.move",
    "isp.billing.notice",
    "isp.suspension",
    "mail.mail",
    "mail.message",
)


def problem(text):
    print("problem:", text)


def check_filters(env):
    """What people saved still searches, and groups by what there is."""
    for saved in env["ir.filters"].search([("user_ids", "!=", False)]):
        model = env[saved.model_id]
        domain = ast.literal_eval(saved.domain)
        groups = ast.literal_eval(saved.context).get("group_by", [])
        missing = [
            path
            for path in [*(leaf[0] for leaf in domain), *groups]
            if not is_path(model, path.partition(":")[0], ".")
        ]
        if missing:
            problem(f"filter {saved.name}: no fields {missing}")
        else:
            model.search(domain, limit=1)


def check_exports(env):
    for line in env["ir.exports.line"].search([]):
        if not is_path(env[line.export_id.resource], line.name, "/"):
            problem(f"export {line.export_id.name}: no field {line.name}")


def is_path(model, path, separator):
    for name in path.split(separator):
        if name not in model._fields:
            return False
        comodel = model._fields[name].comodel_name
        model = model.env[comodel] if comodel else model.browse()
    return True


def check_records(env):
    """Every record of ours is read with all its fields, computed ones too."""
    for name in sorted(env.registry):
        model = env[name]
        if model._abstract or model._transient or not name.startswith(("isp.", "help")):
            continue
        try:
            with env.cr.savepoint():
                model.with_context(active_test=False).search([]).read()
        except Exception as error:
            problem(f"reading {name}: {error!r}")


def check_secrets(env):
    """The vault has what FreeRADIUS was told, and the files that nobody imported."""
    env.cr.execute("SELECT router_id, secret FROM isp_radius_client")
    secrets = dict(env.cr.fetchall())
    env.cr.execute("SELECT service_id, check_items->0->>2 FROM isp_radius_user")
    passwords = dict(env.cr.fetchall())
    for model, name, told in (
        ("isp.router", "radius_secret", secrets),
        ("isp.service", "password", passwords),
    ):
        kept = env[model].browse(told)._isp_get_secrets(name)
        if not told or kept != told:
            problem(f"{name} of {model}: {len(told)} told, {len(kept)} kept")
    for takeover in env["isp.takeover"].search([("phase", "!=", "import")]):
        if not takeover._isp_get_secret("file"):
            problem(f"the file of {takeover.name} is lost")


def check_views(env):
    """The views of our actions open, with what people added to them."""
    domain = [("res_model", "=like", "isp.%")]
    for action in env["ir.actions.act_window"].search(domain):
        views = [(view, kind) for view, kind in action.views]
        try:
            with env.cr.savepoint():
                env[action.res_model].get_views(views)
        except Exception as error:
            problem(f"views of {action.xml_id or action.name}: {error!r}")
    arch = env["isp.service"].get_view(view_type="form")["arch"]
    if "create_date" not in arch:
        problem("the form of services lacks what a person added to it")


def check_day(env):
    """On the day on which the database was left, nothing more is billed or sent."""
    env.cr.execute("SELECT max(create_date) FROM account_move")
    (moment,) = env.cr.fetchone()
    env = env(context={**env.context, "queue_job__no_delay": True})
    before = {name: env[name].search_count([]) for name in OUTCOMES}
    access = {s: s.access for s in env["isp.service"].search([])}
    with freeze_time(moment):
        env["isp.billing.run"]._cron_bill()
        env["isp.dunning"]._cron_remind()
        env["isp.dunning"]._cron_isolate()
        env["isp.service"].search([])._refresh_access()
    env.flush_all()
    for name, count in before.items():
        if more := env[name].search_count([]) - count:
            problem(f"the scheduled actions make {more} of {name}")
    for service, value in access.items():
        if service.access != value:
            problem(f"access of {service.name}: {value}, then {service.access}")


def main(env):
    for check in (
        check_filters,
        check_exports,
        check_records,
        check_secrets,
        check_views,
        check_day,
    ):
        check(env)
        env.flush_all()
        env.cr.rollback()
        env.invalidate_all()
