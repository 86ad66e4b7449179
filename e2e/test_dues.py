"""C: who does not pay is reminded and isolated; who pays is back at once."""

import re

from harness.billing import Debtor, run_cron
from harness.browser import wait_until_quiet

MAILS = """SELECT state FROM mail_mail m JOIN mail_message t ON t.id = m.mail_message_id
    WHERE t.model = 'account.move' AND t.res_id = {id} ORDER BY m.id"""


def test_overdue_reminded_isolated_paid_online_and_open(
    server, browser, mail_server, wait_until
):
    debtor = Debtor(server, "Menunggak", "subscriber1")
    assert debtor.access() == "open"

    for _again in range(2):
        run_cron(server, "isp_billing.isp_dunning_remind_cron")
        run_cron(server, "isp_billing.isp_dunning_isolate_cron")
    wait_until(lambda: debtor.access() == "isolated", "isolation", 60)
    reminders = MAILS.format(id=debtor.invoice_id)
    wait_until(lambda: len(server.query(reminders)) == 1, "one reminder", 60)

    run_cron(server, "mail.ir_cron_mail_scheduler_action")
    assert server.query(reminders) == ["exception"], "the mail server is down"
    mail_server.start()
    run_cron(server, "isp_billing.mail_mail_retry_cron")
    run_cron(server, "mail.ir_cron_mail_scheduler_action")
    about = [text for text in mail_server.messages if debtor.invoice in text]
    assert len(about) == 1, "nothing is lost, nothing comes twice"

    pay_online(browser.phone("subscriber1"), debtor)
    wait_until(lambda: debtor.access() == "open", "it is restored by the payment")


def pay_online(page, debtor):
    page.goto("/my/invoices")
    page.locator("a", has_text=debtor.invoice).first.click()
    page.locator("[data-bs-target='#pay_with'] >> visible=true").first.click()
    page.locator("#pay_with .o_payment_option_label", has_text="Demo").click()
    wait_until_quiet(page)
    page.locator("button[name=o_payment_submit_button] >> visible=true").click()
    page.wait_for_url(re.compile(r"/my/invoices/"))
