from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.isp_billing.tests.common import BillingCommon

CAUSE = "isp_repair.isp_repair_cause_device"
CATEGORY = "isp_repair.helpdesk_ticket_category_no_connection"


class RepairCommon(BillingCommon):
    """A subscriber with a running service, a team of two technicians for its area, a
    van, parts and what labour costs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = new_test_user(
            cls.env,
            "isp_colleague",
            "isp_base.isp_base_group_technician",
            name="Colleague",
            email="colleague@isp.example",
            tz="Asia/Jakarta",
        )
        cls.users["colleague"] = cls.colleague
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "West",
                "user_ids": [Command.set((cls.technician | cls.colleague).ids)],
                "isp_area_ids": [Command.set(cls.area.ids)],
            }
        )
        cls.category_fault = cls.env.ref(CATEGORY)
        cls.cause = cls.env.ref(CAUSE)
        cls.labour = cls.env.ref("isp_repair.product_labour")
        cls.labour.write({"list_price": 100_000, "taxes_id": [(6, 0, cls.tax.ids)]})
        cls.warehouse_place = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.van = cls.env["stock.location"].create(
            {
                "name": "Van",
                "usage": "internal",
                "location_id": cls.warehouse_place.view_location_id.id,
                "isp_technician_id": cls.technician.id,
            }
        )
        cls.onu, cls.cable = cls.env["product.product"].create(
            [
                {
                    "name": "ONU",
                    "is_storable": True,
                    "tracking": "serial",
                    "list_price": 350_000,
                    "taxes_id": [(6, 0, cls.tax.ids)],
                },
                {
                    "name": "Drop cable",
                    "is_storable": True,
                    "list_price": 3_000,
                    "taxes_id": [(6, 0, cls.tax.ids)],
                },
            ]
        )
        cls.service = cls._create_subscription()

    @classmethod
    def _stock(cls, product, quantity=1, serial=None, location=None):
        """Put something into a stock (the van's); return its lot, if it has one."""
        lot = cls.env["stock.lot"]
        if serial:
            lot = lot.create({"name": serial, "product_id": product.id})
        cls.env["stock.quant"]._update_available_quantity(
            product, location or cls.van, quantity, lot_id=lot
        )
        return lot

    @classmethod
    def _order_repair(cls, **vals):
        """Return a repair order, as the office takes it by phone."""
        tickets = cls._as("admin", cls.env["helpdesk.ticket"])
        return tickets.create(
            {
                "isp_service_id": cls.service.id,
                "category_id": cls.category_fault.id,
                "isp_complaint": "The red light blinks",
                **vals,
            }
        )

    @classmethod
    def _begin(cls, ticket, role="technician"):
        """Return the visit of the technician who has pressed Repair."""
        cls._as(role, ticket).action_isp_repair()
        return cls._as(role, ticket).isp_visit_id

    @classmethod
    def _finish(cls, ticket, role="technician", **vals):
        """Return the visit, processed and done."""
        visit = cls._as(role, ticket).isp_visit_id
        visit.write({"cause_id": cls.cause.id, "report": "Exchanged it", **vals})
        visit.action_finish()
        return visit

    @classmethod
    def _repair(cls, ticket=None, **vals):
        """Return a repair order that a technician has done."""
        ticket = ticket or cls._order_repair()
        cls._begin(ticket)
        cls._finish(ticket, **vals)
        return cls._as("admin", ticket)

    @classmethod
    def _invoice(cls, ticket):
        """Return the invoice of what is proposed for a repair that is done."""
        wizard = cls._as("admin", cls.env["isp.repair.invoice"])
        wizard.create({"ticket_id": ticket.id}).action_create()
        return ticket.sudo().isp_invoice_id

    @classmethod
    def _confirm(cls, move, **vals):
        """Return the confirmation that the customer has submitted for an invoice."""
        confirmations = cls.env["isp.payment.confirmation"].with_user(cls.portal)
        return confirmations._submit(
            move,
            {
                "amount": move.amount_residual,
                "date": move.company_id._get_isp_today(),
                "journal_id": confirmations.sudo()._get_journals(move)[:1].id,
                **vals,
            },
        )
