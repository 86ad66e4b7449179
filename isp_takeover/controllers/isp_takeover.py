from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class IspTakeoverDownload(http.Controller):
    @http.route("/isp_takeover/template", auth="user", readonly=True)
    def template(self):
        """The empty list, with what it may name."""
        takeovers = request.env["isp.takeover"]
        takeovers.check_access("create")
        name = request.env._("Subscribers to take over")
        return self._send(takeovers._render_template(), XLSX, f"{name}.xlsx")

    @http.route(
        '/isp_takeover/<model("isp.takeover"):takeover>/errors',
        auth="user",
        readonly=True,
    )
    def errors(self, takeover):
        """The rows that are not imported, and why."""
        content = takeover._render_errors()
        name = request.env._("%s errors", (takeover.name or "").rpartition(".")[0])
        return self._send(content, "text/csv; charset=utf-8", f"{name}.csv")

    def _send(self, content, mimetype, name):
        return request.make_response(
            content,
            [
                ("Content-Type", mimetype),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
