import logging
from dataclasses import asdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import consteq

from ..gateways import Forged, Incoming, Status

_logger = logging.getLogger(__name__)

LATER = timedelta(seconds=30)


class IspNoticeGateway(models.Model):
    """What a provider tells by its web hook."""

    _inherit = "isp.notice.gateway"

    @api.model
    def _find_hook(self, gateway_id, key):
        """Return the number (in sudo) whose web hook this is, or none."""
        gateway = self.sudo().with_context(active_test=False).browse(gateway_id)
        gateway = gateway.exists()
        expected = (gateway.hook_key or "").encode()
        known = gateway and expected and consteq(expected, key.encode())
        return gateway if known else gateway.browse()

    def _take_hook(self, headers, body):
        """Take statuses and incoming messages.

        :raises Forged: when it is not from the provider
        """
        self.ensure_one()
        with self._get_gateway() as gateway:
            told = gateway.read_hook(headers, body)
            health = gateway.read_health(headers, body)
        if health:
            self._take_health(health)
        statuses = [_as_row(item) for item in told if isinstance(item, Status)]
        if unknown := self._take_statuses(statuses):
            self.with_delay(
                eta=LATER, description=self.env._("Statuses of messages")
            )._take_statuses(unknown)
        for item in told:
            if isinstance(item, Incoming):
                self._take_incoming(item)

    def _take_health(self, health):
        """Stop a number of which the provider says that it cannot send, such as one
        that was logged out.

        :param health: gateways.Health
        """
        _logger.info("%s: the provider says %r", self.name, health.state)
        if self.state == "active" and not health.works:
            words = " ".join(filter(None, [health.state, health.detail]))
            self._stop(self.env._("The provider says: %s", words))

    def _answer_challenge(self, params):
        """Return what a provider wants to hear who asks whether the web hook is ours.

        :raises Forged: when he does not know our word, or none asks
        """
        with self._get_gateway() as gateway:
            if not hasattr(gateway, "answer_challenge"):
                raise Forged("This provider asks nothing.")
            return gateway.answer_challenge(params)

    def _take_statuses(self, statuses):
        """Note what became of messages; return the statuses whose message is not known:
        the answer to its request may still be on its way.

        :param statuses: list of dict `id`, `alias`, `key`, `state`, `at`, `error`
        """
        unknown = []
        for status in statuses:
            message = self._find_told(status)
            if not message:
                unknown.append(status)
                continue
            if status["alias"]:
                message.provider_alias = status["alias"]
            message._take_status(
                status["state"],
                fields.Datetime.to_datetime(status["at"]),
                status["error"],
            )
        if statuses:
            _logger.info(
                "%s: %d statuses, %d of messages that are not known",
                *(self.name, len(statuses), len(unknown)),
            )
            self._watch()
        return unknown

    def _find_told(self, status):
        """Return the message of this number that a status is of, or none."""
        messages = self.env["isp.notice.message"].sudo()
        for name, value in (
            ("provider_ref", status["id"]),
            ("provider_alias", status["alias"]),
            ("key", status["key"]),
        ):
            known = [("gateway_id", "=", self.id), (name, "=", value)]
            if value and (found := messages.search(known, limit=1)):
                return found
        return messages

    def _find_people(self, digits):
        """Return the partners in sudo of this company who have this number."""
        partners = self.env["res.partner"].sudo()
        if not digits:
            return partners
        return partners.search(
            [
                ("phone_sanitized", "=", f"+{digits}"),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )


def _as_row(status):
    """Return a Status as a job can keep it."""
    at = status.at and fields.Datetime.to_string(status.at)
    return {**asdict(status), "at": at}
