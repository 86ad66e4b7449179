from odoo import api, fields, models
from odoo.tools.rendering_tools import parse_inline_template

TOLD_TO_MANY = ("invoice", "payment_reminder")
LINK_DAYS = 30  # that the link to a document opens it


class IspNoticeEvent(models.Model):
    """By which channels an event is told, in which order, and in which words."""

    _name = "isp.notice.event"
    _inherit = ["isp.notice.event", "mail.render.mixin"]
    _unrestricted_rendering = True

    step_ids = fields.One2many(
        "isp.notice.step",
        "event_id",
        "Channels",
        help="None: by e-mail alone.",
    )
    channel_names = fields.Char("By", compute="_compute_channel_names")
    text = fields.Text(
        "Message",
        translate=True,
        render_engine="inline_template",
        render_options={"post_process": False},
        help="For phones. {{ object }} is the record, as in e-mails. Empty: the words "
        "of the e-mail.",
    )
    template_name = fields.Char(
        "Approved Template",
        help="Its name at Meta, for messages outside the 24 hours after the subscriber "
        "has written. What stands in {{ }} of the message is its parameters, in order.",
    )
    link_days = fields.Integer(
        "Link to the Document (days)",
        default=LINK_DAYS,
        help="So long the link in a message opens the invoice without a log-in. 0: no "
        "link.",
    )
    is_spread = fields.Boolean(
        "Spread over the Day",
        compute="_compute_is_spread",
        store=True,
        readonly=False,
        help="Many are told of it at once: their messages leave over as many hours as "
        "the settings say.",
    )
    message_count = fields.Integer("Messages", compute="_compute_message_count")

    _link_days_range = models.Constraint(
        "CHECK (link_days BETWEEN 0 AND 365)",
        "A link to a document lives a year at most.",
    )

    @api.depends("template_id.model", "code")
    def _compute_render_model(self):
        for event in self:
            event.render_model = event.template_id.model or event._find_model()

    def _find_model(self) -> str | bool:
        """Return the model of what the event is about, where no e-mail says it: that
        of the last message."""
        self.ensure_one()
        messages = self.env["isp.notice.message"].sudo()
        return messages.search([("event_id", "=", self.id)], limit=1).res_model

    @api.depends("step_ids.channel", "step_ids.wait_minutes", "step_ids.sequence")
    def _compute_channel_names(self):
        labels = dict(
            self.env["isp.notice.step"]
            ._fields["channel"]
            ._description_selection(self.env)
        )
        for event in self:
            steps = event.step_ids.sorted(lambda s: (s.sequence, s.id))
            event.channel_names = (
                ", ".join(
                    labels[step.channel]
                    + (
                        f" (+{step.wait_minutes})"
                        if number and step.wait_minutes
                        else ""
                    )
                    for number, step in enumerate(steps)
                )
                or labels["email"]
            )

    @api.depends("code")
    def _compute_is_spread(self):
        for event in self:
            event.is_spread = event.code in TOLD_TO_MANY

    def _compute_message_count(self):
        counts = dict(
            self.env["isp.notice.message"]._read_group(
                [("event_id", "in", self.ids)], ["event_id"], ["__count"]
            )
        )
        for event in self:
            event.message_count = counts.get(event, 0)

    def _get_channels(self):
        """The first channel, and those that are told together with it."""
        result = super()._get_channels()
        steps = self.step_ids.sorted(lambda step: (step.sequence, step.id))
        if not steps:
            return result
        together = steps[:1] + steps[1:].filtered(lambda step: not step.wait_minutes)
        return together.mapped("channel")

    def _get_next_step(self, channel):
        """Return the step (isp.notice.step) that follows a channel when it fails, or
        none."""
        steps = self.step_ids.sorted(lambda step: (step.sequence, step.id))
        later = list(steps)
        while later and later[0].channel != channel:
            later.pop(0)
        return next((step for step in later[1:] if step.wait_minutes), steps.browse())

    def _render_parameters(self, records, lang, values):
        """Return {id: values of what stands in {{ }} of the message, in order}."""
        self.ensure_one()
        if not self.template_name:
            return {}
        event = self.with_context(lang=lang, **values)
        rendered = [
            event._render_template_inline_template(
                f"{{{{ {expression} }}}}", records._name, records.ids
            )
            for _literal, expression, *_default in parse_inline_template(
                event.text or ""
            )
            if expression
        ]
        return {
            record_id: [texts[record_id] for texts in rendered]
            for record_id in records.ids
        }

    def action_view_messages(self):
        self.ensure_one()
        self.check_access("read")
        self.env["isp.notice.message"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_notice.isp_notice_message_action"
        )
        return {**action, "domain": [("event_id", "=", self.id)]}
