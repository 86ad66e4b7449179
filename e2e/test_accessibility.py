"""P22: who sees or moves badly uses the subscriber's pages too. axe-core looks at each,
in both languages, on a phone."""

import json

import pytest

from tools.layout import NODE

AXE = NODE / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
# Parts that Odoo puts on every page, and pages that are its own.
OF_ODOO = [".js_language_selector", ".o_skip_to_content", "nav.navbar"]
PAGES_OF_ODOO = {"/my/invoices", "/web/login", "/web/reset_password"}
LOOK = """async ([rules, exclude]) => {
    const {violations} = await axe.run({exclude}, {runOnly: rules});
    return violations.flatMap(({id, nodes}) =>
        nodes.map(({target, failureSummary}) => [id, target.join(" "), failureSummary])
    );
}"""


@pytest.fixture(scope="module")
def server(only_looked_at):
    return only_looked_at


def get_pages(server):
    """Return the addresses of what a subscriber sees."""
    portal = server.query(
        """SELECT s.id FROM isp_service s JOIN res_users u USING (partner_id)
        WHERE u.login = 'subscriber1' ORDER BY s.id"""
    )
    repairs = server.query(
        """SELECT t.id FROM helpdesk_ticket t JOIN res_users u USING (partner_id)
        WHERE u.login = 'subscriber1' ORDER BY t.id"""
    )
    return [
        "/my",
        "/my/services",
        *(f"/my/services/{number}" for number in portal[:1]),
        *(f"/my/services/{number}/prepay" for number in portal[:1]),
        "/my/services/claim",
        "/my/repairs",
        "/my/repairs/new",
        *(f"/my/repairs/{number}" for number in repairs[:1]),
        "/my/invoices",
    ]


@pytest.mark.parametrize("language", ["en_US", "id_ID"])
def test_pages_of_the_subscriber(server, browser, language):
    page = browser.phone("subscriber1", language=language)
    visitor = browser.phone()
    problems = []
    for one, paths in (
        (page, get_pages(server)),
        (visitor, ["/web/login", "/web/signup", "/web/reset_password", "/isp/verify"]),
    ):
        for path in paths:
            one.goto(path)
            if path not in PAGES_OF_ODOO:
                one.add_script_tag(path=str(AXE))
                found = one.evaluate(LOOK, [RULES, OF_ODOO])
                problems += [[path, *problem] for problem in found]
            if not one.evaluate("document.documentElement.lang"):
                problems.append([path, "no language"])
            if one.title() == "Odoo":
                problems.append([path, "no title"])
    assert not problems, json.dumps(problems, indent=1)
