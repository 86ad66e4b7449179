"""Fixtures of the stories.

`server`   a running Odoo on a copy of the demo database, shared by the tests of
           one file: `server.client("sales")`, `server.kill()`, `server.start()`,
           `server.query(sql)`, `server.log_problems()`
`browser`  windows and phones for the persons of one test: `browser.desktop("sales")`,
           `browser.phone("technician1", language="id_ID")` give a Playwright page.
           An error in a console fails the test; when a test fails, pictures of
           its pages are in var/log/test.

Nothing waits for a time: Playwright waits for what a step needs, `wait_until`
for a condition of ours.
"""

import re
import time

import pytest
from playwright.sync_api import sync_playwright

from harness import Browser, DemoServer
from harness.browser import CHROMIUM, FLAGS
from tools import odoo

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(request):
    odoo.write_config()
    demo = DemoServer(request.module.__name__.rpartition(".")[2])
    demo.create()
    yield demo
    demo.remove()


@pytest.fixture
def browser(chromium, server, request):
    name = re.sub(r"\W+", "-", request.node.name)
    persons = Browser(chromium, server, name)
    yield persons
    persons.close(failed=request.node.stash.get(FAILED, False) or bool(persons.errors))
    assert not persons.errors, "errors in a browser's console"


@pytest.fixture
def wait_until():
    """`wait_until(condition, "what is waited for")`: polls until it is true."""

    def wait(condition, what, timeout=30):
        deadline = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < deadline, f"not within {timeout} s: {what}"
            time.sleep(0.05)

    return wait
