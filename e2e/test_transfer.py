"""Issue 18: the unique amount of the portal is transferred, the accountant imports the
bank's file, and the line is open."""

import re

from test_payment_confirmation import Debtor

from harness.browser import wait_until_quiet

DASHBOARD = "/odoo/action-account.open_account_journal_dashboard_kanban"
TRANSFERS = "/odoo/action-isp_bank.isp_transfer_action"


def test_a_unique_amount_opens_the_line(
    server, browser, one_sender, wait_until, tmp_path
):
    manager = server.client("accountant")
    (bca,) = manager.call("account.journal", "search", [["code", "=", "BCA"]])
    manager.call("account.journal", "write", [bca], {"isp_unique_amounts": True})
    debtor = Debtor(server)
    assert debtor.read("access")["access"] == "isolated"

    phone = browser.phone(debtor.login, "id_ID")
    phone.goto(f"/my/services/{debtor.id}")
    phone.click("#isp_to_pay a.btn-primary")
    told = phone.inner_text(".isp_unique_amount strong")
    amount = int(re.sub(r"\D", "", told.partition(",")[0]))

    file = tmp_path / "mutasi.csv"
    (day,) = server.query(
        "SELECT to_char(now() AT TIME ZONE 'Asia/Jakarta', 'DD/MM/YYYY')"
    )
    file.write_text(
        "Tanggal Transaksi,Keterangan,Cabang,Jumlah,,Saldo\n"
        f'\'{day},TRSF E-BANKING CR,\'0000,"{amount:,}.00",CR,"{amount:,}.00"\n'
    )
    desk = browser.desktop("accountant")
    desk.goto(DASHBOARD)
    wait_until_quiet(desk)
    card = desk.locator(".o_kanban_record").filter(has_text="BCA")
    card.locator("[name=import_account_statement]").first.click()
    desk.set_input_files(".modal input[type=file]", file)
    desk.fill(".modal [name=sheet_mapping_id] input", "KlikBCA Individual")
    desk.click(".o-autocomplete--dropdown-item >> text=KlikBCA Individual")
    desk.click(".modal button[name=import_file_button]")

    wait_until(
        lambda: debtor.read("access")["access"] == "open", "paid, the line is open"
    )
    (state,) = server.query(
        f"SELECT payment_state FROM account_move WHERE id = {debtor.invoice}"
    )
    assert state == "paid"
    desk.goto(TRANSFERS)
    wait_until_quiet(desk)
    desk.click(".o_searchview .o_facet_remove")
    desk.locator(".o_data_row").filter(has_text="Matched by itself").first.wait_for()
    assert server.log_problems() == []
