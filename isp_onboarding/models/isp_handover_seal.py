import hashlib
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 16  # 80 bits: nobody guesses one
GUARD = """
    DROP TRIGGER IF EXISTS isp_append_only ON isp_handover_seal;
    CREATE TRIGGER isp_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
        ON isp_handover_seal EXECUTE FUNCTION isp_append_only()
"""
BATCH = 200


class IspHandoverSeal(models.Model):
    """What the handover records (BAST) were when they were made. Lines are added and
    nothing else: a trigger of the database refuses the rest, whoever asks for it."""

    _name = "isp.handover.seal"
    _description = "Seal of a Handover Record"
    _order = "id desc"
    _rec_name = "number"
    _log_access = False

    code = fields.Char(required=True, readonly=True)
    number = fields.Char(required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    sha256 = fields.Char("SHA-256", required=True, readonly=True, index=True)
    size = fields.Integer("Bytes", required=True, readonly=True)
    reason = fields.Char("Correction", readonly=True)
    awaits_holder = fields.Boolean("New Holder Signs", readonly=True)
    signed_by = fields.Char(readonly=True)
    holder_signed_on = fields.Datetime("New Holder Signed On", readonly=True)
    holder_signature = fields.Binary(
        attachment=False, readonly=True, groups=fields.NO_ACCESS
    )
    facts = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    work_order_id = fields.Many2one(
        "isp.work.order", required=True, readonly=True, index=True, ondelete="restrict"
    )
    attachment_id = fields.Many2one(
        "ir.attachment",
        "Document",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    replaces_id = fields.Many2one(
        "isp.handover.seal", "Corrects", readonly=True, index=True, ondelete="restrict"
    )

    _code_uniq = models.Constraint("UNIQUE (code)", "This code is taken.")

    def init(self):
        result = super().init()
        self.env.cr.execute(GUARD)
        return result

    @api.model
    def _make_code(self):
        return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))

    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    def unlink(self):
        self._refuse_change()
        return super().unlink()

    def _refuse_change(self):
        """:raises AccessError: always, when there is something to change"""
        if self:
            raise AccessError(
                self.env._("A seal is evidence: it is neither changed nor deleted.")
            )

    @api.model
    def _seal(self, order, attachment, **vals):
        """Keep what this document is, as it is now; ``vals`` say what it corrects."""
        content = attachment.raw
        return self.sudo().create(
            {
                "number": order._get_handover_number(),
                "date": fields.Datetime.now(),
                "sha256": self._digest(content),
                "size": len(content),
                "work_order_id": order.id,
                "attachment_id": attachment.id,
                "company_id": order.company_id.id,
                **vals,
            }
        )

    @api.model
    def _digest(self, content):
        return hashlib.sha256(content).hexdigest()

    @api.model
    def _find(self, code=None, content=None):
        """Return the one seal with this code, or of a document of these bytes."""
        if code:
            wanted = "".join(code.upper().replace("-", "").split())
            if set(wanted) - set(ALPHABET):
                return self.sudo().browse()
            return self.sudo().search([("code", "=", wanted)], limit=1)
        domain = [("sha256", "=", self._digest(content or b""))]
        return self.sudo().search(domain, limit=1)

    def _get_holder(self):
        """Return who has taken the service over and signed this document, as
        ``_seal_handover`` takes it; {} where nobody has."""
        if not self.signed_by:
            return {}
        return {
            "holder": self.signed_by,
            "signature": self.holder_signature,
            "signed_on": self.holder_signed_on,
        }

    def _is_document(self, content):
        """Whether these bytes are the document, to the last one."""
        self.ensure_one()
        return self._digest(content) == self.sha256

    def _get_correction(self):
        """Return the later document that corrects this one, or none."""
        self.ensure_one()
        return self.sudo().search([("replaces_id", "=", self.id)], limit=1)

    def _get_url(self):
        self.ensure_one()
        return self._get_url_of(self.code)

    @api.model
    def _get_url_of(self, code):
        return f"{self.get_base_url()}/isp/verify/{code}"

    @api.model
    def _cron_check(self):
        """Read every document from where it is kept, and call the manager where a byte
        of one has changed."""
        last = 0
        while seals := self.search([("id", ">", last)], order="id", limit=BATCH):
            last = seals[-1].id
            broken = seals.filtered(lambda s: not s._is_document(s._read_kept()))
            for seal in broken:
                seal._report_broken()
            seals.attachment_id.invalidate_recordset()

    def _read_kept(self):
        """Return the bytes as they are kept now, b"" where there are none."""
        return self.attachment_id.sudo().raw or b""

    def _report_broken(self):
        """Tell the manager, once as long as he has not dealt with it."""
        order, kind = self.work_order_id, "isp_onboarding.mail_activity_type_seal"
        if order.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(kind)
        ):
            return
        manager = order.company_id._get_isp_person("manager")
        order._ask_people(
            kind,
            manager,
            summary=self.with_context(lang=manager.lang).env._(
                "%(number)s is not the document any more that was signed",
                number=self.number,
            ),
            note=self.with_context(lang=manager.lang).env._(
                "Bytes of the file were changed where it is kept. Bring it back from a "
                "backup, and find out who was there."
            ),
        )
