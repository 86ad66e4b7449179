from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import VISIT_GROUPS
from ..locks import lock_or_retry

PLACE_FIELDS = (
    *("street", "street2", "city", "zip", "state_id", "latitude", "longitude"),
    *("area_id", "pop_id"),
)


RELOCATION_ACTIVITY = "isp_base.mail_activity_relocation"


class IspService(models.Model):
    """The same service at another place; the old line stays up until the new one is."""

    _inherit = "isp.service"

    relocation_ids = fields.One2many(
        "isp.relocation", "service_id", readonly=True, groups=VISIT_GROUPS
    )
    relocation_id = fields.Many2one(
        "isp.relocation",
        "Moves To",
        compute="_compute_relocation_id",
        groups=VISIT_GROUPS,
    )

    @api.depends("relocation_ids.state")
    def _compute_relocation_id(self):
        for service in self:
            moves = service.sudo().relocation_ids
            planned = moves.filtered(lambda move: move.state == "planned")
            service.relocation_id = planned[:1].sudo(False)

    def action_relocate(self):
        """Ask where to."""
        self._check_service_admin()
        self._check_states(["active"])
        return self._open_wizard("isp_base.isp_service_relocate_action")

    def _relocate(self, place: dict, survey: bool = False, **_terms) -> models.Model:
        """Plan that a running service moves: visits to the new place, to be scheduled.

        :param place: vals of isp.relocation: address, latitude, longitude, area_id,
            pop_id
        :param survey: whether somebody looks at the new place first
        :param _terms: of addons, such as what the move costs
        :return: isp.relocation, in sudo
        :raises UserError: when it moves already
        """
        self.ensure_one()
        self._check_service_admin()
        self._check_states(["active"])
        lock_or_retry(self)
        service = self.sudo()
        if service.relocation_id:
            raise UserError(
                self.env._(
                    "%(service)s moves already. Call that off first.",
                    service=service.name,
                )
            )
        relocation = self.env["isp.relocation"].sudo()
        relocation = relocation.create({**place, "service_id": service.id})
        kinds = ["survey", "installation"] if survey else ["installation"]
        self.env["isp.work.order"].sudo().create(
            [
                {
                    "service_id": service.id,
                    "kind": kind,
                    "relocation_id": relocation.id,
                }
                for kind in kinds
            ]
        )
        service._message_log(
            body=self.env._(
                "Moves to %(address)s; its line stays up until the new one works.",
                address=relocation.full_address,
            )
        )
        return relocation

    def action_complete_relocation(self):
        """The new line works: address and line change at once."""
        self._check_service_admin()
        self._complete_relocation()

    def _complete_relocation(self) -> None:
        """Let services be where they move to; who has moved stays as he is."""
        lock_or_retry(self)
        for service in self.sudo().filtered("relocation_id"):
            relocation = service.relocation_id.sudo()
            former = (service.full_address, service.pop_id)
            service.write(
                {
                    name: relocation[name].id
                    if isinstance(relocation[name], models.Model)
                    else relocation[name]
                    for name in PLACE_FIELDS
                }
            )
            relocation.write(
                {
                    "state": "done",
                    "date_done": fields.Datetime.now(),
                    "former_address": former[0],
                    "former_pop_id": former[1].id,
                }
            )
            relocation._close_visits(self.env._("The service has moved."))
            service._close_question(RELOCATION_ACTIVITY)
            service._message_log(
                body=self.env._(
                    "Moved from %(former)s to %(address)s.",
                    former=former[0],
                    address=service.full_address,
                )
            )
            service._notify_subscriber("relocated")

    def action_cancel_relocation(self):
        """Ask why the move is called off; then all stays as it is."""
        self._check_service_admin()
        title = self.env._("Call the move off")
        return self._ask_reason(title, "_cancel_relocation")

    def _cancel_relocation(self, reason):
        """Let services stay where they are; who goes on using one is told so."""
        self._check_service_admin()
        lock_or_retry(self)
        for service in self.sudo().filtered("relocation_id"):
            relocation = service.relocation_id.sudo()
            if service.state == "active":
                service._notify_subscriber("relocation_called_off")
            relocation.state = "cancelled"
            relocation._close_visits(reason)
            service._close_question(RELOCATION_ACTIVITY)
            service._message_log(
                body=self.env._(
                    "The move to %(address)s was called off: %(reason)s",
                    address=relocation.full_address,
                    reason=reason,
                )
            )

    def _terminate(self, reason):
        result = super()._terminate(reason)
        self._cancel_relocation(reason)
        return result
