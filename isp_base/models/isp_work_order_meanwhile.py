from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

STATE = "state"
# What a browser says in the words in which it is compared here
PLAIN = {"char", "text", "float", "integer", "selection", "many2one", "boolean"}


class WrittenMeanwhile(UserError):
    """Somebody else has written where this one would: ``now`` is what stands there."""

    def __init__(self, message, now):
        super().__init__(message)
        self.now = now
        self.context = {"isp_now": now}  # What the browser gets with the message


class IspWorkOrder(models.Model):
    """Two write at one visit at once: nobody overwrites what he has not seen, and what
    he typed himself stays with him."""

    _inherit = "isp.work.order"

    def web_save(self, vals, specification, next_id=None):
        """Save a form, which says what it has read before (``isp_seen`` in the context:
        the former values by name). What others have written there since is kept.

        :raises UserError: that says who wrote what, and when
        """
        seen = self.env.context.get("isp_seen")
        if len(self) == 1 and isinstance(seen, dict):
            vals = self._leave_to_others(vals, seen)
        return super().web_save(vals, specification, next_id=next_id)

    def _leave_to_others(self, vals, seen):
        """Return the vals that hide nothing of others.

        A tab that is being closed (``isp_closing`` in the context) reads no answer:
        then the chatter keeps what is left out.

        :raises UserError: when one of them does
        """
        lost = {name: vals[name] for name in self._get_newer(vals, seen)}
        stale = self._is_stale(vals, seen)
        if stale:
            lost = {n: v for n, v in vals.items() if n in self._get_report_fields()}
        if not lost:
            return vals
        if not self.env.context.get("isp_closing"):
            if stale:
                raise UserError(self._describe_stale())
            raise WrittenMeanwhile(
                self._describe_meanwhile(lost), self._read_for_browser(lost)
            )
        self._keep_beside(lost)
        return {name: value for name, value in vals.items() if name not in lost}

    def _get_newer(self, vals, seen):
        """Return the names (list of str) of what others have written since."""
        names = [
            name
            for name in vals.keys() & seen.keys()
            if name in self._fields and self._fields[name].type in PLAIN
        ]
        now = {name: self._get_plain(name) for name in names}
        return [n for n in names if now[n] not in (seen[n] or "", vals[n] or "")]

    def _get_plain(self, name):
        value, field = self[name], self._fields[name]
        return (value.id if field.type == "many2one" else value) or ""

    def _is_stale(self, vals, seen):
        """Whether a report is written in a form that takes the visit to be where it is
        no more."""
        state = seen.get(STATE, self.state)
        return state != self.state and bool(self._get_report_fields() & vals.keys())

    def _describe_stale(self):
        states = dict(self._fields[STATE]._description_selection(self.env))
        return self.env._(
            "%(who)s: %(order)s is “%(state)s” since then. What you wrote is not "
            "saved: copy it, then reload the page.",
            who=self._describe_writer(STATE),
            order=self.name,
            state=states[self.state],
        )

    def _describe_meanwhile(self, names):
        """Return in words who has written what into these fields."""
        lines = [
            f"{self._get_label(name)}: {self._get_text(name)} "
            f"({self._describe_writer(name)})"
            for name in names
        ]
        return self.env._(
            "Somebody else has written here meanwhile:\n%(what)s",
            what="\n".join(lines),
        )

    def _get_text(self, name):
        value, field = self[name], self._fields[name]
        if field.type == "many2one":
            return value.display_name or ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        return value or ""

    def _describe_writer(self, name):
        """Return who has written a field last, and when: by its trace, where it leaves
        one."""
        trace = self._find_trace(name)
        message = trace.mail_message_id
        who = message.author_id or self.sudo().write_uid
        return f"{who.name}, {self._format_moment(message.date or self.write_date)}"

    def _describe_taken(self):
        """Return in words why the visit is not the user's any more; whose it is and
        since when, if it was his."""
        order = self.sudo()
        trace = order and order._find_trace(
            "technician_ids", old_value_char=self.env.user.name
        )
        if not trace or order.company_id not in self.env.user.company_ids:
            return self.env._(
                "This visit is not yours any more: it was given to somebody else, "
                "or deleted. Ask the office."
            )
        message = trace.mail_message_id
        return self.env._(
            "This visit is not yours any more: %(who)s has it since %(time)s, from "
            "%(office)s. What you wrote is kept here: give it to them.",
            who=", ".join(order.technician_ids.mapped("name")) or self.env._("nobody"),
            time=order._format_moment(message.date),
            office=message.author_id.name,
        )

    def _find_trace(self, name, **more):
        """Return the trace (mail.tracking.value) of the last change of a field."""
        domain = [
            ("mail_message_id.model", "=", self._name),
            ("mail_message_id.res_id", "=", self.id),
            ("field_id.name", "=", name),
            *[(key, "ilike", value) for key, value in more.items()],
        ]
        return (
            self.env["mail.tracking.value"]
            .sudo()
            .search(domain, order="id desc", limit=1)
        )

    def _format_moment(self, moment):
        zone = self.company_id.sudo()._get_isp_zone()
        return format_datetime(self.env, moment, zone, "short")

    def _read_for_browser(self, names):
        """Return what stands in these fields (dict), as a form reads it."""
        (values,) = self.web_read(
            {
                name: {"fields": {"display_name": {}}}
                if self._fields[name].type == "many2one"
                else {}
                for name in names
            }
        )
        return {name: values[name] for name in names}

    def _keep_beside(self, lost):
        """Keep in the chatter what was typed and could not be written."""
        lines = [
            Markup("%s: %s") % (self._get_label(name), value)
            for name, value in lost.items()
            if isinstance(value, str)
        ]
        title = self.env._("Not saved, for others had written here meanwhile:")
        self.sudo()._message_log(
            body=Markup("<br/>").join([title, *lines]),
            author_id=self.env.user.partner_id.id,
        )
