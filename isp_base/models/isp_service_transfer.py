from odoo import fields, models
from odoo.exceptions import UserError

from ..const import VISIT_GROUPS
from ..locks import lock_or_retry


class IspService(models.Model):
    """A service that goes on with another subscriber."""

    _inherit = "isp.service"

    former_holder_ids = fields.Many2many(
        "res.partner",
        "isp_service_former_holder_rel",
        "service_id",
        "partner_id",
        "Former Holders",
        readonly=True,
        copy=False,
        groups=VISIT_GROUPS,
    )

    def action_transfer(self):
        """Ask who takes it over."""
        self._check_service_admin()
        self._check_states(["active"])
        return self._open_wizard("isp_base.isp_service_transfer_action")

    def _transfer(self, partner, new_password: bool = False, **_terms) -> None:
        """Let a running service be another person's from today on.

        Line, number and user name stay. The former subscriber sees nothing of it in
        the portal any more.

        :param partner: res.partner
        :param new_password: whether the former one may not know it
        :param _terms: of addons, such as what becomes of an open balance
        :raises UserError: when it is his already, or he has no phone
        """
        self.ensure_one()
        self._check_service_admin()
        self._check_states(["active"])
        lock_or_retry(self)
        service, partner = self.sudo(), partner.sudo()
        service._check_holder(partner)
        former = service.contact_name
        before, after = service.partner_id, partner
        holders = service.former_holder_ids | before.commercial_partner_id
        service._notify_subscriber("transferred_away")
        service._forget_planned()
        if not service.is_paused:
            service.write({"pause_from": False, "pause_until": False})
        service.write(
            {
                "partner_id": partner.id,
                "contact_name": partner.name,
                "phone": partner.phone,
                "email": partner.email,
                "access_token": False,
                "former_holder_ids": [
                    fields.Command.set((holders - after.commercial_partner_id).ids)
                ],
            }
        )
        if new_password:
            service._change_credentials(service.username, service._generate_password())
        service._message_log(
            body=self.env._(
                "Taken over by %(new)s from %(former)s.",
                new=partner.name,
                former=former,
            )
        )
        service._notify_subscriber("transferred")

    def _check_holder(self, partner):
        if partner == self.partner_id:
            raise UserError(
                self.env._(
                    "%(service)s is %(name)s's already.",
                    service=self.name,
                    name=partner.name,
                )
            )
        if partner.company_id and partner.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "%(name)s is a customer of another company.", name=partner.name
                )
            )
        if not partner.phone:
            raise UserError(
                self.env._("Write the phone of %(name)s first.", name=partner.name)
            )
