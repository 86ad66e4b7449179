"""Months of bills, what was paid of them, and books taken over from elsewhere."""

import base64

from freezegun import freeze_time

from odoo import Command, fields

from odoo.addons.isp_base.tests.common import PNG

BEGIN = "2026-09-05"
BILLING_DAYS = ("2026-10-05", "2026-11-05")
OVERDUE = "2026-10-20"


def fill(office):
    """Bill three months, let subscribers pay, or not; take a list over."""
    subscriptions = _subscribe(office)
    for day in BILLING_DAYS:
        with freeze_time(f"{day} 03:00:00"):
            office._bill_due()
    _pay(office, subscriptions)
    _credit(office, subscriptions)
    _confirm(office, subscriptions)
    _remind(office)
    _change(office, subscriptions)
    _take_over(office)
    office._bill_due()
    _fail_a_line(office)


def _subscribe(office):
    """Return {name: service} of subscribers who are billed since September."""
    names = ("Pays", "Pays a part", "Owes", "Gets a credit", "Draft", "Confirms")
    subscriptions = {}
    for name in names:
        partner = office.env["res.partner"].create(
            {"name": name, "email": f"{name.replace(' ', '.').lower()}@example.com"}
        )
        subscriptions[name] = office._create_subscription(
            BEGIN, contact_name=name, partner_id=partner.id
        )
    extra, discount = office.env["product.product"].create(
        [{"name": name, "type": "service"} for name in ("Static address", "Discount")]
    )
    subscriptions["Draft"].sudo().charge_ids = [
        Command.create({"product_id": extra.id, "price": 50_000}),
        Command.create(
            {"product_id": discount.id, "price": -20_000, "date_to": "2026-12-31"}
        ),
    ]
    return subscriptions


def _pay(office, subscriptions):
    office._pay(office._get_invoices(subscriptions["Pays"]))
    invoices = office._get_invoices(subscriptions["Pays a part"])
    office._pay(invoices[0], 100_000)
    subscriptions["Owes"].sudo().promise_date = fields.Date.add(
        fields.Date.today(), days=3
    )


def _credit(office, subscriptions):
    first, second, *_others = office._get_invoices(subscriptions["Gets a credit"])
    office._reverse(first)
    office._reverse(second, post=False)
    office._get_invoices(subscriptions["Draft"])[-1].button_draft()


def _confirm(office, subscriptions):
    """A confirmation in each state, with its proof."""
    invoices = office._get_invoices(subscriptions["Confirms"])
    accepted, rejected, submitted = invoices[:3]
    confirmations = {
        move: office.env["isp.payment.confirmation"]._submit(
            move,
            {
                "amount": move.amount_residual,
                "date": fields.Date.today(),
                "journal_id": office.env["isp.payment.confirmation"]
                ._get_journals(move)[:1]
                .id,
                "proof": base64.b64decode(PNG),
            },
        )
        for move in (accepted, rejected, submitted)
    }
    office._as("accountant", confirmations[accepted]).action_accept()
    office._as("accountant", confirmations[rejected])._reject("Not on our account")


def _remind(office):
    """Reminders are mailed and what is overdue is isolated, by their jobs."""
    office.env["isp.billing.reminder"].create(
        {
            "schedule_id": office.schedule.id,
            "days": 1,
            "template_id": office.env.ref("isp_billing.isp_billing_mail_overdue").id,
        }
    )
    dunning = office.env["isp.dunning"].with_context(queue_job__no_delay=True)
    with freeze_time(f"{OVERDUE} 03:00:00"):
        dunning._cron_remind()
    dunning._cron_isolate()


def _change(office, subscriptions):
    """Another plan and another price in the middle of a month."""
    service = office._as("admin", subscriptions["Pays"])
    service._change_plan(office.other_plan)
    subscriptions["Owes"].sudo().own_price = 175_000


def _take_over(office):
    """A list of which some rows come in, one is wrong and one stays behind; another
    that was only tested; and one that waits."""
    rows = [
        office._row(
            Open_Balance=100_000, Former_Number=f"PLG-{n}", Billed_Until="2026-12-04"
        )
        for n in range(3)
    ]
    office._take_over(*rows, office._row(Plan="Unknown"), office._row(Phone=""))
    tested = office._upload([office._row(), office._row(Plan="Nothing")])
    tested.with_context(queue_job__no_delay=True).action_test()
    office._upload([office._row(), office._row()])


def _fail_a_line(office):
    """A run of which one service could not be billed, and a preview."""
    service = office._create_subscription("2026-10-28", contact_name="Not billable")
    run = office.env["isp.billing.run"].search([("preview", "=", False)], limit=1)
    office.env["isp.billing.run.line"].create(
        {
            "run_id": run.id,
            "service_id": service.id,
            "company_id": service.company_id.id,
            "state": "failed",
            "batch": 0,
            "error": "There is no account for this",
        }
    )
    office.env["isp.billing.run"].create(
        {
            "company_id": office.company.id,
            "date": office.company._get_isp_today(),
            "preview": True,
        }
    )
