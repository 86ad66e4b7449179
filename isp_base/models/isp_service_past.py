from odoo import models


class IspService(models.Model):
    """Whose a service was in the past, and where: as its log and its moves say."""

    _inherit = "isp.service"

    def _describe_holder(self, moment):
        """Return the ``contact_name``, ``phone`` and ``full_address`` (dict of str) of
        who had the service at a moment (naive UTC)."""
        self.ensure_one()
        service = self.sudo()
        told = {
            name: service[name] or ""
            for name in ("contact_name", "phone", "full_address")
        }
        if service.former_holder_ids:
            told |= service._get_logged(moment, ["contact_name", "phone"])
        moves = service.relocation_ids.filtered(
            lambda move: move.state == "done" and move.date_done > moment
        )
        if first := moves.sorted("date_done")[:1]:
            told["full_address"] = first.former_address or ""
        return told

    def _get_logged(self, moment, names):
        """Return {name: str} of those of these fields that were changed after a moment,
        as they were then."""
        changes = self.env["mail.tracking.value"].search(
            [
                ("mail_message_id.model", "=", self._name),
                ("mail_message_id.res_id", "=", self.id),
                ("mail_message_id.date", ">", moment),
                ("field_id.name", "in", names),
            ],
            order="id desc",
        )
        return {change.field_id.name: change.old_value_char or "" for change in changes}
