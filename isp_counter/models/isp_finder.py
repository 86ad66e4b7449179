from odoo import api, models
from odoo.fields import Domain
from odoo.tools import escape_psql

from odoo.addons.isp_base.models.isp_finder import SHORTEST

SHOWN = 8  # people at the counter


class IspFinder(models.AbstractModel):
    """A cashier finds who pays by all that the box on top finds a subscriber by."""

    _inherit = "isp.finder"

    @api.model
    def _get_payer_domains(self, company):
        """Return {model: domain} of the records of a company that lead to a payer."""
        of_company = Domain("company_id", "=", company.id)
        invoices = Domain("move_type", "=", "out_invoice") & Domain(
            "state", "=", "posted"
        )
        return {
            "isp.service": of_company & Domain("partner_id", "!=", False),
            "account.move": of_company & invoices,
            "res.partner": Domain("isp_service_ids.company_id", "=", company.id),
        }

    @api.model
    def _find_payers(self, text, company):
        """Return {payer (commercial partner): the record that he was found by}, in
        sudo; the caller has checked who asks.

        :param text: as it is typed or scanned
        :param company: res.company
        """
        text = (text or "").strip()
        found = {}
        if len(text) < SHORTEST:
            return found
        finder = self.sudo()
        domains = finder._get_payer_domains(company)
        for kind in finder._get_kinds():
            if kind.model not in domains:
                continue
            within = domains[kind.model]
            for record in finder._find(kind, escape_psql(text), within):
                is_partner = kind.model == "res.partner"
                partner = record if is_partner else record.partner_id
                found.setdefault(partner.commercial_partner_id, record)
        return dict(list(found.items())[:SHOWN])
