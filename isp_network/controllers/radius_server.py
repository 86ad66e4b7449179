from odoo import http
from odoo.http import content_disposition, request


class IspRadiusServerDownload(http.Controller):
    @http.route(
        '/isp_network/radius_server/<model("isp.radius.server"):server>/archive',
        auth="user",
    )
    def archive(self, server):
        """The configuration of a FreeRADIUS server, for network engineers."""
        name, content = server._get_archive()
        return request.make_response(
            content,
            [
                ("Content-Type", "application/gzip"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
            ],
        )
