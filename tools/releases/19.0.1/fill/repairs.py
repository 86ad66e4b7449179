"""Repair orders in every status, and customers who come in by the portal."""

import secrets

from odoo import Command

from odoo.addons.isp_base.tests.common import PNG


def fill(office):
    """Orders from "ordered" to "completed"; sign-ups, claims, tries."""
    _order(office)
    _use_parts(office)
    _pay(office)
    _sign_up(office)


def _order(office):
    """Ordered, withdrawn, begun, waiting, handed over, done."""
    office._order_repair(complaint="Nobody has begun")
    office._order_repair(complaint="A mistake").sudo()._isp_withdraw()
    begun = office._order_repair(complaint="Somebody is there")
    office._begin(begun).photo_ids = [
        Command.create({"name": "lamp.png", "datas": PNG, "type": "binary"})
    ]
    for wait in ("_wait_for_parts", "_wait_for_customer"):
        getattr(office._begin(office._order_repair(complaint=wait)), wait)("Later")
    resumed = office._begin(office._order_repair(complaint="Went on"))
    resumed._wait_for_customer("Nobody at home")
    resumed.action_resume()
    handed_over = office._begin(office._order_repair(complaint="Too high up"))
    handed_over._hand_over(office.users["colleague"], "Needs a ladder")
    planned = office._order_repair(complaint="By appointment")
    office._as("admin", planned).action_plan()
    office._repair(office._order_repair(complaint="Done, to invoice"))


def _use_parts(office):
    lot = office._stock(office.onu, serial="SN-PART-1")
    office._stock(office.cable, 100)
    office._repair(
        office._order_repair(complaint="New ONU"),
        part_ids=[
            Command.create(
                {
                    "product_id": office.onu.id,
                    "lot_id": lot.id,
                    "is_returned": True,
                    "returned_serial": "SN-OLD-1",
                }
            ),
            Command.create({"product_id": office.cable.id, "quantity": 20}),
        ],
    )


def _pay(office):
    """Invoiced, to check, paid, completed, completed for nothing, opened again."""
    for complaint in ("Invoiced", "To check", "Paid", "Completed", "Back again"):
        ticket = office._repair(office._order_repair(complaint=complaint))
        move = office._invoice(ticket)
        if complaint == "To check":
            office._confirm(move)
        elif complaint != "Invoiced":
            office._pay(move)
        if complaint in ("Completed", "Back again"):
            office._as("admin", ticket).action_complete()
        if complaint == "Back again":
            office._as("admin", ticket)._reopen("The lamp is red again")
    free = office._repair(office._order_repair(complaint="Our own fault"))
    office._as("admin", free)._close_without_invoice("Our own fault")


def _sign_up(office):
    """One has mailed a form, one has an account and claims a service."""
    env = office.env
    for number in range(3):
        env["isp.portal.signup"]._submit(
            {
                "name": f"Signs Up {number}",
                "email": f"signup{number}@pelanggan.example",
                "phone": f"0812 7000 000{number}",
                "service_number": office.service.name if number else "",
            },
            "203.0.113.7",
        )
    jobs = env["queue.job"].search(
        [("model_name", "=", "isp.portal.signup"), ("state", "=", "pending")]
    )
    office.work_off(jobs[1:])
    signups = env["isp.portal.signup"].search([], order="id")
    user = signups[-1]._create_account(secrets.token_urlsafe(12))
    claims = env["isp.portal.claim"].with_user(user)
    claims._open(user, office.service.name, office.subscriber.email)
    claims._open(user, "SUB999999", "nobody@example.com")
    jobs = env["queue.job"].search(
        [("model_name", "=", "isp.portal.claim"), ("state", "=", "pending")]
    )
    office.work_off(jobs[:1])
