"""A technician's phone that keeps what is on it when its browser is killed."""

import io
import os
import random
import shutil
import signal
import tempfile
import time
from pathlib import Path

from PIL import Image

from tools.layout import TEST_LOG

from .browser import CHROMIUM, FLAGS, LANGUAGES, PHONE, TIMEOUT, draw_signature
from .line import Line


def large_photo():
    """A PNG of almost 10 MB."""
    buffer = io.BytesIO()
    noise = random.Random(1).randbytes(1800 * 1800 * 3)
    Image.frombytes("RGB", (1800, 1800), noise).save(buffer, "PNG")
    return buffer.getvalue()


class FieldPhone:
    """The page /my-work in a browser with a profile of its own on the disk.

    `off()` and `on()` take the signal away and bring it back; `kill()` ends the browser
    as a phone does that needs memory, `start()` opens it again, without signal if it
    had none.
    """

    def __init__(self, chromium, server, login, language="en_US"):
        self.chromium, self.server, self.login = chromium, server, login
        self.line = Line(server)
        self.language = language
        self.profile = Path(tempfile.mkdtemp(prefix="phone-"))
        self.errors, self.offline = [], False
        self._speak()
        self.start()
        self.log_in()

    def _speak(self):
        admin = self.server.client("admin")
        users = admin.call("res.users", "search", [("login", "=", self.login)])
        admin.call("res.users", "write", users, {"lang": self.language})

    def start(self):
        self.context = self.chromium.browser_type.launch_persistent_context(
            self.profile,
            executable_path=CHROMIUM,
            args=FLAGS,
            **PHONE,
            base_url=self.line.url,
            locale=LANGUAGES[self.language],
            timezone_id="Asia/Jakarta",
        )
        self.context.set_default_timeout(TIMEOUT)
        self.context.set_offline(self.offline)
        self.page = self.context.pages[0]
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())

    def log_in(self):
        page = self.page
        page.goto("/web/login?redirect=/my-work")
        page.fill("input[name=login]", self.login)
        page.fill("input[name=password]", self.login)
        page.click("form.oe_login_form button[type=submit]")
        page.wait_for_selector("#not_sent")

    def kept(self):
        """Wait until the page and the visits are on the phone."""
        self.page.wait_for_function("() => navigator.serviceWorker.controller")
        self.page.wait_for_selector("[data-visit]")

    def mend(self):
        """Bring the signal back to a browser that does not run."""
        self.offline = False
        self.line.mend()

    def off(self):
        self.offline = True
        self.line.cut()
        self.context.set_offline(True)

    def on(self):
        self.mend()
        self.context.set_offline(False)

    def kill(self):
        """End the browser without a word, and no other one."""
        option = f"--user-data-dir={self.profile}"
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                arguments = (folder / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            if option in arguments and not any(
                argument.startswith("--type=") for argument in arguments
            ):
                os.kill(int(folder.name), signal.SIGKILL)
        for lock in self.profile.glob("Singleton*"):
            lock.unlink()

    def open(self):
        self.page.goto("/my-work")
        self.page.wait_for_selector("#not_sent")

    def open_kept(self):
        """Open the page that is on the phone, of nobody who is logged in."""
        self.page.goto("/my-work")
        self.page.wait_for_selector("#not_sent", state="attached")

    def arrive(self):
        """Wait until all is sent. A browser that was killed may have lost its session:
        then its user logs in again."""
        done = "#not_sent[data-count='0'], a.login"
        self.page.wait_for_selector(done, state="attached", timeout=3 * TIMEOUT)
        if self.page.locator("a.login").count():
            assert self.waiting()
            self.log_in()
        self.wait_for_count(0)

    def close_page(self):
        """Leave the page; its service worker stays."""
        self.page.goto("about:blank")

    def tell_signal(self):
        """Let the browser find that there is signal again: it wakes the service
        worker."""
        session = self.context.new_cdp_session(self.page)
        found = []
        session.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: found.extend(event["registrations"]),
        )
        session.send("ServiceWorker.enable")
        self.wait_until(lambda: found, "the browser names its service worker")
        session.send(
            "ServiceWorker.dispatchSyncEvent",
            {
                "origin": self.line.url,
                "registrationId": found[-1]["registrationId"],
                "tag": "isp-my-work",
                "lastChance": True,
            },
        )

    def send_by_page_alone(self):
        """Take from the page what lets its service worker send in its place."""
        self.page.evaluate("() => { delete ServiceWorkerRegistration.prototype.sync; }")

    def wait_until(self, condition, what):
        """Wait for what the page cannot show, while the browser goes on."""
        deadline = time.monotonic() + 3 * TIMEOUT / 1000
        while not condition():
            assert time.monotonic() < deadline, f"It never happened: {what}"
            self.page.wait_for_timeout(50)

    def count_kept(self):
        """How many rows there are in each store on the phone (dict)."""
        return self.page.evaluate(
            """async () => {
                const db = await window.idb.openDB("isp-my-work");
                const names = [...db.objectStoreNames];
                const counts = await Promise.all(names.map((name) => db.count(name)));
                db.close();
                return Object.fromEntries(names.map((name, i) => [name, counts[i]]));
            }"""
        )

    def log_out(self):
        self.page.evaluate("() => { location.hash = ''; }")
        self.page.locator("button.log_out").click()
        self.page.wait_for_selector("input[name=login]")

    def log_out_of_odoo(self):
        """Through the menu of the user."""
        page = self.page
        page.goto("/odoo/action-isp_base.isp_work_order_action_mine")
        page.wait_for_selector(".o_kanban_record:not(.o_kanban_ghost)")
        page.locator(".o_mobile_menu_toggle").click()
        entry = page.get_by_text("Log out", exact=True)
        entry.wait_for()
        entry.dispatch_event("click")
        page.wait_for_selector("input[name=login]")

    def visit(self, number):
        self.page.evaluate("number => { location.hash = number; }", number)
        self.page.wait_for_selector("h1")

    def press(self, act):
        """Press the button of an act, and wait until it is on the phone."""
        self.page.locator(f"button[data-act={act}]").click()
        self.page.wait_for_selector(f"button[data-act={act}]", state="detached")

    def write(self, **values):
        for name, value in values.items():
            self.page.locator(f"[name={name}]").fill(str(value))

    def wait_for_draft(self, name, text):
        """Wait until what was typed into a field is on the disk."""
        self.page.wait_for_function(
            """async ([name, text]) => {
                const db = await window.idb.openDB("isp-my-work");
                const drafts = await db.getAll("drafts");
                db.close();
                return drafts.some((draft) => draft.values[name] === text);
            }""",
            arg=[name, text],
        )

    def write_while_shown(self, name, text):
        """Type a text while the screen is shown anew, right after what was typed before
        is read from the disk; return what the field of the new screen says."""
        return self.page.evaluate(
            """async ([name, text]) => {
                const find = () => document.querySelector(`[name=${name}]`);
                const field = find();
                const type = () => {
                    field.value = text;
                    field.dispatchEvent(new Event("input", {bubbles: true}));
                };
                const {getAll} = IDBObjectStore.prototype;
                IDBObjectStore.prototype.getAll = function (...values) {
                    const request = getAll.apply(this, values);
                    if (this.name === "drafts") {
                        IDBObjectStore.prototype.getAll = getAll;
                        request.addEventListener("success", type);
                    }
                    return request;
                };
                window.dispatchEvent(new Event("hashchange"));
                await new Promise((done) => {
                    new MutationObserver((_changes, observer) => {
                        if (!field.isConnected) {
                            observer.disconnect();
                            done();
                        }
                    }).observe(document.body, {childList: true, subtree: true});
                });
                return find().value;
            }""",
            [name, text],
        )

    def draw(self, name):
        draw_signature(self.page, self.page.locator(f"canvas[data-name={name}]"))

    def waiting(self):
        """How many entries the page says are not sent yet."""
        return int(self.page.locator("#not_sent").get_attribute("data-count"))

    def wait_for_count(self, count):
        selector = f"#not_sent[data-count='{count}']"
        self.page.wait_for_selector(selector, state="attached", timeout=3 * TIMEOUT)

    def remove(self, failed):
        """Close it; `failed` is the name of a test that failed: a picture is kept."""
        if failed:
            picture = TEST_LOG / f"{failed}-{self.login}.png"
            self.page.screenshot(path=picture, full_page=True)
        self.context.close()
        self.line.remove()
        shutil.rmtree(self.profile, ignore_errors=True)
