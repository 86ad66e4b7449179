"""What a phone waits for a page on a slow line: the first time, and again.

Chromium holds the line at 400 kbit/s with 400 ms for each answer (`N=…` is another
speed; one below 100, as in a rehearsal, is in Mbit/s). Pages come through nginx, which
compresses as deploy/ has it. A page is there when what somebody came for is on it. Cold
is a phone that never saw it, warm one that has just seen it. The yardstick
is Odoo's own web client with its list of contacts.
"""

import json
import re
import resource
import socket
import subprocess
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from tools import odoo, process
from tools.layout import LOG, ROOT
from tools.measure import get_size, report
from tools.setup import nginx

CHROMIUM = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox"]}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True}
START = 20  # seconds for nginx, at most
LATENCY = 400  # milliseconds
PATIENCE = 180_000  # milliseconds for a page, at most
YARDSTICK = "web client, contacts"
RECORD = ".o_kanban_record, .o_data_row"
PAGES = (
    # name, who opens it, path, what he came for
    (YARDSTICK, "administrator", "/odoo/action-base.action_partner_form", RECORD),
    ("web client, Today", "administrator", "/odoo", ".isp_today_card"),
    ("technician's page", "technician1", "/my-work", "[data-visit]"),
    ("portal", "subscriber1", "/my", ".o_portal_docs, .o_portal_my_home"),
)
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
SITE = """daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    include {types};
    access_log off;
    {temporary}
    {compression}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass {url};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $http_connection;
        }}
    }}
}}
"""


def run(env):
    """Report seconds, bytes, requests of each page; `env` is that of an Odoo shell."""
    kbit = get_size(400)
    if kbit < 100:
        kbit *= 1000
    _plan_visit(env)
    found = {}
    with _room(), _served(env.cr.dbname) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        for page in PAGES:
            _load(browser, env.cr.dbname, url, page, ["made"])  # bundles, once
            states = ["cold", "warm"]
            found[page[0]] = _load(browser, env.cr.dbname, url, page, states, kbit)
        browser.close()
    for name, loads in found.items():
        for state, measures in loads.items():
            for unit, value in measures.items():
                yardstick = found[YARDSTICK][state][unit]
                title = f"first_load, {name}, {state}"
                report(title, kbit, unit, value, YARDSTICK, yardstick)


def _plan_visit(env):
    """The technician goes to somebody today."""
    technician = env["res.users"].search([("login", "=", "technician1")])
    service = env["isp.service"].search([("state", "=", "active")], limit=1)
    now = env.cr.now()
    visit = env["isp.work.order"].create(
        {
            "kind": "visit",
            "service_id": service.id,
            "planned_start": now,
            "planned_end": now + timedelta(hours=2),
            "pic_id": technician.id,
            "technician_ids": technician.ids,
        }
    )
    visit.state = "scheduled"
    env.cr.commit()


@contextmanager
def _room():
    """A browser sets more addresses aside than Odoo allows itself."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (before[1], before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@contextmanager
def _served(database):
    """Serve the database by Odoo behind nginx; yield the address."""
    nginx.ensure()
    server = odoo.Server(database, process.free_port(), LOG / "first_load.log")
    server.options = ("--max-cron-threads=0",)
    with TemporaryDirectory() as folder:
        main, port = Path(folder, "main.conf"), process.free_port()
        main.write_text(
            SITE.format(
                folder=folder,
                types=nginx.UNPACKED.folder / "etc/nginx/mime.types",
                temporary="\n".join(f"{n}_temp_path {folder}/{n};" for n in TEMPORARY),
                compression=_read_compression(),
                port=port,
                url=server.url,
            )
        )
        server.start()
        front = subprocess.Popen([nginx.PROGRAM, "-p", folder, "-c", main])
        try:
            _await_port(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            front.terminate()
            front.wait()
            server.stop()


def _await_port(port):
    deadline = time.monotonic() + START
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _read_compression():
    """Return what nginx compresses where it is deployed."""
    text = (ROOT / "deploy/templates/nginx.conf").read_text()
    return "\n".join(re.findall(r"gzip[^;]*;", text))


def _load(browser, database, url, page, states, kbit=0):
    """Open a page on a phone that never saw it, once for each of these states; return
    {state: measures}.

    :param kbit: the speed of the line; 0: as fast as it goes
    """
    _name, login, path, sign = page
    phone = browser.new_context(**PHONE, base_url=url)
    _log_in(phone, database, login)
    loads = {state: _open(phone, path, sign, kbit) for state in states}
    phone.close()
    return loads


def _log_in(phone, database, login):
    """Log in without a page."""
    params = {"db": database, "login": login, "password": login}
    answer = phone.request.post(
        "/web/session/authenticate",
        data=json.dumps({"jsonrpc": "2.0", "params": params}),
        headers={"Content-Type": "application/json"},
    ).json()
    if not answer.get("result"):
        raise AssertionError(f"{login} cannot log in: {answer.get('error')}")


def _open(phone, path, sign, kbit):
    """Open a page in a new tab; return {unit: measure} until its sign is there."""
    page = phone.new_page()
    page.set_default_timeout(PATIENCE)
    tool = phone.new_cdp_session(page)
    sizes, parts = [], []
    tool.on("Network.loadingFinished", lambda e: sizes.append(e["encodedDataLength"]))
    tool.on("Network.dataReceived", lambda e: parts.append(e["requestId"]))
    tool.send("Network.enable")
    if kbit:
        line = {"downloadThroughput": kbit * 125, "uploadThroughput": kbit * 125}
        line |= {"offline": False, "latency": LATENCY}
        tool.send("Network.emulateNetworkConditions", line)
    start = time.perf_counter()
    page.goto(path, wait_until="commit")
    page.locator(f":is({sign}) >> visible=true").first.wait_for()
    seconds = time.perf_counter() - start
    measures = {"s": seconds, "kB": sum(sizes) / 1000, "requests": len(sizes)}
    come = -1
    while come < len(parts):  # what it keeps for the next time, too
        come = len(parts)
        page.wait_for_timeout(3 * LATENCY)
    page.close()
    return measures
