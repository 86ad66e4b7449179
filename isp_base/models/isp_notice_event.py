from odoo import api, fields, models
from odoo.exceptions import AccessError


class IspNoticeEvent(models.Model):
    """Something that subscribers are told of, and by which message.

    The addon that knows the event brings its record as data, with a template in every
    language of ours; people switch it off, or write the template anew.
    """

    _name = "isp.notice.event"
    _description = "Notice to Subscribers"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, readonly=True, help="By which the product calls this event."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        "Sent", default=True, help="Not ticked: nobody is told of this event."
    )
    template_id = fields.Many2one(
        "mail.template",
        "E-mail",
        ondelete="restrict",
        help="Empty: this message is made by Odoo, as an invoice is.",
    )
    at_once = fields.Boolean(
        help="It answers what somebody has just done, and leaves as soon as that is "
        "saved. Others leave with the queue of e-mails, at its own pace.",
    )

    _code_uniq = models.Constraint("UNIQUE (code)", "There is such an event already.")

    def write(self, vals):
        before = {event: event.template_id for event in self}
        result = super().write(vals)
        for event, template in before.items():
            if event.template_id != template:
                event._check_template(template)
        return result

    def _check_template(self, former):
        """Whoever chooses another e-mail chooses who reads what.

        :param former: the template that the event has had
        :raises AccessError: for anyone but administrators of the system, where one of
            them is about another kind of record, or opens an account
        """
        self.ensure_one()
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        names = {t.model for t in (former, self.template_id) if t}
        if len(names) > 1 or any(map(self._opens_accounts, names)):
            raise AccessError(
                self.env._(
                    "This e-mail is not about what “%(notice)s” tells of, or opens an "
                    "account: choose one of the same kind.",
                    notice=self.name,
                )
            )

    @api.model
    def _opens_accounts(self, name):
        """Whether what is told of records of this model may open an account. Of those
        of which nothing is told nobody knows."""
        return getattr(self.env[name], "_proves_address", True)

    @api.model
    def _get_event(self, code):
        """Return the event (in sudo) of this code, switched off or not.

        :raises ValueError: when no addon has brought it
        """
        events = self.sudo().with_context(active_test=False)
        event = events.search([("code", "=", code)])
        if not event:
            raise ValueError(f"There is no notice {code!r}: bring it as data.")
        return event

    def _get_channels(self) -> list[str]:
        """Return the names of the channels by which this event is told, in order.

        An addon with a channel adds its name here, and to ``isp.notice.mixin`` a
        method ``_notify_by_<name>(event, values)``.
        """
        self.ensure_one()
        return ["email"]
