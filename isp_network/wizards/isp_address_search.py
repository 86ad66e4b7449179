import csv
import io
import ipaddress

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_datetime

GROUP = "isp_network.isp_network_group_enquiry"
FOUND_AT_MOST = 1000
QUESTION = frozenset(
    {
        *("address", "company_id", "date_from", "date_to"),
        *("port_from", "port_to", "reason"),
    }
)
ANSWER = frozenset({"date_asked", "has_more", "line_ids"})


class IspAddressSearch(models.TransientModel):
    """Answers who had an address when, as authorities ask it. Every question is written
    down before it is answered. Another question has no answer until it is asked; code
    alone writes one."""

    _name = "isp.address.search"
    _description = "Who Had This Address"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    address = fields.Char(required=True, help="IPv4 or IPv6.")
    date_from = fields.Datetime(
        "From", required=True, help="In your time zone; the document says both."
    )
    date_to = fields.Datetime("Until", help="Empty: that moment alone.")
    port_from = fields.Integer("Port")
    port_to = fields.Integer("Last Port")
    reason = fields.Char(
        "Why", required=True, help="Authority and reference of its letter."
    )
    date_asked = fields.Datetime(readonly=True, copy=False)
    has_more = fields.Boolean(
        readonly=True, copy=False, help="More had the address than are shown."
    )
    line_ids = fields.One2many("isp.address.search.line", "search_id", readonly=True)
    found_count = fields.Integer(compute="_compute_found_count")

    @api.depends("line_ids")
    def _compute_found_count(self):
        for search in self:
            search.found_count = len(search.line_ids)

    @api.depends("address", "date_from")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for search in self:
            moment = search.date_from and format_datetime(
                self.env, search.date_from, dt_format="d MMMM y HH:mm"
            )
            search.display_name = ", ".join(filter(None, (search.address, moment)))

    @api.model_create_multi
    def create(self, vals_list):
        searches = super().create(vals_list)
        searches._forget()
        return searches

    def write(self, vals):
        self._check_kept(vals)
        result = super().write(vals)
        self._forget_by(vals)
        return result

    def _check_kept(self, vals):
        """:raises AccessError: when a person gives an answer himself"""
        if not self.env.su and ANSWER & vals.keys():
            raise AccessError(self.env._("Nobody writes an answer: press “Search”."))

    def _forget_by(self, vals):
        """These values make it another question: what was answered is gone."""
        if QUESTION & vals.keys():
            self._forget()

    def _forget(self):
        searches = self.sudo()
        searches.line_ids.unlink()
        searches.write({"date_asked": False, "has_more": False})

    @api.constrains("address", "date_from", "date_to", "port_from", "port_to")
    def _check_question(self):
        for search in self:
            search._get_address()
            if search.date_to and search.date_to < search.date_from:
                raise ValidationError(self.env._("The end lies before the beginning."))
            if not 0 <= search.port_from <= 65535 or not (0 <= search.port_to <= 65535):
                raise ValidationError(self.env._("A port is a number up to 65535."))
            if search.port_to and search.port_to < search.port_from:
                raise ValidationError(self.env._("The last port is below the first."))

    @api.constrains("reason")
    def _check_reason(self):
        if any(not (search.reason or "").strip() for search in self):
            raise ValidationError(self.env._("Say why: it is written down."))

    def _get_address(self):
        """Return the address (str) as it is looked for.

        :raises ValidationError: when it is none
        """
        try:
            address = ipaddress.ip_address((self.address or "").strip())
        except ValueError as error:
            raise ValidationError(
                self.env._("“%s” is no address.", self.address)
            ) from error
        if address.version == 6:
            address = address.ipv4_mapped or ipaddress.IPv6Address(int(address))
        return str(address)

    def action_search(self):
        """Note the question, then answer it."""
        self.ensure_one()
        rows, has_more = self._ask("page")
        self._forget()
        self.env["isp.address.search.line"].sudo().create(
            [
                {"search_id": self.id, **vals}
                for row in rows
                for vals in self._prepare_lines(row)
            ]
        )
        self.sudo().write({"date_asked": fields.Datetime.now(), "has_more": has_more})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who had this address"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_csv(self):
        self.ensure_one()
        self._check_answered()
        return {
            "type": "ir.actions.act_url",
            "url": f"/isp_network/address_search/{self.id}/csv",
            "target": "download",
        }

    def action_pdf(self):
        """Print the answer; its report notes that."""
        self.ensure_one()
        self._check_answered()
        return self.env.ref("isp_network.isp_address_report").report_action(self)

    def _check_may_ask(self):
        """:raises AccessError: for who has not this right"""
        if not self.env.user.has_group(GROUP):
            raise AccessError(
                self.env._("You may not ask who had an address: a manager gives that.")
            )
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("That company is not one of yours."))

    def _check_answered(self):
        self._check_may_ask()
        if not self.date_asked:
            raise UserError(self.env._("Press “Search” first."))

    def _get_end(self):
        return self.date_to or self.date_from

    def _get_ports(self):
        if not self.port_from:
            return ""
        last = self.port_to or self.port_from
        return f"{self.port_from}" + (f"-{last}" if last != self.port_from else "")

    def _note(self, way, count):
        self.env["isp.address.enquiry"].sudo().create(
            {
                "user_id": self.env.uid,
                "company_id": self.company_id.id,
                "address": self._get_address(),
                "date_from": self.date_from,
                "date_to": self._get_end(),
                "ports": self._get_ports(),
                "reason": self.reason,
                "way": way,
                "found_count": count,
            }
        )

    def _ask(self, way):
        """Return the sessions (list of dict) of this address then, and whether there
        are more; note who asked."""
        self._check_may_ask()
        rows = self.env["isp.session"]._find_by_address(
            self._get_address(),
            self.date_from,
            self._get_end(),
            self.company_id,
            FOUND_AT_MOST + 1,
        )
        shown = rows[:FOUND_AT_MOST]
        self._note(way, len(shown))
        return shown, len(rows) > len(shown)

    def _get_zone(self):
        return self.company_id._get_isp_zone()

    def _get_times(self, moment):
        """Return a moment as it is told: (str in UTC, str where the company is)."""
        if not moment:
            return "", ""
        zone = pytz.timezone(self._get_zone())
        local = moment.replace(tzinfo=pytz.utc).astimezone(zone)
        return str(moment), local.strftime("%Y-%m-%d %H:%M:%S")

    def _get_more_text(self):
        """Return what is said where more had the address than are shown, else ""."""
        if not self.has_more:
            return ""
        return self.env._(
            "More sessions had this address then: the first %(count)s are shown. Ask "
            "for a shorter time.",
            count=len(self.line_ids),
        )

    def _prepare_lines(self, row):
        """Return the vals of a session (list of dict): one, or two where the service
        changed hands, or place, in the meantime."""
        service = self.env["isp.service"].sudo().browse(row["service_id"] or [])
        service = service.exists()
        vals = {
            "service_id": service.id,
            "number": service.name,
            "username": row["username"],
            "mac": row["mac"],
            "router": row["router"],
            "date_from": row["started_at"],
            "date_to": row["stopped_at"],
            "date_heard": row["updated_at"],
            "cause": service._get_cause_label(row["terminate_cause"]),
            "session_id": row["session_id"],
        }
        if not service:
            return [vals]
        first = max(row["started_at"], self.date_from)
        last = min(row["stopped_at"] or self._get_end(), self._get_end())
        holders = [service._describe_holder(moment) for moment in (first, last)]
        return [vals | holder for holder in holders[: 1 + (holders[0] != holders[1])]]

    def _render_csv(self):
        """Return the answer as a file (bytes); each time is in two columns, in UTC and
        where the company is."""
        self._check_answered()
        lines, output = self.line_ids, io.StringIO()
        writer = csv.writer(output)
        writer.writerow(self._get_heads())
        for line in lines:
            writer.writerow([_keep_from_computing(cell) for cell in line._get_cells()])
        if self.has_more:
            writer.writerow([self._get_more_text()])
        self._note("csv", len(lines))
        return output.getvalue().encode("utf-8-sig")

    def _get_heads(self):
        lines, heads = self.env["isp.address.search.line"], []
        for name in lines._get_told():
            label = lines._fields[name]._description_string(self.env)
            if lines._fields[name].type == "datetime":
                heads += [f"{label} (UTC)", f"{label} ({self._get_zone()})"]
            else:
                heads.append(label)
        return heads


