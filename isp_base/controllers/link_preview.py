from odoo import http
from odoo.http import request
from odoo.tools import html2plaintext

from odoo.addons.html_editor.controllers.main import HTML_Editor
from odoo.addons.mail.controllers.link_preview import LinkPreviewController
from odoo.addons.mail.tools import link_preview

from ..outside import OutsideSession


class IspEditor(HTML_Editor):
    """The server fetches pages for those who work here, and none of the house.

    Odoo fetches any URL for any visitor: the pages of routers and of the server itself.
    """

    @http.route(auth="user")
    def link_preview_metadata(self, preview_url):
        if not request.env.user._is_internal():
            return False
        with OutsideSession() as session:
            preview = link_preview.get_link_preview_from_url(preview_url, session)
        if preview and preview.get("og_description"):
            preview["og_description"] = html2plaintext(preview["og_description"])
        return preview


class IspLinkPreview(LinkPreviewController):
    @http.route(auth="user")
    def mail_link_preview(self, message_id):
        if request.env.user._is_internal():
            return super().mail_link_preview(message_id)
        return None
