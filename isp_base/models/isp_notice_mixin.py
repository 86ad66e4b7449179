# A seam is given what only those need who answer it.
# pylint: disable=unused-argument
import logging

from odoo import SUPERUSER_ID, models

_logger = logging.getLogger(__name__)


class IspNoticeMixin(models.AbstractModel):
    """Has something to tell to a subscriber, or to ask of somebody in the office.

    All that leaves to subscribers leaves through ``_notify_subscriber``, and what waits
    for a person is asked through ``_ask_person``: further channels and rules are
    added in one place.
    """

    _name = "isp.notice.mixin"
    _description = "Tells People"
    # Its notices prove an e-mail address, or open an account: they go there alone.
    _proves_address = False

    # Subscribers. The hooks that channels ask are given more than the default needs.
    # pylint: disable=unused-argument

    def _notify_subscriber(self, event: str, **values) -> None:
        """Tell the subscribers of these records of an event, by its channels.

        :param event: code of an ``isp.notice.event``
        :param values: what the template reads as ``ctx["isp_…"]``; ``template``
            (mail.template) replaces that of the event
        :raises ValueError: when no addon has brought such an event
        """
        notice = self.env["isp.notice.event"]._get_event(event)
        if not self or not notice.active:
            return
        records = self.sudo()
        for channel in notice._get_channels():
            getattr(records, f"_notify_by_{channel}")(notice, values)
        _logger.info("Notice %s: %s of %s", event, len(self), self._name)

    def _get_notice_email(self) -> str | bool:
        """Return the e-mail address of the subscriber whom this record is about."""
        self.ensure_one()
        return self.partner_id.email

    def _get_notice_person(self) -> models.Model:
        """Return the subscriber (res.partner) whom a channel to phones tells; none
        where it is the e-mail address that is to be proved.
        """
        self.ensure_one()
        if self._proves_address:
            return self.env["res.partner"]
        return self.partner_id

    def _find_notice_obstacle(self, notice: models.Model) -> str | None:
        """Return in words why the subscriber cannot be told of an event (notice) by any
        of its channels; None: he can. Who asks for many at once shows it beforehand,
        and addons with a channel answer.
        """
        self.ensure_one()
        if self._get_notice_email():
            return None
        return self.env._("No e-mail address")

    def _get_notice_occasion(self, event: str, values: dict) -> str:
        """Return what makes this notice another one than an earlier one of the same
        event about this record; what has one occasion is told once by each channel.

        Channels with a memory ask. A model that knows better than the moment answers.
        """
        self.ensure_one()
        return self.env.cr.now().isoformat()

    def _get_notice_text(self, event: str) -> str | None:
        """Return the words for a phone, in the language of the context, where the
        event has no e-mail of ours whose words they could be. Channels to phones ask.
        """
        self.ensure_one()

    def _has_notice_document(self) -> bool:
        """Whether the subscriber may have a document of this record by a link."""
        return False

    def _get_notice_document(self) -> tuple[str, bytes]:
        """Return name and content (PDF) of the document of this record, in sudo.
        Where ``_has_notice_document``, its model answers.
        """
        raise NotImplementedError

    def _notify_by_email(self, notice, values):
        """Make the e-mails of those who have an address, in their languages.

        The superuser makes them: Odoo lets everybody read the messages that he made,
        and what is told to a subscriber may be a secret, such as a code.
        """
        reachable = self.filtered(lambda record: record._get_notice_email())
        template = values.get("template") or notice.template_id
        context = {name: value for name, value in values.items() if name != "template"}
        reachable._send_template(template, notice, context)

    def _send_template(self, template, notice, values):
        """Send a template to these records, as soon as the transaction is through
        when the event says so: a link is in nobody's hands before it works.

        :return: mail.mail
        """
        template = template.with_user(SUPERUSER_ID).with_context(**values)
        mails = template.send_mail_batch(self.ids)
        if notice.at_once and mails:
            mails.send_after_commit()
        return mails

    # The office

    def _ask_person(self, activity: str, role: str, note: str = "", **vals) -> None:
        """Give one activity of a kind to whoever has a role, unless one waits already.

        :param activity: external id of the mail.activity.type
        :param role: one of ``res.company._get_isp_roles``
        :param note: what is to be done
        :param vals: see ``_ask_people``
        """
        asked = self.sudo().activity_search([activity])
        waiting = set(asked.mapped("res_id"))
        for record in self.filtered(lambda r: r.id not in waiting):
            company = record.sudo().company_id or self.env.company
            person = company._get_isp_person(role)
            record._ask_people(activity, person, note=note, **vals)

    def _ask_people(self, activity: str, users, **vals) -> None:
        """Give an activity of a kind to each of these users.

        :param users: res.users
        :param vals: of mail.activity, such as ``summary`` and ``note``; the deadline is
            today where the company is, unless it is given
        """
        for company, records in self.sudo().grouped("company_id").items():
            today = (company or self.env.company)._get_isp_today()
            for user in users:
                records.activity_schedule(
                    activity, user_id=user.id, **{"date_deadline": today, **vals}
                )

    def _close_question(self, *activities: str) -> None:
        """Take away what was asked and has settled itself."""
        self.sudo().activity_unlink(list(activities))
