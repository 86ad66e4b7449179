from lxml import etree

from odoo import models

from ..gateways.text import text_of_html


class IspNoticeMixin(models.AbstractModel):
    """What is told to subscribers has a row in the outbox for each channel."""

    _inherit = "isp.notice.mixin"

    def _find_notice_obstacle(self, notice):
        """He is told who has an address for one of the channels, be it the last."""
        obstacles = [super()._find_notice_obstacle(notice)]
        person = self._get_notice_person()
        channels = set(notice.step_ids.mapped("channel")) or {"email"}
        messages = self.env["isp.notice.message"]
        if "email" not in channels:
            obstacles = []
        for channel in channels - {"email"}:
            phone = person._isp_get_notice_phone(self.company_id)
            obstacles.append(messages._find_obstacle(person, channel, phone))
        return None if None in obstacles else " ".join(obstacles)

    def _notify_by_email(self, notice, values):
        """It leaves as ever; the row says what became of it."""
        result = super()._notify_by_email(notice, values)
        self.env["isp.notice.message"]._write_messages(self, notice, "email", values)
        return result

    def _notify_by_whatsapp(self, notice, values):
        """Write the messages; jobs send them once the transaction is through."""
        messages = self.env["isp.notice.message"]
        messages._write_messages(self, notice, "whatsapp", values)._enqueue()

    def _render_notice_texts(self, notice, values) -> dict[int, str]:
        """Return {id: text for a phone, in the subscriber's language}."""
        texts = {}
        context = {name: value for name, value in values.items() if name != "template"}
        for lang, records in self.grouped(lambda r: r._get_notice_lang()).items():
            records = records.with_context(lang=lang, **context)
            texts.update(records._render_notice_text(notice, lang, values))
        return texts

    def _render_notice_parameters(self, notice, values) -> dict[int, list[str]]:
        """Return {id: values of what stands in {{ }} of the message, in order}."""
        found = {}
        for lang, records in self.grouped(lambda r: r._get_notice_lang()).items():
            found.update(notice._render_parameters(records, lang, values))
        return found

    def _render_notice_text(self, notice, lang, values):
        """Return {id: text} of these records in one language: the event's own words,
        else those of the addon that owns the record, else those of the e-mail."""
        event = notice.with_context(**self.env.context)
        if event.text:
            return event._render_field("text", self.ids, set_lang=lang)
        own = {record.id: record._get_notice_text(notice.code) for record in self}
        template = values.get("template") or notice.template_id
        if all(own.values()) or not template:
            return own
        template = template.with_context(**self.env.context)
        bodies = template._render_field("body_html", self.ids, set_lang=lang)
        return {
            record_id: own[record_id] or text_of_html(str(body))
            for record_id, body in bodies.items()
        }

    def _get_notice_lang(self):
        self.ensure_one()
        return self._get_notice_person().lang or self.env.lang or "en_US"

    def _get_view(self, view_id=None, view_type="form", **options):
        """Who is told something has his messages on the form of what it is about."""
        arch, view = super()._get_view(view_id, view_type, **options)
        tells = "partner_id" in self._fields and self._name != "res.users"
        boxes = arch.xpath("//div[@name='button_box']") if tells else []
        for box in boxes[:1]:
            box.append(
                etree.Element(
                    "button",
                    name="action_view_isp_notices",
                    type="object",
                    string=self.env._("Messages"),
                    icon="fa-whatsapp",
                    groups="isp_base.isp_base_group_admin",
                    **{"class": "oe_stat_button"},
                )
            )
        return arch, view

    def action_view_isp_notices(self):
        """Open what was told to the subscriber about this record."""
        self.ensure_one()
        self.check_access("read")
        self.env["isp.notice.message"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_notice.isp_notice_message_action"
        )
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        if self._name == "isp.service":
            domain = ["|", ("service_id", "=", self.id), "&", *domain]
        return {**action, "domain": domain, "context": {}}
