from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

HANDOVER_REPORT = "isp_onboarding.isp_handover_report"


@dataclass(frozen=True)
class Sealed:
    """What a handover record says of its seal, with a code, or that it is only shown to
    be signed. It is made by code alone: a context that comes from outside holds no
    object of ours."""

    code: str | None = None
    corrects_id: int | None = None
    reason: str | None = None
    holder: str | None = None  # who has taken the service over
    signature: bytes | None = None  # his, in base64
    signed_on: datetime | None = None
    facts: dict | None = None  # of _prepare_handed_over


class IspWorkOrder(models.Model):
    """The handover record (BAST): printed and sealed when the subscriber is active, and
    corrected by another one that names it."""

    _inherit = "isp.work.order"

    handover_id = fields.Many2one(
        "ir.attachment",
        "Handover (PDF)",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    handover_seal_ids = fields.One2many(
        "isp.handover.seal",
        "work_order_id",
        "Seals",
        readonly=True,
        groups="isp_base.isp_base_group_admin,isp_base.isp_base_group_technician",
    )
    handover_shown_on = fields.Datetime(
        "Shown to the Customer On", readonly=True, copy=False
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"handover_id", "handover_shown_on"}

    def _get_sealed(self):
        """What was handed over is sealed, with its signatures and photos."""
        return super()._get_sealed() | self.filtered("handover_id")

    def _get_handover_name(self):
        return f"BAST {self.service_id.name}.pdf"

    def _get_handover_number(self):
        return f"BAST/{self.service_id.name}/{self.name}"

    def _get_handover_language(self):
        """Return the subscriber's language, as the document is his."""
        installed = dict(self.env["res.lang"].get_installed())
        lang = self.partner_id.lang
        return lang if lang in installed else self.env.lang

    def _get_handover_equipment(self):
        """Return the moves of material that was issued for this installation."""
        return self.sudo().material_ids.filtered(lambda move: move.state == "done")

    def _get_handover_verification(self):
        """Return what the document says of its seal: dict of its code, the page that
        verifies it (url), a QR code of it (PNG), what it corrects and why, who has
        taken the service over (holder) and signs (PNG); or None while it is shown to
        be signed.

        :raises UserError: when it is printed by hand, which would look like a record
        """
        sealed = self.env.context.get("isp_handover_sealed")
        if not isinstance(sealed, Sealed):
            raise UserError(
                self.env._(
                    "A handover is printed when both sides have signed it. Download "
                    "the sealed document of the visit."
                )
            )
        if not sealed.code:
            return None
        seals = self.env["isp.handover.seal"].sudo()
        url = seals._get_url_of(sealed.code)
        barcode = self.env["ir.actions.report"].barcode(
            "QR", url, width=240, height=240
        )
        return {
            "code": sealed.code,
            "url": url,
            "qr": b64encode(barcode),
            "corrects": seals.browse(sealed.corrects_id),
            "reason": sealed.reason,
            "holder": sealed.holder,
            "signature": sealed.signature,
            "signed_on": sealed.signed_on,
        }

    def _get_handed_over(self):
        """Return what the document says of subscriber and service: a correction says
        what was signed, whatever the service has become since."""
        sealed = self.env.context.get("isp_handover_sealed")
        facts = sealed.facts if isinstance(sealed, Sealed) else None
        return facts or self._prepare_handed_over()

    def _prepare_handed_over(self):
        service = self.with_context(lang=self._get_handover_language()).service_id
        names = ("contact_name", "phone", "full_address", "name", "username")
        return {
            **{name: service[name] or "" for name in names},
            "plan": service.plan_id.name,
            "download": service.download_mbps,
            "upload": service.upload_mbps,
            "pop": service.pop_id.name or "",
        }

    def _print_handover(self, sealed):
        """Return the bytes of the PDF."""
        self.ensure_one()
        report = self.env["ir.actions.report"].sudo()
        report = report.with_context(isp_handover_sealed=sealed)
        return report._render_qweb_pdf(HANDOVER_REPORT, self.ids)[0]

    def _attach_handover(self):
        """Print the handover, keep it with the service, and seal it."""
        for order in self.sudo():
            attachment = order._seal_handover()
            order.service_id.message_post(
                body=self.env._(
                    "Handed over to %(name)s", name=order.customer_signed_by
                ),
                attachment_ids=attachment.ids,
                subtype_xmlid="mail.mt_note",
            )

    def _get_latest_seal(self):
        return self.handover_seal_ids.sorted("id")[-1:]

    def _seal_handover(
        self,
        corrects=None,
        reason=None,
        holder=None,
        signature=None,
        signed_on=None,
        **vals,
    ):
        """Make the document, and what says later whether it is still the same.

        :param corrects: isp.handover.seal of the document that it corrects, and why
        :param holder: name of who has taken the service over, and his signature (PNG
            in base64) with its moment
        :param vals: further values of its seal
        """
        seals = self.env["isp.handover.seal"]
        code = seals._make_code()
        corrected = corrects.id if corrects else None
        facts = (corrects and corrects.facts) or self._prepare_handed_over()
        sealed = Sealed(code, corrected, reason, holder, signature, signed_on, facts)
        pdf = self._print_handover(sealed)
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": self._get_handover_name(),
                    "raw": pdf,
                    "mimetype": "application/pdf",
                    "res_model": "isp.service",
                    "res_id": self.service_id.id,
                }
            )
        )
        seals._seal(
            self,
            attachment,
            code=code,
            replaces_id=corrected,
            reason=reason,
            signed_by=holder,
            holder_signature=signature,
            holder_signed_on=signed_on,
            facts=facts,
            **vals,
        )
        self.handover_id = attachment
        return attachment

    def action_correct_handover(self):
        """Ask what is to be corrected, then make another document that says it."""
        self._check_service_admin()
        self._check_handed_over()
        return self._ask_reason(
            self.env._("What is right instead?"), "_correct_handover"
        )

    def _check_handed_over(self):
        """:raises UserError: where there is no handover record yet"""
        if not all(order.handover_id for order in self.sudo()):
            raise UserError(self.env._("Nothing was handed over yet."))

    def _correct_handover(self, reason, awaits_holder=False):
        """Correct the sealed record: it stays, a new one names it and says what is
        right.

        :param awaits_holder: whether somebody else has the service now, and signs it
        """
        self._check_service_admin()
        self._check_handed_over()
        for order in self.sudo():
            latest = order._get_latest_seal()
            awaited = awaits_holder or latest.awaits_holder
            signed = {} if awaited else latest._get_holder()
            attachment = order._seal_handover(
                latest, reason, awaits_holder=awaited, **signed
            )
            order.service_id.message_post(
                body=self.env._("Handover record corrected: %(what)s", what=reason),
                attachment_ids=attachment.ids,
                subtype_xmlid="mail.mt_note",
            )

    def action_show_handover(self):
        """Show the customer what he is going to sign."""
        self.ensure_one()
        self._check_mine()
        self._check_states(("done",))
        self.sudo().handover_shown_on = fields.Datetime.now()
        return {
            "type": "ir.actions.act_url",
            "url": f"/isp/work-orders/{self.id}/handover",
            "target": "new",
        }

    def action_download_handover(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.handover_id.id}?download=true",
            "target": "self",
        }
