from odoo import models
from odoo.exceptions import UserError


class IspWorkOrder(models.Model):
    """Material of a visit: what its plan usually takes, and what was not used."""

    _inherit = "isp.work.order"

    def _propose_material(self) -> list[dict]:
        """Return what the plan usually takes (values of lines of a request), unless
        something was asked for already.

        Called when material is asked for; a kind of visit that needs a kit of its own
        answers by ``super()``.
        """
        self.ensure_one()
        asked = self.sudo().material_ids.filtered(lambda move: move.state != "cancel")
        if self.kind != "installation" or asked:
            return []
        return [
            {"product_id": line.product_id.id, "quantity": line.quantity}
            for line in self.sudo().plan_id.isp_kit_ids
        ]

    def _get_returnable(self):
        """Return what was issued for this visit and is not brought back: {key of a
        line: (stock.move, stock.lot or none, quantity)}."""
        found = {}
        for move in self.sudo().material_ids:
            if move.state != "done" or move.location_dest_id.usage != "customer":
                continue
            back = move.returned_move_ids.filtered(lambda m: m.state != "cancel")
            lots = move.lot_ids
            if lots and move.product_id.tracking == "serial":
                for lot in lots - back.lot_ids:
                    found[f"{move.id}-{lot.id}"] = (move, lot, 1.0)
            else:
                left = move.quantity - sum(back.mapped("product_uom_qty"))
                if move.product_uom.compare(left, 0) > 0:
                    found[str(move.id)] = (move, lots.browse(), left)
        return found

    def _return_material(self, wanted):
        """Bring back what was not used: transfers that the warehouse receives.

        :param wanted: {key of ``_get_returnable``: quantity}
        :raises UserError: for more than was issued
        """
        self._check_mine()
        self._check_states(("started", "done"))
        # Of two who bring back the same, the second one sees what the first has.
        self.sudo().lock_for_update()
        issued = self._get_returnable()
        for key, quantity in wanted.items():
            move, _lot, left = issued.get(key) or (None, None, 0)
            if not move or not 0 < quantity <= left:
                raise UserError(
                    self.env._(
                        "%(item)s: at most %(left)g can be brought back.",
                        item=move.product_id.display_name if move else key,
                        left=left,
                    )
                )
        rows = [(*issued[key][:2], quantity) for key, quantity in wanted.items()]
        for picking in {move.picking_id for move, _lot, _quantity in rows}:
            moves = picking.move_ids
            self._return_of(picking, [row for row in rows if row[0] in moves])

    def _return_of(self, picking, rows):
        """Return the transfer back of one that was issued, to where it came from.

        :param rows: list of (stock.move, stock.lot, quantity)
        """
        wizard = self.env["stock.return.picking"].sudo()
        wizard = wizard.create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            line.quantity = sum(row[2] for row in rows if row[0] == line.move_id)
        back = picking.browse(wizard.action_create_returns()["res_id"])
        place = {"location_dest_id": picking.location_id.id}
        back.write(place)
        for move in back.move_ids:
            move.write(place)
            origin = move.origin_returned_move_id
            lots = self.env["stock.lot"].union(*(r[1] for r in rows if r[0] == origin))
            if lots:
                move.move_line_ids.unlink()
                move.lot_ids = lots
            move.move_line_ids.write(place)
        what = ", ".join(
            f"{quantity:g} {move.product_uom.name} {move.product_id.display_name} "
            f"{lot.name or ''}".strip()
            for move, lot, quantity in rows
        )
        self.sudo()._message_log(
            body=self.env._(
                "Brought back: %(what)s (%(transfer)s)", what=what, transfer=back.name
            ),
            author_id=self.env.user.partner_id.id,
        )

    # On the phone

    def _get_phone_acts(self):
        acts = super()._get_phone_acts()
        if not self.has_line:
            return acts
        return [*acts, self._get_withdraw_act(), self._get_return_act()]

    def _get_material_act(self):
        act = super()._get_material_act()
        act["questions"][0]["proposed"] = [
            {"product_id": str(line["product_id"]), "quantity": f"{line['quantity']:g}"}
            for line in self._propose_material()
        ]
        return act

    def _get_withdraw_act(self):
        open_visit = self.state in ("scheduled", "started")
        return {
            "act": "withdraw",
            "title": self.env._("Material that is not issued yet"),
            "label": self.env._("Withdraw the request"),
            "questions": [],
            "optional": True,
            "done": not (open_visit and self._get_open_requests()),
        }

    def _get_return_act(self):
        issued = self._get_returnable()
        options = [
            (
                key,
                f"{move.product_id.display_name} {lot.name or ''}".strip()
                + f" ({left:g} {move.product_uom.name})",
            )
            for key, (move, lot, left) in issued.items()
        ]
        question = {
            "name": "lines",
            "type": "lines",
            "label": self.env._("Items"),
            "required": True,
            "columns": [
                {
                    "name": "issued",
                    "type": "choice",
                    "label": self.env._("Item"),
                    "options": options,
                },
                {"name": "quantity", "type": "number", "label": self.env._("Quantity")},
            ],
        }
        return {
            "act": "return",
            "title": self.env._("Bring back what was not used"),
            "label": self.env._("Bring back"),
            "questions": [question],
            "optional": True,
            "done": self.state not in ("started", "done") or not issued,
        }

    def _phone_withdraw(self, _values, _base):
        self.action_withdraw_material()

    def _phone_return(self, values, _base):
        wanted = {}
        for line in self._read_lines(values.get("lines"), ("issued",), item="issued"):
            key = line["issued"]
            wanted[key] = wanted.get(key, 0) + line["quantity"]
        self._return_material(wanted)
