import json
import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, hash_sign, urls, verify_hash_signed

LINK_SCOPE = "isp_notice_document"


class IspNoticeMessage(models.Model):
    """Writing rows: in the transaction of the cause, each once."""

    _inherit = "isp.notice.message"

    @api.model
    def _write_messages(self, records, notice, channel, values):
        """Write the rows of what is told of an event by a channel.

        :param records: the records in sudo that tell it
        :param notice: isp.notice.event
        :param values: what the seam was given
        :return: the rows that were not there yet (in sudo)
        """
        texts, parameters = {}, {}
        if channel != "email":
            records = records.filtered(lambda r: r._get_notice_person())
            texts = records._render_notice_texts(notice, values)
            parameters = records._render_notice_parameters(notice, values)
        companies = {record: self._get_company(record) for record in records}
        known = self.env["res.company"].concat(*set(companies.values()))
        pools = self.env["isp.notice.gateway"]._get_pools(known)
        rows = [
            self._prepare_row(
                *(record, notice, channel, values),
                text=texts.get(record.id),
                parameters=parameters.get(record.id, []),
                pool=pools[company],
            )
            for record, company in companies.items()
        ]
        messages = self.sudo().browse(self._insert(rows))
        failed = messages.filtered(lambda m: m.state == "skipped" and m.next_on)
        failed._fall_back()
        return messages

    @api.model
    def _get_company(self, record):
        own = record["company_id"] if "company_id" in record._fields else None
        return own or self.env.company

    @api.model
    def _prepare_row(self, record, notice, channel, values, text, parameters, pool):
        """Return the row of what is told by a record.

        :param pool: numbers (isp.notice.gateway) of its company, one of which sends it
        """
        person = record._get_notice_person()
        company = self._get_company(record)
        phone = channel != "email" and person._isp_get_notice_phone(company)
        reachable = phone or (channel == "email" and record._get_notice_email())
        obstacle = self._find_obstacle(person, channel, reachable)
        gateway = pool if self._needs_number(channel) and not obstacle else pool[:0]
        now = fields.Datetime.now()
        turn = company._get_isp_turn if notice.is_spread else company._get_isp_waking
        after = turn(person, now)
        held = channel != "email" and not notice.at_once and after > now
        step = notice._get_next_step(channel)
        wait = timedelta(minutes=step.wait_minutes)
        lang = record._get_notice_lang()
        return {
            "event_id": notice.id,
            "channel": channel,
            "res_model": record._name,
            "res_id": record.id,
            "occasion": record.env.context.get("isp_notice_occasion")
            or record._get_notice_occasion(notice.code, values),
            "partner_id": person.id or None,
            "service_id": self._find_service(record).id or None,
            "company_id": company.id,
            "phone": phone or None,
            "lang": lang,
            "text": self._add_link(record, notice, text, lang) if text else None,
            "parameters": json.dumps(parameters if text else []),
            "given": json.dumps(self._keep_values(values) if step else {}),
            "key": uuid.uuid4().hex,
            "gateway_id": gateway._choose_for(person).id or None,
            "state": "skipped" if obstacle else "waiting",
            "reason": obstacle or None,
            "attempts": 0,
            "at_once": notice.at_once,
            "send_after": after if held else None,
            "next_on": (after if held else now) + wait if step else None,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            "create_date": now,
            "write_date": now,
        }

    @api.model
    def _insert(self, rows):
        """Write rows of dicts; return the ids of those that were not there yet."""
        if not rows:
            return []
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                "INSERT INTO isp_notice_message (%s) VALUES %s "
                "ON CONFLICT DO NOTHING RETURNING id",
                SQL(", ").join(map(SQL.identifier, rows[0])),
                SQL(", ").join(SQL("%s", tuple(row.values())) for row in rows),
            )
        )
        return [row_id for (row_id,) in found]

    @api.model
    def _find_obstacle(self, person, channel, reachable):
        """Return in words why this person is not told by this channel, or None."""
        if channel == "email":
            return None if reachable else self.env._("There is no e-mail address.")
        if person.isp_notice_consent == "no":
            return self.env._("The subscriber wants no messages.")
        return None if reachable else self.env._("There is no phone number.")

    @api.model
    def _needs_number(self, channel: str) -> bool:
        """Whether a number of ours (isp.notice.gateway) sends what leaves by it. An
        addon with a channel of another kind says no."""
        return channel != "email"

    @api.model
    def _find_service(self, record):
        """Return the service that a record is about, or none."""
        if record._name == "isp.service":
            return record
        for name in ("service_id", "isp_service_id"):
            field = record._fields.get(name)
            if field and field.comodel_name == "isp.service":
                return record[name][:1]
        return self.env["isp.service"]

    @api.model
    def _keep_values(self, values):
        """Return what the next channel is to be given, as JSON can keep it."""
        return {
            name: value.id if name == "template" else value
            for name, value in values.items()
            if name == "template" or isinstance(value, (str, int, float))
        }

    @api.model
    def _add_link(self, record, notice, text, lang):
        """Return the text with the link to the document, where there is one."""
        if not notice.link_days or not record._has_notice_document():
            return text
        link = self._get_link(record, notice.link_days)
        label = self.with_context(lang=lang).env._("Document: %(link)s", link=link)
        return f"{text}\n\n{label}"

    @api.model
    def _get_link(self, record, days):
        """Return the address under which a document opens without a log-in until it
        expires; nobody guesses it."""
        token = hash_sign(
            self.sudo().env,
            LINK_SCOPE,
            [record._name, record.id],
            expiration_hours=days * 24,
        )
        return urls.urljoin(record.get_base_url(), f"/isp/notice/document/{token}")

    @api.model
    def _find_by_link(self, token):
        """Return the record in sudo whose document this link opens, or None."""
        try:
            payload = verify_hash_signed(self.sudo().env, LINK_SCOPE, token)
        except (ValueError, UnicodeError):
            payload = None
        if not payload:
            return None
        model, record_id = payload
        record = self.env[model].sudo().browse(record_id).exists()
        return record if record and record._has_notice_document() else None
