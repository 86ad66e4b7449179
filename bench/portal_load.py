"""How many pages of the portal two Odoo processes serve to fifty customers at once,
against Odoo's own list of invoices, for the same customer in the same run.

Each has logged in before, and asks for the next page as soon as he has the last.
"""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from tools import odoo, process
from tools.layout import LOG
from tools.measure import get_size, report

PROCESSES = 2
CLIENTS = 50
LOGIN = "subscriber1"
YARDSTICK = "/my/invoices"
PAGES = (YARDSTICK, "/my", "/my/services", "/my/services/{service}")


def run(env):
    """Report pages a second; `env` is that of an Odoo shell."""
    count = get_size(500)
    user = env["res.users"].search([("login", "=", LOGIN)])
    service = user.partner_id.isp_service_ids[:1]
    with ExitStack() as stack:
        ports = [_serve(stack, env.cr.dbname) for _number in range(PROCESSES)]
        cookies = [_log_in(port, env.cr.dbname) for port in ports]
        places = [
            (ports[n % PROCESSES], cookies[n % PROCESSES]) for n in range(CLIENTS)
        ]
        yardstick = None
        for page in PAGES:
            path = page.format(service=service.id)
            _ask(places, path, PROCESSES * 2)
            rate = count / _ask(places, path, count)
            yardstick = yardstick or rate
            report(
                f"portal_load, {page}", count, "a second", rate, YARDSTICK, yardstick
            )


def _serve(stack, database):
    """Return the port of an Odoo that ends with the stack."""
    port = process.free_port()
    server = odoo.Server(database, port, LOG / f"portal_load-{port}.log")
    server.options = ("--max-cron-threads=0",)
    stack.callback(server.stop)
    server.start()
    return port


def _log_in(port, database):
    """Return the cookie of who has logged in."""
    params = {"db": database, "login": LOGIN, "password": LOGIN}
    body = json.dumps({"jsonrpc": "2.0", "params": params})
    line = http.client.HTTPConnection("127.0.0.1", port)
    line.request(
        "POST",
        "/web/session/authenticate",
        body,
        {"Content-Type": "application/json"},
    )
    answer = line.getresponse()
    if not json.load(answer).get("result"):
        raise AssertionError(f"{LOGIN} cannot log in")
    line.close()
    return answer.headers["Set-Cookie"].partition(";")[0]


def _ask(places, path, count):
    """Return the seconds in which so many pages came, to all clients together."""
    shares = [range(n, count, len(places)) for n in range(len(places))]
    start = time.perf_counter()
    with ThreadPoolExecutor(len(places)) as pool:
        clients = [
            pool.submit(_ask_often, *place, path, len(share))
            for place, share in zip(places, shares, strict=True)
        ]
        for client in clients:
            client.result()
    return time.perf_counter() - start


def _ask_often(port, cookie, path, times):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for _time in range(times):
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise AssertionError(f"{path}: {answer.status}")
    line.close()
