"""C: subscribers who are served already are taken over from a file, in the browser,
and by jobs that are killed in the middle."""

import base64
import csv
import io
import re
from datetime import date, timedelta

from harness.browser import wait_until_quiet

MINUTES = 60  # seconds
# The end of the month two months ahead.
BILLED_UNTIL = (date.today().replace(day=1) + timedelta(days=95)).replace(
    day=1
) - timedelta(days=1)
HEADINGS = (
    "Nama",
    "Telepon",
    "Alamat",
    "Nama Pengguna",
    "Kata Sandi",
    "Paket",
    "Tanggal Aktif",
    "Tagihan Sampai",
    "Sisa Tagihan",
    "Nomor Pelanggan",
    "Warna Rumah",
)


def make_file(label, count, plan, **wrong):
    """A CSV file (bytes) of `count` subscribers; `wrong`: {"row_3": plan}."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";")
    writer.writerow(HEADINGS)
    for n in range(count):
        writer.writerow(
            (
                f"{label} {n:05d}",
                f"0812 55{n // 10000:02d} {n % 10000:04d}",
                f"Jalan Kenanga {n}",
                f"{label.lower()}-{n:05d}",
                f"kata-sandi-{n:05d}",
                wrong.get(f"row_{n}", plan),
                "14/03/2025",
                BILLED_UNTIL.isoformat(),
                "150.000" if n % 3 == 0 else "",
                f"{label}-{n:05d}",
                "biru",
            )
        )
    return output.getvalue().encode("cp1252")


def plan_of(manager):
    (plan,) = manager.find(
        "product.template", [("is_internet_plan", "=", True)], "name", limit=1
    )
    return plan["name"]


def press(page, name):
    wait_until_quiet(page)
    button = page.locator(f".o_form_view button[name={name}] >> visible=true")
    with page.expect_response(re.compile("/call_button/")):
        button.first.click()
        confirm = page.locator(".modal footer button.btn-primary")
        if name == "action_import":
            confirm.click()


def test_a_file_is_checked_and_imported_in_the_browser(server, browser, wait_until):
    manager = server.client("admin")
    plan = plan_of(manager)
    content = make_file("Layar", 130, plan, row_7="Paket Hantu", row_20="Paket Lama")
    page = browser.desktop("admin")
    page.goto("/odoo/action-isp_takeover.isp_takeover_action")
    page.locator(".o_list_button_add").click()
    page.set_input_files(
        ".o_form_view input[type=file]",
        {"name": "pelanggan.csv", "mimeType": "text/csv", "buffer": content},
    )
    page.locator(".o_form_button_save").click()
    page.get_by_text("Warna Rumah").first.wait_for()
    press(page, "action_test")
    (takeover,) = manager.call(
        "isp.takeover", "search", [("name", "=", "pelanggan.csv")]
    )

    def state():
        return manager.read("isp.takeover", [takeover], "state")[0]["state"]

    wait_until(lambda: state() == "checked", "the test run", MINUTES)
    assert not manager.find("isp.service", [("username", "like", "layar-")], "name")
    page.reload()
    page.get_by_text("Nothing has been changed yet").wait_for()
    press(page, "action_import")
    wait_until(lambda: state() == "done", "the import", 2 * MINUTES)
    page.reload()
    button = page.locator("button[name=action_view_services]")
    button.get_by_text("128").wait_for()
    button.click()
    page.locator(".o_data_row").filter(has_text="Layar").first.wait_for()
    assert server.query(
        "SELECT count(*), count(DISTINCT s.id) FROM isp_service s "
        "JOIN isp_billing_period p ON p.service_id = s.id "
        "WHERE s.username LIKE 'layar-%' AND s.access = 'open' "
        "AND p.kind = 'taken_over' "
        f"AND s.next_invoice_date = '{BILLED_UNTIL + timedelta(days=1)}'"
    ) == ["128|128"]


def test_an_import_killed_in_the_middle_goes_on_and_adds_nobody_twice(
    server, wait_until
):
    manager = server.client("admin")
    takeover = manager.create(
        "isp.takeover",
        name="killed.csv",
        file=base64.b64encode(make_file("Mati", 300, plan_of(manager))).decode(),
    )
    manager.call("isp.takeover", "action_test", [takeover])

    def lines(state):
        (count,) = server.query(
            "SELECT count(*) FROM isp_takeover_line "
            f"WHERE takeover_id = {takeover} AND state = '{state}'"
        )
        return int(count)

    wait_until(lambda: lines("ok") == 300, "the test run", 2 * MINUTES)
    manager.call("isp.takeover", "action_import", [takeover])
    wait_until(lambda: lines("done") >= 100, "the first batch", MINUTES)
    server.kill()
    assert lines("ok"), "it was killed in the middle"
    server.start()
    server.client("admin").call("isp.takeover", "action_continue", [takeover])
    wait_until(lambda: lines("done") == 300, "the rest", 3 * MINUTES)
    wait_until(
        lambda: (
            server.query(
                "SELECT count(*) FROM queue_job WHERE model_name = 'isp.takeover' "
                "AND state NOT IN ('done', 'cancelled')"
            )
            == ["0"]
        ),
        "the jobs that were enqueued twice find nothing left",
        2 * MINUTES,
    )
    assert server.query(
        "SELECT count(*), count(DISTINCT s.id), count(DISTINCT m.id), "
        "sum(m.amount_residual)::int FROM isp_service s "
        "LEFT JOIN account_move_line l ON l.isp_service_id = s.id "
        "LEFT JOIN account_move m ON m.id = l.move_id AND m.state = 'posted' "
        "WHERE s.username LIKE 'mati-%'"
    ) == ["300|300|100|15000000"]
    assert server.query(
        "SELECT count(*) FROM isp_vault v JOIN isp_takeover_line l ON l.id = v.res_id "
        f"WHERE v.model = 'isp.takeover.line' AND l.takeover_id = {takeover}"
    ) == ["0"]
