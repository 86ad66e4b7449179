import io
import logging

from odoo import fields, models

# It tells seven steps of every document.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    isp_weasyprint = fields.Boolean(
        "Printed by WeasyPrint",
        help="The template is a whole HTML page of its own, with its styles.",
    )

    def _pre_render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        """In tests Odoo gives HTML instead of a PDF, to spare the program that makes
        it; ours needs none."""
        if self._get_report(report_ref).isp_weasyprint:
            self = self.with_context(force_report_rendering=True)
        return super()._pre_render_qweb_pdf(report_ref, res_ids=res_ids, data=data)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if not report.isp_weasyprint:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        streams = {}
        for record in self.env[report.model].browse(res_ids):
            html = self._render_qweb_html(report_ref, record.ids, data=data)[0]
            streams[record.id] = {
                "stream": io.BytesIO(self._isp_print(html)),
                "attachment": None,
            }
        return streams

    def _isp_print(self, html):
        """Return the PDF (bytes) of a page that brings its images as data: URLs.

        It may load nothing else: no file, no network.
        """
        # Slow to import, and only printing needs it.
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher

        return HTML(
            string=html.decode() if isinstance(html, bytes) else html,
            url_fetcher=URLFetcher(allowed_protocols={"data"}),
        ).write_pdf()
