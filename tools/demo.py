"""The demo database, `make run`, and what ends them."""

import json
import os
import signal
from contextlib import ExitStack

from . import addons, databases, freeradius, odoo, process, simulator
from .accounts import table
from .console import Failure, say, step
from .layout import (
    LOG,
    ODOO_LOG,
    PID_FILE,
    RADIUS_FOLDER,
    RADIUS_LOG,
    RADIUS_PID_FILE,
    SIMULATOR_LOG,
    SIMULATOR_PID_FILE,
    shown,
)

DATABASE = "isp"
PORT = 8069

# What an ISP in Indonesia would install beside our addons.
BESIDES = ("payment_demo", "payment_custom", "payment_xendit")
PREGENERATE = "env['ir.qweb']._pregenerate_assets_bundles()"

# What a page asks for when it needs it, which no template names.
PREGENERATE_LATER = """
scripts = (
    "bus.websocket_worker_assets",
    "portal.assets_chatter",
    "web.assets_emoji",
    "web.chartjs_lib",
)
styles = (
    "mail.assets_message_email",
    "portal.assets_chatter",
    "portal.assets_chatter_style",
)
for name in scripts:
    env["ir.qweb"]._get_asset_bundle(name, css=False).js()
for name in styles:
    env["ir.qweb"]._get_asset_bundle(name, js=False).css()
"""

# OdooBot greets everybody with a chat window, which covers a phone's whole screen,
# and each transfer would ask whether to send a text message.
QUIET = """
env["res.users"].search([]).odoobot_state = "disabled"
env["res.company"].search([]).stock_text_confirmation = False
"""

# Odoo's accounting takes the chart of accounts of the company's country.
INDONESIAN_COMPANY = """
env.ref("base.IDR").write({"active": True, "rounding": 1})
env.ref("base.main_company").write({
    "name": "Nusantara Net",
    "country_id": env.ref("base.id").id,
    "currency_id": env.ref("base.IDR").id,
})
(env.ref("base.main_partner") | env.ref("base.partner_admin")).tz = "Asia/Jakarta"
"""

# Demo data come only on top of modules that have theirs; the ones of Odoo itself
# (companies in Chicago, desks and chairs) would stand between those of an ISP.
# Beside the payment provider of the demo, one may pay by bank transfer.
OURS_ALONE = """
env["ir.module.module"].search([("state", "=", "installed")]).demo = True
env.ref("payment.payment_provider_transfer").write(
    {"state": "test", "is_published": True})
"""


def prepare(database, logs=LOG):
    """Make the new `database` an Indonesian company with what our addons need."""
    needed = [*addons.outside(addons.every()), *BESIDES]
    with step("Demo database 1/4: an Indonesian company"):
        odoo.install(database, ["base"], logs / "demo-1.log", languages=odoo.LANGUAGES)
        odoo.run_script(database, INDONESIAN_COMPANY, logs / "demo-company.log")
    with step("Demo database 2/4: Odoo's stock, accounting and portal"):
        odoo.install(database, needed, logs / "demo-2.log", languages=odoo.LANGUAGES)
        odoo.run_script(database, OURS_ALONE, logs / "demo-ours.log")


def add_ours(database, logs=LOG):
    """Install our addons with their demo data into a `database` that is prepared."""
    every = addons.every()
    names = [addon.name for addon in every]
    with step(f"Demo database 3/4: {', '.join(names)}"):
        log = logs / "demo-3.log"
        odoo.install(database, names, log, demo=True, languages=odoo.LANGUAGES)
        odoo.run_script(database, QUIET, logs / "demo-quiet.log")
    with step("Demo database 4/4: scripts and styles of the pages"):
        bundles = f"{PREGENERATE}\n{PREGENERATE_LATER}"
        odoo.run_script(database, bundles, logs / "demo-assets.log")
    _remember_code(database, every)


def fill(database):
    """Make the demo database in the new `database`."""
    prepare(database)
    add_ours(database)


def _remember_code(database, every):
    hashes = {addon.name: addons.code_hash(addon) for addon in every}
    databases.set_note(database, json.dumps(hashes))


