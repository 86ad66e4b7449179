from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import OPEN_STATUSES
from .helpdesk_ticket_booking import MAX_COMPLAINT

# Kinds of faults by words in which people write of them; else the first kind.
KINDS = {
    "isp_repair.helpdesk_ticket_category_intermittent": (
        *("putus nyambung", "putus-nyambung", "hilang timbul", "comes and goes"),
    ),
    "isp_repair.helpdesk_ticket_category_slow": (
        *("lambat", "lemot", "lelet", "pelan", "slow"),
    ),
}


class IspService(models.Model):
    """A fault that a subscriber tells by a message is a repair order."""

    _inherit = "isp.service"

    def _describe_line_for_subscriber(self):
        lines = super()._describe_line_for_subscriber()
        for ticket in self._get_open_repairs()[:1]:
            lines.append(
                self.env._(
                    "Repair %(number)s: %(status)s.",
                    number=ticket.number,
                    status=ticket._isp_get_status_texts()[ticket.isp_repair_status],
                )
            )
        return lines

    def _report_fault(self, text):
        told = super()._report_fault(text)
        tickets = self.env["helpdesk.ticket"].with_company(self.company_id)
        partner, text = self.partner_id, text[:MAX_COMPLAINT].strip()
        try:
            if ticket := self._get_open_repairs()[:1]:
                return self._add_to_repair(ticket, partner, text)
            if not tickets._isp_may_book(partner):
                return tickets._isp_get_too_many_text()
            ticket = tickets._isp_book(partner, self._prepare_fault(text))
        except UserError:  # no phone to call, a service that has ended: for a person
            return told
        return self.env._(
            "Repair %(number)s is booked: we tell you when somebody comes.",
            number=ticket.number,
        )

    def _add_to_repair(self, ticket, partner, text):
        if not ticket._isp_may_add(partner):
            return ticket._isp_get_too_many_text()
        ticket._isp_add(partner, text, [])
        return self.env._(
            "Repair %(number)s is open already; we have added what you wrote.",
            number=ticket.number,
        )

    def _get_open_repairs(self):
        tickets = self.env["helpdesk.ticket"]
        return tickets.search(
            tickets._isp_get_domain(self.partner_id)
            & Domain("isp_service_id", "=", self.id)
            & Domain("isp_repair_status", "in", OPEN_STATUSES),
            order="id desc",
        )

    def _prepare_fault(self, text):
        return {
            "service_id": self.id,
            "category_id": self._find_kind_of_fault(text).id,
            "complaint": text,
            "photos": [],
            "photos_problem": None,
            "preferred_date": False,
            "preferred_part": False,
            "contact_phone": self.phone,
        }

    def _find_kind_of_fault(self, text):
        """Return the kind (helpdesk.ticket.category) of what somebody tells."""
        tickets = self.env["helpdesk.ticket"].with_company(self.company_id)
        kinds = tickets._isp_get_categories()
        for name, phrases in KINDS.items():
            kind = self.env.ref(name, raise_if_not_found=False)
            if kind in kinds and any(phrase in text.lower() for phrase in phrases):
                return kind
        return kinds[:1]
