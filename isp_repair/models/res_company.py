from odoo import fields, models

DAYS = "CHECK (isp_repair_due_days >= 0 AND isp_repair_reopen_days >= 0)"


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_repair_due_days = fields.Integer(
        "Repair Invoices Are Due after (days)", default=7, required=True
    )
    isp_repair_reopen_days = fields.Integer(
        "Reopen Repairs within (days)",
        default=14,
        required=True,
        help="When a fault comes back within so many days, its repair order goes on.",
    )
    isp_faulty_location_id = fields.Many2one(
        "stock.location",
        "Faulty Parts",
        domain="[('usage', '=', 'internal'), ('company_id', '=', id)]",
        help="Where the old parts go that technicians bring back.",
    )

    _isp_repair_days = models.Constraint(DAYS, "A number of days is not below zero.")

    def _isp_get_faulty_location(self):
        """Return where faulty parts are kept; without any, one that is made now.

        It lies beside the warehouses, so that nothing in it counts as stock.
        """
        self.ensure_one()
        company = self.sudo()
        if not company.isp_faulty_location_id:
            company.isp_faulty_location_id = company.env["stock.location"].create(
                {
                    "name": self.env._("Faulty Parts"),
                    "usage": "internal",
                    "company_id": company.id,
                }
            )
        return company.isp_faulty_location_id
