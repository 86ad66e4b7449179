from odoo import models
from odoo.tools import format_date


class IspService(models.Model):
    """Who takes a service over is invited to the portal, and gets its record anew, to
    sign it there."""

    _inherit = "isp.service"

    def _transfer(self, partner, new_password=False, **terms):
        """The sealed handover record stays; a new one names it and says who has the
        service now."""
        former = self.sudo().contact_name
        result = super()._transfer(partner, new_password=new_password, **terms)
        service = self.sudo()
        service._invite_to_portal()
        if handed_over := service._get_handed_over():
            lang = partner.lang or self.env.lang
            handed_over.with_context(lang=lang)._correct_handover(
                service.with_context(lang=lang).env._(
                    "From %(day)s on it is the service of %(new)s, until then of "
                    "%(former)s.",
                    day=format_date(
                        self.env, service.company_id._get_isp_today(), lang
                    ),
                    new=partner.name,
                    former=former,
                ),
                awaits_holder=True,
            )
        return result

    def _get_handed_over(self):
        """Return the visit (isp.work.order) of its last handover, or none."""
        return self.work_order_ids.filtered("handover_id").sorted("id")[-1:]

    def _get_to_take_over(self):
        """Return the visit whose record its new holder has not signed yet, or none."""
        handed_over = self._get_handed_over()
        return handed_over.filtered(lambda o: o._get_latest_seal().awaits_holder)
