from contextlib import suppress

from odoo import fields, http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request
from odoo.tools import formatLang

from odoo.addons.account.controllers.portal import PortalAccount
from odoo.addons.isp_base.controllers.portal import IspPortal

from ..amounts import parse_amount
from ..models.isp_payment_confirmation import MAX_PROOF_MB, ConfirmedMeanwhile

MAX_NOTE = 500  # characters


class IspConfirmationPortal(IspPortal, PortalAccount):
    """ "I have paid", on the page of an invoice."""

    def _invoice_get_page_view_values(self, invoice, access_token, **kwargs):
        values = super()._invoice_get_page_view_values(invoice, access_token, **kwargs)
        box = values["isp_payment"] = self._prepare_confirmation_values(invoice.sudo())
        if box["waiting"] and box["rest"]:
            # What is being looked for in the bank is not to be paid once more.
            values |= {
                "amount_due": box["rest"],
                "next_amount_to_pay": box["rest"],
                "installment_state": None,
            }
        return values

    def _prepare_confirmation_values(self, invoice):
        """Return what the box "How to pay" of an invoice in sudo shows.

        `typed` holds the fields of the form as texts, `problems` what is wrong with
        them: see `isp.payment.confirmation._get_problems`. `rest` is what stays to be
        paid beside a confirmation that waits.
        """
        journals = request.env["isp.payment.confirmation"].sudo()._get_journals(invoice)
        company = invoice.company_id
        today = company._get_isp_today()
        confirmation = invoice._isp_get_confirmation()
        waiting = confirmation.state == "submitted"
        rest = invoice.amount_residual - (confirmation.amount if waiting else 0.0)
        return {
            "confirmable": invoice._isp_is_confirmable(),
            "confirmation": confirmation,
            "waiting": waiting,
            "rest": max(invoice.currency_id.round(rest), 0.0),
            "journals": journals,
            "needs_proof": company.isp_confirmation_proof,
            "max_proof_mb": MAX_PROOF_MB,
            "max_note": MAX_NOTE,
            "today": fields.Date.to_string(today),
            "problems": {},
            "typed": {
                "amount": self._format_figures(invoice),
                "date": fields.Date.to_string(today),
                "journal_id": str(journals[:1].id),
                "note": "",
            },
        }

    def _format_figures(self, invoice):
        digits = invoice.currency_id.decimal_places
        return formatLang(request.env, invoice.amount_residual, digits=digits)

    @http.route(
        ["/my/invoices/<int:invoice_id>/confirm"],
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
    )
    def portal_confirm_payment(self, invoice_id, access_token=None, **post):
        """Take a confirmation; with problems show the page again as it was typed."""
        invoice = self._get_my_invoice(invoice_id, access_token)
        if not invoice:
            return request.redirect("/my")
        if request.httprequest.method != "POST":
            return request.redirect(invoice.get_portal_url())
        post = {
            name: value.replace("\0", "") if isinstance(value, str) else value
            for name, value in post.items()
        }
        confirmations = request.env["isp.payment.confirmation"].sudo()
        vals = self._read_confirmation(post)
        problems = confirmations._get_problems(invoice, vals)
        if problems:
            return self._show_problems(invoice, access_token, post, problems)
        with suppress(ConfirmedMeanwhile):
            confirmations._submit(invoice, vals)
        return request.redirect(self._get_box_url(invoice))

    @http.route(
        ["/my/invoices/<int:invoice_id>/withdraw"],
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_withdraw_confirmation(self, invoice_id, access_token=None, **_post):
        invoice = self._get_my_invoice(invoice_id, access_token)
        if not invoice:
            return request.redirect("/my")
        confirmation = invoice._isp_get_confirmation()
        if confirmation.state == "submitted":
            confirmation._withdraw()
        return request.redirect(self._get_box_url(invoice))

    def _get_my_invoice(self, invoice_id, access_token):
        """Return the invoice in sudo when the visitor may see it, else None."""
        try:
            return self._document_check_access("account.move", invoice_id, access_token)
        except (AccessError, MissingError):
            return None

    def _get_box_url(self, invoice):
        return invoice.get_portal_url(anchor="isp_payment")

    def _read_confirmation(self, post):
        """Return the values of a confirmation from what the form sent."""
        proof = request.httprequest.files.get("proof")
        content = proof.read(MAX_PROOF_MB * 1024**2 + 1) if proof else b""
        return {
            "amount": parse_amount(post.get("amount", "")),
            "date": self._parse_date(post.get("date", "")),
            "journal_id": self._parse_id(post.get("journal_id", "")),
            "note": post.get("note", "").strip()[:MAX_NOTE],
            "proof": content,
            "proof_filename": proof.filename.replace("\0", "") if content else "",
        }

    def _parse_date(self, text):
        try:
            return fields.Date.to_date(text)
        except ValueError:
            return None

    def _parse_id(self, text):
        return int(text) if text.isascii() and text.isdigit() else None

    def _show_problems(self, invoice, access_token, post, problems):
        values = self._invoice_get_page_view_values(invoice, access_token)
        box = values["isp_payment"]
        box["problems"] = problems
        box["typed"] = {name: post.get(name, "") for name in box["typed"]}
        return request.render("account.portal_invoice_page", values)
