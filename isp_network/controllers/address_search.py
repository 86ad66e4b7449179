from odoo import http
from odoo.http import content_disposition, request


class IspAddressSearchDownload(http.Controller):
    @http.route(
        '/isp_network/address_search/<model("isp.address.search"):search>/csv',
        auth="user",
    )
    def csv(self, search):
        """Who had an address, for who may ask it; that it was taken along is noted."""
        content = search._render_csv()
        return request.make_response(
            content,
            [
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{search.address}.csv")),
                ("Cache-Control", "no-store"),
            ],
        )
