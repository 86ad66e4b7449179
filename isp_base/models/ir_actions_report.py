import io

from odoo import fields, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    isp_weasyprint = fields.Boolean(
        "Printed by WeasyPrint",
        help="The template is a whole HTML page of its own, with its styles.",
    )

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if not report.isp_weasyprint:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        streams = {}
        for record in self.env[report.model].browse(res_ids):
            html = self._render_qweb_html(report_ref, record.ids, data=data)[0]
            streams[record.id] = {
                "stream": io.BytesIO(self._weasyprint(html)),
                "attachment": None,
            }
        return streams

    def _weasyprint(self, html):
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
