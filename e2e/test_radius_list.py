"""Subscribers of a list that was taken over log in at a real FreeRADIUS."""

import base64
import csv
import io

ODD_PASSWORDS = (
    "*bin*99*",
    " ada spasi ",
    "rahasia é",
    '"petik"',
    "'petik'",
    "`id`",
    "garis\\nmiring",
    'a"b\\',
    "%{User-Name}",
    "${x}",
)


def test_names_and_passwords_of_a_list_log_in_as_they_are(radius, wait_until):
    """N15, N16: none is altered between the list and the log-in."""
    admin, nas = radius.server.client("admin"), radius.nas()
    (plan,) = admin.find(
        "product.template", [["is_internet_plan", "=", True]], "name", limit=1
    )
    (pop,) = admin.find("isp.pop", [], "code", limit=1)
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";")
    writer.writerow(["Nama", "Paket", "Tanggal Aktif", "User PPPoE", "Sandi", "POP"])
    for number, password in enumerate(ODD_PASSWORDS):
        name = f"2602-BAYU={number} o'neil"
        row = [f"Bayu {number}", plan["name"], "2026-01-31", name, password]
        writer.writerow([*row, pop["code"]])
    content = base64.b64encode(output.getvalue().encode()).decode()
    takeover = admin.create("isp.takeover", name="odd.csv", file=content)
    for method, state in (("action_test", "checked"), ("action_import", "done")):
        admin.call("isp.takeover", method, [takeover])
        wait_until(
            lambda s=state: (
                admin.read("isp.takeover", [takeover], "state")[0]["state"] == s
            ),
            state,
        )
    refused = []
    for number, password in enumerate(ODD_PASSWORDS):
        name = f"2602-BAYU={number} o'neil"
        for method in ("pap", "chap", "mschapv2"):
            if nas.log_in(name, password, method)[0] != "accept":
                refused.append((password, method))
    assert not refused
