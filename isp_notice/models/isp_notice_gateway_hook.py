import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import consteq

from ..gateways import base

_logger = logging.getLogger(__name__)

LATER = timedelta(seconds=30)
STOP = frozenset({"stop", "berhenti", "unsubscribe"})
START = frozenset({"start", "mulai", "lanjut"})
LONGEST_TEXT = 4096


class IspNoticeGateway(models.Model):
    """What a provider tells by its web hook."""

    _inherit = "isp.notice.gateway"

    @api.model
    def _find_hook(self, gateway_id, key):
        """Return the number (in sudo) whose web hook this is, or none."""
        gateway = self.sudo().with_context(active_test=False).browse(gateway_id)
        gateway = gateway.exists()
        known = gateway and consteq(gateway.hook_key or "", key)
        return gateway if known else gateway.browse()

    def _take_hook(self, headers, body):
        """Take statuses and incoming messages.

        :raises gateways.base.Forged: when it is not from the provider
        """
        self.ensure_one()
        told = self._get_gateway().read_hook(headers, body)
        statuses = [item for item in told if isinstance(item, base.Status)]
        unknown = self._take_statuses(
            [
                (s.id, s.state, s.at and fields.Datetime.to_string(s.at), s.error)
                for s in statuses
            ]
        )
        if unknown:
            self.with_delay(
                eta=LATER, description=self.env._("Statuses of messages")
            )._take_statuses(unknown)
        for item in told:
            if isinstance(item, base.Incoming):
                self._take_incoming(item)

    def _take_statuses(self, statuses):
        """Note what became of messages; return the statuses whose message is not known:
        the answer to its request may still be on its way.

        :param statuses: list of (reference, state, moment or None, error)
        """
        refs = [ref for ref, *_rest in statuses]
        messages = self.env["isp.notice.message"].sudo()
        found = {
            message.provider_ref: message
            for message in messages.search(
                [("gateway_id", "=", self.id), ("provider_ref", "in", refs)]
            )
        }
        unknown = []
        for status in statuses:
            message = found.get(status[0])
            if message:
                message._take_status(*status[1:])
            else:
                unknown.append(status)
        if statuses:
            _logger.info("%s: %d statuses, %d of unknown messages", self.name, len(statuses), len(unknown))
        if found:
            self._watch()
        return unknown

    def _take_incoming(self, incoming):
        """STOP and START hold at once; anything else is for a person."""
        people = self._find_people(incoming.sender)
        word = (incoming.text or "").strip().strip(".!").casefold()
        if word in STOP or word in START:
            consent = "no" if word in STOP else "yes"
            people._isp_note_consent(
                consent, self.env._("WhatsApp: “%s”", incoming.text.strip())
            )
            return
        text = (incoming.text or "")[:LONGEST_TEXT]
        for service in people.isp_service_ids[:1]:
            service._message_log(
                body=self.env._("WhatsApp from +%(phone)s: %(text)s", phone=incoming.sender, text=text)
            )
            service._ask_person(
                "mail.mail_activity_data_todo",
                "office",
                text,
                summary=self.env._("A subscriber has written on WhatsApp"),
            )
        _logger.info("%s: a message came in from %d subscribers", self.name, len(people))

    def _find_people(self, digits):
        """Return the partners in sudo of this company who have this number."""
        partners = self.env["res.partner"].sudo()
        return partners.search(
            [
                ("phone_sanitized", "=", f"+{digits}"),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )
