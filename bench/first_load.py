"""What a phone waits for a page on a slow line: the first time, and again.

Chromium holds the line at 400 kbit/s with 400 ms for each answer (`N=…` is another speed;
one below 100, as in a rehearsal, is in Mbit/s). Odoo answers in this process, and what
nginx would compress is compressed as deploy/templates/nginx.conf has it. A page is there
when what somebody came for is on it. Cold is a phone that never saw it; warm one that has
just seen it, in a new tab. The yardstick is Odoo's own web client with its list of
contacts.
"""

import gzip
import json
import resource
import threading
import time
from contextlib import contextmanager

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from odoo.http import root

from tools.measure import get_size, report

CHROMIUM = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox"]}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True}
LATENCY = 400  # milliseconds
PATIENCE = 180_000  # milliseconds for a page, at most
SMALLEST = 1000  # bytes that are compressed
COMPRESSED = ("text/", "application/json", "application/javascript", "image/svg")
YARDSTICK = "web client, contacts"
PAGES = (
    # name, who opens it, path, what he came for
    (YARDSTICK, "administrator", "/odoo/action-base.action_partner_form", ".o_view"),
    ("web client, Today", "administrator", "/odoo", ".isp_today_card"),
    ("technician's page", "technician1", "/my-work", "[data-visit]"),
    ("portal", "subscriber1", "/my", ".o_portal_docs, .o_portal_my_home"),
)


def run(env):
    """Report seconds, bytes and requests of each page; `env` is that of an Odoo shell."""
    kbit = get_size(400)
    if kbit < 100:
        kbit *= 1000
    found = {}
    with _room(), _served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        for name, login, path, sign in PAGES:
            for again in (True, False):  # first for the server, which makes bundles once
                phone = browser.new_context(**PHONE, base_url=url)
                _log_in(phone, env.cr.dbname, login)
                speed = 0 if again else kbit
                cold = _open(phone, path, sign, speed)
                warm = _open(phone, path, sign, speed)
                phone.close()
            found[name] = {"cold": cold, "warm": warm}
        browser.close()
    for name, loads in found.items():
        for state, measures in loads.items():
            for unit, value in measures.items():
                yardstick = found[YARDSTICK][state][unit]
                title = f"first_load, {name}, {state}"
                report(title, kbit, unit, value, YARDSTICK, yardstick)


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
def _served():
    server = make_server("127.0.0.1", 0, _compress(root), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()


def _compress(application):
    """Return the WSGI application with answers compressed as nginx does."""

    def serve(environ, start_response):
        answer = {}

        def keep(status, headers, exc_info=None):
            answer.update(status=status, headers=dict(headers), all=headers)

        parts = application(environ, keep)
        body = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        headers = answer["all"]
        kind = answer["headers"].get("Content-Type", "")
        if len(body) >= SMALLEST and kind.startswith(COMPRESSED):
            body = gzip.compress(body, 1)
            headers = [pair for pair in headers if pair[0] != "Content-Length"]
            headers += [
                ("Content-Encoding", "gzip"),
                ("Content-Length", str(len(body))),
            ]
        start_response(answer["status"], headers)
        return [body]

    return serve


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
    """Open a page in a new tab; return {unit: measure} until its sign is there.

    :param kbit: the speed of the line; 0: as fast as it goes
    """
    page = phone.new_page()
    page.set_default_timeout(PATIENCE)
    tool = phone.new_cdp_session(page)
    sizes = []
    tool.on("Network.loadingFinished", lambda e: sizes.append(e["encodedDataLength"]))
    tool.send("Network.enable")
    if kbit:
        line = {"downloadThroughput": kbit * 125, "uploadThroughput": kbit * 125}
        line |= {"offline": False, "latency": LATENCY}
        tool.send("Network.emulateNetworkConditions", line)
    start = time.perf_counter()
    page.goto(path, wait_until="commit")
    page.locator(sign).first.wait_for()
    seconds = time.perf_counter() - start
    measures = {"s": seconds, "kB": sum(sizes) / 1000, "requests": len(sizes)}
    page.wait_for_load_state("networkidle")  # what it keeps for the next time, too
    page.close()
    return measures
