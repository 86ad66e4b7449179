"""Chromium through Playwright: a window or a phone for each person of a story."""

import re

from tools.layout import TEST_LOG

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP = {"viewport": {"width": 1366, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
LANGUAGES = {"en_US": "en-US", "id_ID": "id-ID"}
TIMEOUT = 20_000  # milliseconds, for every condition that is waited for
FIRST_PAGE = ".o_action_manager > *, #wrapwrap, #my_work > *"
CSRF_TOKEN = re.compile(r'name="csrf_token" value="(\w+)"')
COUNT_REQUESTS = """
window.requestsUnderWay = 0;
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (...args) {
    window.requestsUnderWay++;
    this.addEventListener("loadend", () => window.requestsUnderWay--);
    return send.apply(this, args);
};
"""
# There is no printer: Chromium without a window ends when a page prints.
COUNT_PRINTS = """
window.print = () => { window.top.prints = 1 + (window.top.prints || 0); };
"""
QUIET = """() => {
    window.quietFrames = window.requestsUnderWay ? 0 : (window.quietFrames || 0) + 1;
    const quiet = window.quietFrames > 8;
    if (quiet) window.quietFrames = 0;
    return quiet;
}"""


def wait_until_quiet(page):
    """Wait until the page has asked the server for nothing during eight frames.

    Odoo's web client shows a list first as it last saw it and then anew: what is
    clicked in that instant may be gone before the click is handled.
    """
    page.wait_for_function(QUIET)


class Browser:
    """The browsers of one test. Each `desktop` or `phone` is a person of its own,
    with separate cookies. `errors` holds what their consoles complained about."""

    def __init__(self, chromium, server, test_name):
        self.chromium, self.server, self.test_name = chromium, server, test_name
        self.contexts, self.pages, self.errors = [], [], []

    def desktop(self, login=None, language="en_US", by_form=False):
        """A page in a wide window, logged in as `login` (None: a visitor).

        :param by_form: whether the log-in is part of the story
        """
        return self._page(DESKTOP, login, language, by_form)

    def phone(self, login=None, language="en_US", by_form=False):
        """A page on a phone 390 px wide, as `desktop`."""
        return self._page(PHONE, login, language, by_form)

    def _page(self, device, login, language, by_form):
        context = self.chromium.new_context(
            **device,
            base_url=self.server.url,
            locale=LANGUAGES[language],
            timezone_id="Asia/Jakarta",
        )
        context.set_default_timeout(TIMEOUT)
        self.contexts.append(context)
        context.add_init_script(COUNT_REQUESTS + COUNT_PRINTS)
        page = context.new_page()
        self.pages.append(page)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        if login:
            self._speak(login, language)
            if by_form:
                self.log_in(page, login)
            else:
                self._enter(page, login, LANGUAGES[language])
        return page

    def _speak(self, login, language):
        admin = self.server.client("admin")
        others = [("login", "=", login), ("lang", "!=", language)]
        if users := admin.call("res.users", "search", others):
            admin.call("res.users", "write", users, {"lang": language})

    def _enter(self, page, login, locale):
        """Log in with the requests of the login form, and open the page behind it: the
        form itself, which Chromium takes a second to show, is for `log_in`."""
        headers = {"Accept-Language": locale}
        form = page.request.get("/web/login", headers=headers).text()
        answer = page.request.post(
            "/web/login",
            form={
                "csrf_token": CSRF_TOKEN.search(form)[1],
                "login": login,
                "password": login,
            },
            headers=headers,
            max_redirects=0,
        )
        page.goto(answer.headers["location"])
        page.wait_for_selector(FIRST_PAGE)

    def log_in(self, page, login, password=None):
        """Fill in the login form as a person does; wait for the page behind it."""
        page.goto("/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password or login)
        page.click("form.oe_login_form button[type=submit]")
        page.wait_for_url(re.compile(r"/(odoo|my)\b"))
        page.wait_for_selector(FIRST_PAGE)

    def _on_console(self, message):
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def close(self, failed):
        """Close all windows; keep a picture of each when the test failed."""
        for number, page in enumerate(self.pages, 1):
            if failed and not page.is_closed():
                page.screenshot(path=TEST_LOG / f"{self.test_name}-{number}.png")
        for context in self.contexts:
            context.close()


def draw_signature(page, canvas):
    """Draw a line that goes up and down on the canvas of a signature."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"] + 20, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x + 20 * step, y + (20 if step % 2 else -20))
    page.mouse.up()
