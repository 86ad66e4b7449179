from odoo import api, models
from odoo.tools import format_date, format_datetime

BADGES = {
    "new": "info",
    "in_progress": "primary",
    "waiting": "warning",
    "done": "success",
    "invoiced": "warning",
    "to_check": "info",
    "paid": "success",
    "completed": "secondary",
    "withdrawn": "secondary",
}


class HelpdeskTicket(models.Model):
    """What of a repair order its customer reads, in his words.

    The records are in sudo. Of the visits nothing is told but when they were and the
    first name of the technician.
    """

    _inherit = "helpdesk.ticket"

    @api.model
    def _isp_get_status_texts(self):
        return {
            "new": self.env._("Ordered"),
            "in_progress": self.env._("Being repaired"),
            "waiting": self.env._("Waiting"),
            "done": self.env._("Repaired"),
            "invoiced": self.env._("To pay"),
            "to_check": self.env._("Payment being checked"),
            "paid": self.env._("Paid"),
            "completed": self.env._("Closed"),
            "withdrawn": self.env._("Withdrawn"),
        }

    def _isp_get_badge(self):
        """Return the status as dict (text, color); color is one of Bootstrap's."""
        self.ensure_one()
        return {
            "text": self._isp_get_status_texts()[self.isp_repair_status],
            "color": BADGES[self.isp_repair_status],
        }

    def _isp_get_steps(self):
        """Return the progress: a list of dict (text, date, note, done), dates and
        notes as texts; what is still to come is not done."""
        self.ensure_one()
        steps = [self._isp_step(self.env._("Ordered"), self.create_date)]
        if self.isp_date_withdrawn:
            text = self.env._("Withdrawn")
            return [*steps, self._isp_step(text, self.isp_date_withdrawn)]
        visits = self.isp_visit_ids.filtered(lambda visit: visit.state != "cancelled")
        for visit in visits.sorted("id"):
            steps += self._isp_get_visit_steps(visit)
        if not visits:
            steps += [
                self._isp_step(self.env._("Repair")),
                self._isp_step(self.env._("Repaired")),
            ]
        steps += self._isp_get_invoice_steps()
        return [*steps, self._isp_step(self.env._("Closed"), self.isp_date_completed)]

    def _isp_get_visit_steps(self, visit):
        if visit.state in ("draft", "scheduled"):
            planned = self._isp_step(self.env._("Repair"))
            if visit.planned_start:
                when = self._isp_format(visit.planned_start)
                planned["note"] = self.env._("Planned for %(when)s", when=when)
            return [planned, self._isp_step(self.env._("Repaired"))]
        people = visit.technician_ids | visit.pic_id
        # Who began it may have handed it on since.
        technician = (visit.started_by_id & people) or visit.pic_id
        begun = self._isp_step(self.env._("Repair begun"), visit.date_started)
        begun["note"] = self._isp_get_first_name(technician.partner_id)
        steps = [begun]
        if visit.state == "started" and visit.waiting_for:
            steps.append(self._isp_step(self._isp_get_waiting_text(visit), done=True))
        repaired = self._isp_step(self.env._("Repaired"), visit.date_finished)
        return [*steps, repaired]

    def _isp_get_waiting_text(self, visit):
        if visit.waiting_for == "customer":
            return self.env._("Waiting for you: please write or call us")
        return self.env._("Waiting for a part")

    def _isp_get_invoice_steps(self):
        steps = []
        for move in self._isp_get_moves().sorted("id"):
            text = self.env._("Invoice %(number)s", number=move.name)
            steps.append(self._isp_step(text, move.invoice_date))
            paid = self._isp_step(
                self.env._("Paid"), done=move.payment_state in ("paid", "in_payment")
            )
            if move._isp_get_confirmation().state == "submitted":
                paid["note"] = self.env._("You confirmed it, and we are checking it")
            steps.append(paid)
        return steps

    def _isp_get_moves(self):
        """Return the invoices (account.move) that the customer has got."""
        return self.isp_invoice_ids.filtered(
            lambda move: move.state == "posted" and not move._isp_is_credited()
        )

    @api.model
    def _isp_step(self, text, date=None, done=False):
        return {
            "text": text,
            "date": date and self._isp_format(date),
            "note": None,
            "done": bool(date) or done,
        }

    @api.model
    def _isp_format(self, date):
        """Return a day, or a moment where the company is, as text."""
        if not hasattr(date, "hour"):
            return format_date(self.env, date)
        zone = (self.company_id or self.env.company)._get_isp_zone()
        return format_datetime(self.env, date, tz=zone, dt_format="d MMM yyyy, HH:mm")

    @api.model
    def _isp_get_first_name(self, partner):
        """Return it; of a company the whole name."""
        name = partner.name or ""
        return name if partner.is_company else name.split(" ")[0]

    # The conversation

    def _isp_get_messages(self):
        """Return what customer and provider wrote to each other (mail.message)."""
        self.ensure_one()
        return self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", ("comment", "email")),
                ("subtype_id", "!=", False),
                ("subtype_id.internal", "=", False),
                ("is_internal", "=", False),
            ],
            order="id",
        )

    def _isp_get_conversation(self, partner):
        """Return it as a list of dict (author, mine, date, body, files), the oldest
        first; files are ir.attachment."""
        family = partner.commercial_partner_id
        return [
            {
                "author": self._isp_get_first_name(message.author_id),
                "mine": message.author_id.commercial_partner_id == family,
                "date": self._isp_format(message.date),
                "body": message.body,
                "files": message.attachment_ids,
            }
            for message in self._isp_get_messages()
        ]

    def _isp_get_files(self):
        """Return what the customer may open (ir.attachment): what he sent, and what
        was sent to him."""
        return self.isp_photo_ids | self._isp_get_messages().attachment_ids