def update():
    """Update the addons whose code changed since the database last saw them."""
    installed = json.loads(databases.note(DATABASE) or "{}")
    every = addons.every()
    fresh = [addon.name for addon in every if addon.name not in installed]
    changed = [
        addon.name
        for addon in every
        if addon.name in installed and installed[addon.name] != addons.code_hash(addon)
    ]
    if fresh or changed:
        with step(f"Updating the demo database: {', '.join(fresh + changed)}"):
            log = LOG / "demo-update.log"
            odoo.install(
                DATABASE,
                fresh,
                log,
                demo=True,
                update=changed,
                languages=odoo.LANGUAGES,
            )
        _remember_code(DATABASE, every)


def run():
    """Serve the demo database, which is made on first use, until Ctrl-C.

    With BACKGROUND=1 return as soon as it answers.
    """
    port = _port()
    if pid := running_pid(PID_FILE, "odoo"):
        raise Failure(f"Odoo runs already (process {pid}): 'make stop' ends it.")
    process.require_port(port)
    stop_radius()  # one of a demo that was killed
    stop_routers()
    odoo.write_config()
    databases.build(DATABASE, fill)
    update()
    server = odoo.Server(DATABASE, port, ODOO_LOG)
    with ExitStack() as at_the_end:
        at_the_end.callback(stop)
        _start(server)
        if os.environ.get("BACKGROUND"):
            at_the_end.pop_all()
        else:
            _serve(server)


def _start(server):
    _start_routers()
    say("Starting Odoo …")
    server.start(start_new_session=True)
    PID_FILE.write_text(str(server.process.pid))
    _introduce(server)
    _start_radius(server)


def _start_radius(server):
    """Start FreeRADIUS for the demo; without it all but logging in can be tried."""
    radius = freeradius.Server(RADIUS_FOLDER, RADIUS_LOG)
    try:
        values = freeradius.database_values()
        archive = freeradius.download(server.url, server.database, **values)
        radius.configure(archive, server.database)
        radius.start(start_new_session=True)
    except (Failure, OSError) as failure:
        say(f"\nFreeRADIUS does not run, all else does: {failure}")
        return
    RADIUS_PID_FILE.write_text(str(radius.process.pid))
    say(f"\nFreeRADIUS lets subscribers in (log: {shown(RADIUS_LOG)}).")


def _start_routers():
    """Start the simulated routers; without them all but their pages can be tried."""
    try:
        routers = simulator.start()
    except Failure as failure:
        say(f"\nThe simulated routers do not run, all else does: {failure}")
        return
    SIMULATOR_PID_FILE.write_text(str(routers.pid))
    say(f"Two simulated routers run (log: {shown(SIMULATOR_LOG)}).")


def _port():
    text = os.environ.get("PORT") or str(PORT)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Failure(f"PORT={text} is no port: give a number from 1024 to 65535.")
    return int(text)


def _introduce(server):
    logins = databases.query("SELECT login FROM res_users WHERE active", DATABASE)
    say(f"\nOdoo serves {server.url}  (log: {shown(ODOO_LOG)})\n")
    say(table(server.url, set(logins)))


def _serve(server):
    say("\nCtrl-C ends it.")
    signal.signal(signal.SIGTERM, lambda *_args: server.process.terminate())
    try:
        server.process.wait()
    except KeyboardInterrupt:
        say("\nEnding …")
        server.stop()


def running_pid(pid_file, name):
    """The process id in `pid_file`, None when no program of that name has it."""
    if not pid_file.exists():
        return None
    pid = int(pid_file.read_text() or 0)
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            return pid if name in file.read() and process.is_alive(pid) else None
    except OSError:
        return None


def stop():
    """End the demo's Odoo, FreeRADIUS and routers; return whether Odoo ran."""
    stop_radius()
    stop_routers()
    pid = running_pid(PID_FILE, "odoo")
    if pid:
        process.end(pid)
    PID_FILE.unlink(missing_ok=True)
    return bool(pid)


def stop_radius():
    if pid := running_pid(RADIUS_PID_FILE, "freeradius"):
        process.end(pid)
    RADIUS_PID_FILE.unlink(missing_ok=True)


def stop_routers():
    if pid := running_pid(SIMULATOR_PID_FILE, "simulator"):
        process.end(pid)
    SIMULATOR_PID_FILE.unlink(missing_ok=True)


def reset():
    """Drop the demo database with its files, and what the routers hold."""
    if stop():
        say("Odoo ended.")
    simulator.forget()
    removed = databases.drop(DATABASE)
    databases.drop(f"{DATABASE}_building")
    freeradius.drop_role(DATABASE)
    say(
        f"Removed: database {DATABASE} and its files."
        if removed
        else "There is no demo database."
    )
