"""Services in every state, isolated for every reason, with visits and material."""

from odoo import Command, fields
from odoo.tests import Form

from odoo.addons.isp_base.tests.common import PNG
from odoo.addons.isp_onboarding.tests.common import STEPS


def fill(office):
    """Bring services to each step, and end some of each way."""
    for step in STEPS[:-1]:
        office._reach(step, contact_name=f"Reached {step}")
    _cancel(office)
    _activate(office)
    _isolate(office)
    _terminate(office)
    _visit(office)
    _issue_material(office)
    _open_second_company(office)


def _cancel(office):
    survey = office._reach("survey", contact_name="Too far away")
    office._schedule(survey)
    office._as("admin", survey)._cancel("No cable in this street")
    reopened = office._reach("survey", contact_name="Asked again")
    office._as("admin", reopened)._cancel("Does not answer")
    office._as("admin", reopened).action_reopen()


def _activate(office):
    """One handed over with its signed record, and one isolated until it pays."""
    office._reach("active", contact_name="Handed Over")
    service = office._reach("finalisation", contact_name="Pays First")
    office._as("admin", service).write(
        {"restrict_before_payment": True, "installation_fee": 350_000}
    )
    office._take_finalisation(service)


def _isolate(office):
    reasons = office.env["isp.suspension"]._fields["reason"].get_values(office.env)
    tomorrow = fields.Datetime.add(fields.Datetime.now(), days=1)
    for reason in reasons:
        service = office._create_active_service(contact_name=f"Isolated {reason}")
        service._suspend(reason, note="As agreed on the phone", until=tomorrow)
    restored = office._create_active_service(contact_name="Restored")
    office._as("admin", restored)._suspend("abuse", note="Sends spam")
    office._as("admin", restored).action_restore()
    tested = office._reach("installation", contact_name="Line Tested")
    tested._start_line_test()


def _terminate(office):
    service = office._create_subscription("2026-09-10", contact_name="Moved Away")
    office._as("admin", service)._terminate("Moves to Surabaya")


def _visit(office):
    """A visit of each kind in each state, with photos."""
    kinds = ("survey", "installation")
    for kind in kinds:
        for state in ("draft", "scheduled", "started", "done"):
            order = office._create_order(state=state, kind=kind)
            order.photo_ids = [
                Command.create({"name": f"{kind}.png", "datas": PNG, "type": "binary"})
            ]
        called_off = office._create_order(state="scheduled", kind=kind)
        called_off._cancel("It rains")


def _issue_material(office):
    """Asked for by the technician, issued by serial number in the warehouse."""
    service = office._reach("installation", contact_name="Has Material")
    office._schedule(service)
    place = office.warehouse_place.lot_stock_id
    lot = office._stock(office.onu, serial="SN-REQUEST-1", location=place)
    office._stock(office.cable, 100, location=place)
    action = office._visit(service).action_request_material()
    technician = office.users["technician"]
    wizards = office.env[action["res_model"]].with_user(technician)
    form = Form(wizards.with_context(**action["context"]))
    form.location_id = place
    for product, quantity in ((office.onu, 1), (office.cable, 30)):
        with form.line_ids.new() as line:
            line.product_id = product
            line.quantity = quantity
    form.save().action_send()
    picking = service.sudo().visit_id.picking_ids.with_user(office.users["warehouse"])
    picking.action_assign()
    moves = picking.move_ids
    moves.filtered(lambda m: m.product_id == office.onu).move_line_ids.lot_id = lot
    moves.picked = True
    picking.button_validate()


def _open_second_company(office):
    """Another provider in the same database, with a subscriber of its own."""
    office._create_other_company()
    env = office.env(context={"allowed_company_ids": office.company_b.ids})
    env["isp.service"].create(
        office._prepare_registration(
            contact_name="Of the other", company_id=office.company_b.id
        )
    )
    pop = env["isp.pop"].create(
        {"name": "Other POP", "code": "OTH", "company_id": office.company_b.id}
    )
    service = env["isp.service"].create(
        office._prepare_registration(
            contact_name="Runs at the other",
            company_id=office.company_b.id,
            pop_id=pop.id,
            plan_id=office.plan.id,
        )
    )
    service._ensure_credentials()
    service.state = "active"
    service._refresh_access()
