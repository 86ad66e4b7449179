from odoo import models
from odoo.exceptions import AccessError, UserError

ENDED = ("terminated", "cancelled")
EQUIPMENT_ACTIVITY = "isp_base.mail_activity_equipment"


class IspService(models.Model):
    """What becomes of the devices of a service that has ended: back, or not."""

    _inherit = "isp.service"

    def action_settle_equipment(self):
        """Ask of each device whether it is back."""
        self.ensure_one()
        self._check_may_take_back()
        self._check_states(ENDED)
        wizard = self.env["isp.equipment.settle"].create({"service_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Equipment to get back"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _check_may_take_back(self):
        """:raises AccessError: for anyone but administrators, the warehouse and the
        technicians who are sent to dismantle"""
        self.check_access("read")
        warehouse = self.env.user.has_group("stock.group_stock_user")
        if self._is_service_admin() or warehouse:
            return
        orders = self.env["isp.work.order"].sudo()
        visits = orders.search(
            [
                ("service_id", "in", self.ids),
                ("kind", "=", "dismantling"),
                ("state", "=", "started"),
                *orders.with_user(self.env.user)._get_mine_domain(),
            ]
        )
        if self - self.browse(visits.service_id.ids):
            raise AccessError(
                self.env._("Only those who are sent to dismantle take devices back.")
            )

    def _settle_equipment(self, rows: list[dict]) -> None:
        """Settle devices of a service that has ended; others stay to be got back.

        :param rows: list of dict: lot (stock.lot), outcome ("back" or "written_off",
            and what addons add), reason (str)
        :raises AccessError: when others than administrators charge or write off
        :raises UserError: for what does not stand there any more, or has no reason
        """
        self.ensure_one()
        self._check_may_take_back()
        if any(row["outcome"] != "back" for row in rows):
            self._check_service_admin()
        self._check_states(ENDED)
        service = self.sudo()
        service._bump_access_version()  # of two who press, the later one is told
        service._check_settled(rows)
        back = (
            self.env["stock.lot"]
            .sudo()
            .browse([row["lot"].id for row in rows if row["outcome"] == "back"])
        )
        lots = self.env["stock.lot"].sudo().browse([row["lot"].id for row in rows])
        service._get_planned_returns().action_cancel()
        if back:
            picking = service._create_return(back)
            picking.move_ids.picked = True
            picking._action_done()
        service._scrap_missing(lots - back)
        service.invalidate_recordset(["equipment_ids"])
        if service.equipment_ids:
            service._create_return(service.equipment_ids)
        else:
            service._end_dismantling(self.env._("All equipment is settled."))
        service._log_settled(rows)

    def _check_settled(self, rows):
        for row in rows:
            if row["lot"] not in self.equipment_ids:
                raise UserError(
                    self.env._(
                        "%(serial)s does not stand at %(service)s any more. Reload "
                        "the page.",
                        serial=row["lot"].name,
                        service=self.name,
                    )
                )
            if row["outcome"] == "written_off" and not row.get("reason"):
                raise UserError(
                    self.env._(
                        "Why is %(serial)s written off? Write a reason.",
                        serial=row["lot"].name,
                    )
                )

    def _get_planned_returns(self):
        """Return the transfers (stock.picking) of its devices back that wait. What
        technicians bring back unused is none of them."""
        return (
            self.env["stock.picking"]
            .sudo()
            .search(
                [
                    ("origin", "in", self.mapped("name")),
                    ("company_id", "in", self.company_id.ids),
                    ("return_id", "=", False),
                    ("state", "not in", ("done", "cancel")),
                    ("location_id.usage", "=", "customer"),
                ]
            )
        )

    def _scrap_missing(self, lots):
        """Take devices that do not come back out of the stock."""
        partner = self.sudo().partner_id.with_company(self.company_id)
        scraps = self.env["stock.scrap"].create(
            [
                {
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "scrap_qty": 1,
                    "company_id": self.company_id.id,
                    "origin": self.name,
                    "location_id": (
                        lot.quant_ids.filtered(lambda quant: quant.quantity > 0)[
                            :1
                        ].location_id
                        or partner.property_stock_customer
                    ).id,
                }
                for lot in lots
            ]
        )
        scraps.do_scrap()

    def _end_dismantling(self, reason):
        """Nothing is left to get back: nobody need go there."""
        self._close_question(EQUIPMENT_ACTIVITY)
        visits = self.work_order_ids.filtered(
            lambda order: (
                order.kind == "dismantling" and order.state in ("draft", "scheduled")
            )
        )
        if visits:
            visits._cancel(reason)

    def _log_settled(self, rows):
        lines = self.env["isp.equipment.settle.line"]
        labels = dict(lines._fields["outcome"]._description_selection(self.env))
        texts = [
            ": ".join(
                filter(
                    None,
                    (labels[row["outcome"]], row["lot"].sudo().name, row.get("reason")),
                )
            )
            for row in rows
        ]
        self._message_log(body="; ".join(texts))
