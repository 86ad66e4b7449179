import base64
import io

from PIL import Image
from reportlab.graphics.barcode.qr import QrCodeWidget

from odoo import api, models
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.isp_base.pictures import PICTURE_TYPES

LOGO_TYPES = PICTURE_TYPES | {"image/svg+xml"}
MAX_PLACES = 4  # services whose address is named; of more only the numbers are
QR_SCALE = 8  # pixels of a module
SEPARATOR = " · "


class IspInvoice(models.AbstractModel):
    """What the document of an invoice or credit note shows, of each move."""

    _name = "report.isp_billing.isp_invoice"
    _description = "Internet Invoice (document)"

    @api.model
    def _get_report_values(self, docids, **_data):
        """Whoever may read the move may read all that its document says."""
        moves = self.env["account.move"].browse(docids)
        moves.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": "account.move",
            "docs": moves,
            "document_of": lambda move: self._get_document(move.sudo()),
        }

    @api.model
    def _get_document(self, move):
        """Return the values of the template for a move in sudo."""
        lang = move.partner_id.lang or self.env.lang
        move = move.with_context(lang=lang)
        company = move.company_id
        refund = move.move_type == "out_refund"
        posted = move.state == "posted"
        services = move.isp_service_ids.sorted("name")
        return {
            "move": move,
            "company": company,
            "company_address": self._join_address(company.partner_id),
            "company_contact": self._join(
                company.phone, company.email, company.website
            ),
            "footer": self._join(company.name, move.name),
            "logo": self._get_logo(company),
            "partner_address": self._join_address(move.partner_id),
            "refund": refund,
            "stamp": self._get_stamp(move),
            "payable": posted and not refund and move._isp_is_open(),
            "services": services,
            "places": services[:MAX_PLACES] if len(services) <= MAX_PLACES else [],
            "rows": [self._get_row(line) for line in move._get_move_lines_to_report()],
            "quantities": any(
                line.quantity != 1 or line.discount
                for line in move.invoice_line_ids
                if line.display_type == "product"
            ),
            "taxes": self._get_taxes(move),
            "payments": self._get_payments(move),
            "accounts": move._isp_get_bank_accounts(),
            "url": posted and move.get_base_url() + move.get_portal_url(),
            "qr": self._get_qr,
        }

    @api.model
    def _join(self, *parts):
        return SEPARATOR.join(part for part in parts if part)

    @api.model
    def _join_address(self, partner):
        parts = (partner.street, partner.street2, partner.city, partner.state_id.name)
        return ", ".join(part for part in (*parts, partner.zip) if part)

    @api.model
    def _get_logo(self, company):
        """Return the company's logo as a data: URL; None when it is no picture, or
        the placeholder of a company that has none."""
        image = not company.uses_default_logo and company.partner_id.image_512
        content = base64.b64decode(image or b"")
        mimetype = guess_mimetype(content)
        return self._get_data_url(content, mimetype) if mimetype in LOGO_TYPES else None

    @api.model
    def _get_data_url(self, content, mimetype):
        return f"data:{mimetype};base64,{base64.b64encode(content).decode()}"

    @api.model
    def _get_qr(self, text):
        """Return a QR code as a data: URL.

        Not by Odoo's barcodes: they are drawn by a library that is not always there.
        """
        code = QrCodeWidget(text, barLevel="M").qr
        code.make()
        size = code.getModuleCount()
        image = Image.new("1", (size, size), 1)
        image.putdata([not dark for row in code.modules for dark in row])
        image = image.resize(
            (size * QR_SCALE, size * QR_SCALE), Image.Resampling.NEAREST
        )
        content = io.BytesIO()
        image.save(content, "PNG")
        return self._get_data_url(content.getvalue(), "image/png")

    @api.model
    def _get_stamp(self, move):
        """Return what is stamped on the document: a key of the template, or None."""
        if move.state != "posted":
            return move.state
        if move.move_type == "out_refund":
            return None
        if move._isp_is_credited():
            return "credited"
        settled = ("paid", "in_payment", "reversed")
        return "paid" if move.payment_state in settled else None

    @api.model
    def _get_row(self, line):
        """Return a dict of one line: what it is, its details, price and amount."""
        title, detail = line.name or "", ""
        if line.isp_service_id:
            title, _dot, detail = title.partition(SEPARATOR)
        included = line.move_id.company_price_include == "tax_included"
        return {
            "kind": line.display_type,
            "title": title,
            "detail": detail,
            "quantity": line.quantity,
            "discount": line.discount,
            "price": line.price_unit,
            "amount": line.price_total if included else line.price_subtotal,
        }

    @api.model
    def _get_taxes(self, move):
        """Return the subtotals of the move: a list of dict (name, amount, taxes: list
        of dict (label, base: None when it is the subtotal, amount))."""
        totals = move.tax_totals or {}
        reports = self.with_company(move.company_id)
        return [
            {
                "name": subtotal["name"],
                "amount": subtotal["base_amount_currency"],
                "taxes": [
                    {
                        "label": reports._get_tax_label(group),
                        "base": None
                        if totals["same_tax_base"]
                        else group["display_base_amount_currency"],
                        "amount": group["tax_amount_currency"],
                    }
                    for group in subtotal["tax_groups"]
                ],
            }
            for subtotal in totals.get("subtotals", [])
        ]

    @api.model
    def _get_tax_label(self, group: dict) -> str:
        """Return what a group of taxes is called on the document of the company.

        The country's addon answers.

        :param group: dict of ``account.move.tax_totals``: id, group_name,
            involved_tax_ids…
        """
        return group["group_name"]

    @api.model
    def _get_payments(self, move):
        """Return what settled the move: a list of dict (date, amount, is_refund)."""
        widget = move.invoice_payments_widget or {"content": []}
        paid = [row for row in widget["content"] if not row["is_exchange"]]
        return sorted(paid, key=lambda row: row["date"])
