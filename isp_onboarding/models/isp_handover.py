from odoo import models

REPORT = "isp_onboarding.isp_handover_report"


class IspWorkOrder(models.Model):
    """The handover record (BAST): what was installed, signed by both sides."""

    _inherit = "isp.work.order"

    def _get_handover_name(self):
        return f"BAST {self.service_id.name}.pdf"

    def _get_handover_language(self):
        """Return the subscriber's language, as the document is his."""
        installed = dict(self.env["res.lang"].get_installed())
        lang = self.partner_id.lang
        return lang if lang in installed else self.env.lang

    def _get_handover_equipment(self):
        """Return the moves of material that was issued for this installation."""
        return self.sudo().material_ids.filtered(lambda move: move.state == "done")

    def _attach_handover(self):
        """Print the handover and keep it with the service."""
        for order in self.sudo():
            pdf, _type = (
                self.env["ir.actions.report"].sudo()._render_qweb_pdf(REPORT, order.ids)
            )
            attachment = (
                self.env["ir.attachment"]
                .sudo()
                .create(
                    {
                        "name": order._get_handover_name(),
                        "raw": pdf,
                        "mimetype": "application/pdf",
                        "res_model": "isp.service",
                        "res_id": order.service_id.id,
                    }
                )
            )
            order.handover_id = attachment
            order.service_id.message_post(
                body=self.env._(
                    "Handed over to %(name)s", name=order.customer_signed_by
                ),
                attachment_ids=attachment.ids,
                subtype_xmlid="mail.mt_note",
            )

    def action_download_handover(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.handover_id.id}?download=true",
            "target": "self",
        }
