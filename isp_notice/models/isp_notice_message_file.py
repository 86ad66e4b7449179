import re
from dataclasses import replace

from odoo import fields, models

LINK = re.compile(r"\n\n[^\n]*?(https?://\S+/isp/notice/document/\S+)\s*$")


class IspNoticeGateway(models.Model):
    """Whether a document goes along as a file, or a link leads to it."""

    _inherit = "isp.notice.gateway"

    send_files = fields.Boolean(
        "Invoices as a File",
        help="The PDF comes with the message instead of the link. WAHA Plus and Fonnte "
        "from the package “super” on send files; Meta does where no approved template "
        "is needed.",
    )

    def _get_settings(self):
        return {**super()._get_settings(), "send_files": self.send_files and "1"}


class IspNoticeMessage(models.Model):
    """The provider fetches the file by the link that the message was written with."""

    _inherit = "isp.notice.message"

    def _prepare_outgoing(self):
        outgoing = super()._prepare_outgoing()
        names = self.filtered("gateway_id.send_files")._get_file_names()
        return [
            self._put_file(message, names[row]) if row in names else message
            for row, message in zip(self, outgoing, strict=True)
        ]

    def _get_file_names(self):
        """Return {message: how the file of what it is about is called}."""
        names = {}
        for model, rows in self.grouped("res_model").items():
            records = self.env[model].sudo().browse(rows.mapped("res_id")).exists()
            known = {record.id: record.display_name for record in records}
            for row in rows:
                name = re.sub(r"[^\w.-]+", "_", known.get(row.res_id) or "document")
                names[row] = f"{name}.pdf"
        return names

    def _put_file(self, message, name):
        """Return a gateways.Outgoing with the file in place of its link."""
        link = None if message.template else LINK.search(message.text)
        if not link:
            return message
        text = message.text[: link.start()]
        return replace(message, text=text, document_url=link[1], file_name=name)
