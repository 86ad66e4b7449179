from odoo import api, models


class IspAddressAnswer(models.AbstractModel):
    """Who had an address, as a document: whoever renders it, and as what, is noted."""

    _name = "report.isp_network.isp_address_answer"
    _description = "Who Had This Address (document)"

    @api.model
    def _get_report_values(self, docids, **_data):
        """:raises UserError: where nothing was asked yet"""
        searches = self.env["isp.address.search"].browse(docids)
        searches.check_access("read")
        for search in searches:
            search._check_answered()
            search._note("pdf", len(search.line_ids))
        return {"doc_ids": docids, "doc_model": searches._name, "docs": searches}
