import re

from odoo import fields, models
from odoo.exceptions import UserError

SEPARATORS = re.compile(r"\s*[;\t,]\s*")


class IspServicePhones(models.TransientModel):
    """Fills in the phones of those who were taken over without one.

    A line names the subscriber by his user name, number or name. Nobody who has a phone
    gets another one.
    """

    _name = "isp.service.phones"
    _description = "Fill in Phones"

    text = fields.Text(
        "List",
        default=lambda self: self._default_text(),
        help="A line for each: user name, number or name, a semicolon, the phone.",
    )
    result = fields.Text(readonly=True)

    def _default_text(self):
        """The user names of the chosen ones who have none: a phone behind each will
        do."""
        ids = self.env.context.get("active_ids", [])
        services = self.env["isp.service"].browse(ids)
        lacking = services.filtered(lambda service: not service.phone)
        return "\n".join(f"{service.username or service.name};" for service in lacking)

    def action_apply(self):
        """Write the phones; keep the lines that could not be taken, and say why."""
        self.ensure_one()
        rows = [
            SEPARATORS.split(line.strip()) for line in (self.text or "").split("\n")
        ]
        rows = [row for row in rows if any(row)]
        found = self._find([row[0] for row in rows])
        left, reasons, done = [], [], 0
        for row in rows:
            reason = self._fill(found.get(row[0].casefold()), row[1:])
            if reason:
                left.append(";".join(row))
                reasons.append(f"{row[0]}: {reason}")
            else:
                done += 1
        summary = self.env._("%(count)s phones were written.", count=done)
        self.write({"text": "\n".join(left), "result": "\n".join([summary, *reasons])})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fill in phones"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _find(self, names):
        """Return {name in small letters: the services that it may mean}; a user name
        goes before a number, and that before a person's name."""
        services = self.env["isp.service"].search(
            [
                ("state", "not in", ("terminated", "cancelled")),
                "|",
                "|",
                ("username", "in", names),
                ("name", "in", names),
                "|",
                ("username_key", "in", [name.casefold() for name in names]),
                ("contact_name", "in", names),
            ]
        )
        found = {}
        for field in ("contact_name", "name", "username"):
            keys = services.grouped(lambda s, f=field: (s[f] or "").casefold())
            found |= {key: same for key, same in keys.items() if key}
        return found

    def _fill(self, service, phones):
        """Write the phone of a subscriber; return why not (str), or None."""
        if not phones or not phones[0]:
            return self.env._("no phone stands behind it")
        if not service:
            return self.env._("nobody has this user name, number or name")
        if len(service.partner_id) > 1:
            return self.env._("%(count)s subscribers are called so", count=len(service))
        if any(one.phone for one in service):
            return self.env._("has a phone already: %(phone)s", phone=service[0].phone)
        try:
            service._format_phone(phones[0])
            service.write({"phone": phones[0]})
        except UserError as error:
            return str(error)
        return None
