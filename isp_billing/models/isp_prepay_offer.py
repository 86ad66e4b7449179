from odoo import api, fields, models

from ..const import LEDGER_GROUPS


class IspPrepayOffer(models.Model):
    """So many months may be paid at once, and so many of them are free."""

    _name = "isp.prepay.offer"
    _description = "Months Paid at Once"
    _inherit = ["isp.shared.mixin"]
    _order = "months, plan_id, company_id, id"

    name = fields.Char(compute="_compute_name")
    months = fields.Integer(required=True, default=3, help="That are paid at once.")
    free_months = fields.Float(
        digits=(16, 2),
        help="Of these months: 1 of 12 is “12 for 11”. The days of the plan cost so "
        "much less; other charges are paid in full.",
    )
    percent = fields.Float("Discount (%)", compute="_compute_percent")
    plan_id = fields.Many2one(
        "product.template",
        "For the Plan",
        domain="[('is_internet_plan', '=', True)]",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: for all plans. What a plan has of its own goes before.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env["res.company"]._isp_get_owner(),
    )
    active = fields.Boolean(default=True)

    _months_range = models.Constraint(
        "CHECK (months BETWEEN 2 AND 36)", "2 to 36 months are paid at once."
    )
    _free_months_range = models.Constraint(
        "CHECK (free_months >= 0 AND free_months < months)",
        "Not all of the months are free, nor fewer than none.",
    )
    _once = models.UniqueIndex(
        "(months, COALESCE(plan_id, 0), COALESCE(company_id, 0)) WHERE active",
        "There is an offer of so many months for this plan already.",
    )

    @api.depends("months", "free_months")
    @api.depends_context("lang")
    def _compute_name(self):
        for offer in self:
            paid = offer.months - offer.free_months
            text = self.env._("%(months)s months", months=offer.months)
            if offer.free_months:
                text = self.env._(
                    "%(months)s months for %(paid)s",
                    months=offer.months,
                    paid=f"{paid:g}",
                )
            offer.name = text

    @api.depends("months", "free_months")
    def _compute_percent(self):
        for offer in self:
            offer.percent = (
                100 * offer.free_months / offer.months if offer.months else 0.0
            )

    @api.model
    def _find(self, service):
        """Return what a service may be paid for at once, one offer for each number of
        months: the one of its plan before that of all plans, the one of its company
        before what all companies share."""
        offers = self.sudo().search(
            [
                ("company_id", "in", [service.company_id.id, False]),
                ("plan_id", "in", [service.plan_id.id, False]),
            ]
        )
        best = self.browse()
        for _months, group in offers.grouped("months").items():
            best |= max(group, key=lambda o: (bool(o.plan_id), bool(o.company_id)))
        return best.sorted("months")


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_prepay_in_portal = fields.Boolean(
        "Months Paid at Once in the Portal",
        default=True,
        help="Subscribers may pay several months at once by themselves.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    isp_prepay_in_portal = fields.Boolean(
        related="company_id.isp_prepay_in_portal", readonly=False
    )


class IspServiceCharge(models.Model):
    _inherit = "isp.service.charge"

    prepaid_move_id = fields.Many2one(
        "account.move",
        "Paid at Once By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=LEDGER_GROUPS,
        help="It is the discount of this invoice, and ends with it.",
    )

    def _get_span(self, until):
        """The discount of an invoice that was taken back is none, nor is it for
        another holder of the service."""
        move = self.sudo().prepaid_move_id
        holder = self.service_id.partner_id.commercial_partner_id
        if move and (move._isp_is_taken_back() or move.commercial_partner_id != holder):
            return None
        return super()._get_span(until)