class IspAddressSearchLine(models.TransientModel):
    """A session that had the address then."""

    _name = "isp.address.search.line"
    _description = "Session That Had the Address"
    _order = "date_from, id"

    search_id = fields.Many2one("isp.address.search", required=True, ondelete="cascade")
    service_id = fields.Many2one("isp.service", "Subscriber", ondelete="set null")
    number = fields.Char("Service Number")
    contact_name = fields.Char("Name")
    phone = fields.Char()
    full_address = fields.Char("Address of the Subscriber")
    username = fields.Char("User Name")
    mac = fields.Char("MAC")
    router = fields.Char()
    date_from = fields.Datetime("Began")
    date_to = fields.Datetime("Ended", help="Empty: it goes on.")
    date_heard = fields.Datetime("Last Heard Of")
    cause = fields.Char("Why It Ended")
    session_id = fields.Char("Number of the Session")

    @api.model
    def _get_told(self):
        """Return the names of the fields that an authority is told, in their order."""
        return [
            *("number", "contact_name", "phone", "full_address", "username", "mac"),
            *("router", "date_from", "date_to", "date_heard", "cause", "session_id"),
        ]

    def _get_cells(self):
        """Return what is told of it, as texts, in the order of the heads."""
        cells = []
        for name in self._get_told():
            if self._fields[name].type == "datetime":
                cells += self.search_id._get_times(self[name])
            else:
                cells.append(str(self[name] or ""))
        return cells


def _keep_from_computing(text):
    """Return the text so that a spreadsheet does not take it for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
