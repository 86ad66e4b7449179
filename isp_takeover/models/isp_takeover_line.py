import json

from odoo import fields, models

from odoo.addons.isp_base.secret_field import Secret

from ..takeover.rows import RowReader

MANAGER = "isp_base.isp_base_group_manager"


class IspTakeoverLine(models.Model):
    _name = "isp.takeover.line"
    _description = "Row of a Takeover"
    _inherit = ["isp.batch.line.mixin", "isp.secret.mixin"]
    _order = "takeover_id, row"
    _rec_name = "contact_name"

    takeover_id = fields.Many2one("isp.takeover", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True)
    row = fields.Integer(required=True, aggregator=None, help="Number in the file.")
    contact_name = fields.Char("Name")
    username = fields.Char("User Name")
    username_key = fields.Char("User Name in Small Letters")
    legacy_number = fields.Char("Former Number")
    plan = fields.Char()
    values = Secret(groups=MANAGER, help="The row as it is in the file.")
    password = Secret(groups=MANAGER, help="Kept until the row is imported.")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("ok", "Can be imported"),
            ("error", "Errors"),
            ("skipped", "Exists already"),
            ("done", "Imported"),
        ],
        "Status",
        required=True,
        default="waiting",
    )
    balance = fields.Float(help="Above zero: what he owes us.", readonly=True)
    date_done = fields.Datetime("Done on")

    _row_uniq = models.UniqueIndex("(takeover_id, row)", "A row is once in a takeover.")
    _batch_idx = models.Index("(takeover_id, state, batch)")
    _username_idx = models.Index("(takeover_id, username_key)")
    _legacy_number_idx = models.Index("(takeover_id, legacy_number)")

    def _check(self):
        """Say of each row everything that keeps it from being taken over.

        :return: {line: what `isp.service._take_over` takes}, of those that can be
        """
        if not self:
            return {}
        reader = RowReader(self.takeover_id)
        repeated = self._get_repeated()
        existing = self._get_existing()
        rows = self._isp_get_secrets("values")
        passwords = self._isp_get_secrets("password")
        found = {}
        for line in self:
            values = json.loads(rows.get(line.id, "{}"))
            password = passwords.get(line.id, "")
            taken, problems, remarks = reader.parse(values, password)
            problems += repeated.get(line, [])
            service = existing.get(line)
            if service:
                message = self.env._(
                    "Exists already: %(service)s", service=service.display_name
                )
                line.write(
                    {"state": "skipped", "message": message, "service_id": service.id}
                )
                continue
            if not problems:
                found[line] = taken
            line.write(
                {
                    "state": "error" if problems else "ok",
                    "message": "\n".join(problems + remarks),
                    "service_id": False,
                    "balance": taken["balance"],
                }
            )
        return found

    def _get_repeated(self):
        """Return {line: problems} of what other rows of the file have as well."""
        problems = {}
        takeover = self.takeover_id
        for name in ("username_key", "legacy_number"):
            groups = self._read_group(
                [
                    ("takeover_id", "=", takeover.id),
                    (name, "in", [value for value in self.mapped(name) if value]),
                ],
                [name],
                ["row:array_agg"],
                having=[("__count", ">", 1)],
            )
            rows = dict(groups)
            for line in self.filtered(name):
                others = set(rows.get(line[name], ())) - {line.row}
                if others:
                    problems.setdefault(line, []).append(
                        self.env._(
                            "%(column)s: “%(value)s” is in row %(rows)s as well",
                            column=takeover._get_label(name.removesuffix("_key")),
                            value=line[name.removesuffix("_key")],
                            rows=", ".join(str(row) for row in sorted(others)),
                        )
                    )
        return problems

    def _get_existing(self):
        """Return {line: the service with its user name or former number}."""
        services = self.env["isp.service"].sudo().with_context(active_test=False)
        company = [("company_id", "=", self.takeover_id.company_id.id)]
        numbers = [number for number in self.mapped("legacy_number") if number]
        by_username = services._find_by_username(self.mapped("username"))
        by_username = by_username.grouped("username_key")
        by_number = services.search([*company, ("legacy_number", "in", numbers)])
        by_number = by_number.grouped("legacy_number")
        by_name = services.search([*company, ("name", "in", numbers)]).grouped("name")
        existing = {}
        for line in self:
            service = (
                by_username.get(line.username_key)
                or by_number.get(line.legacy_number)
                or by_name.get(line.legacy_number)
            )
            if service:
                existing[line] = service
        return existing

    def _import(self):
        self._finish(self._check())

    def _note_failure(self, message):
        self._forget()
        return super()._note_failure(message)

    def _finish(self, found):
        """Make the services of the rows that can be taken over."""
        company = self.takeover_id.company_id
        services = self.env["isp.service"].with_company(company)
        services = services._take_over(list(found.values()))
        self._isolate(found, services)
        now = fields.Datetime.now()
        for line, service in zip(found, services, strict=True):
            line.write({"state": "done", "service_id": service.id, "date_done": now})
        self.browse().union(*found)._forget()
        services.sudo()._message_log_batch(
            bodies={
                service.id: self.env._(
                    "Taken over from %(file)s, row %(row)s.",
                    file=line.takeover_id.name,
                    row=line.row,
                )
                for line, service in zip(found, services, strict=True)
            }
        )

    def _isolate(self, found, services):
        """Who was isolated in the former system is so from the first moment."""
        notes = {
            service: self.env._("It was “%s” in the former system.", row["isolated"])
            for row, service in zip(found.values(), services, strict=True)
            if row["isolated"]
        }
        if notes:
            isolated = services.browse(service.id for service in notes).sudo()
            isolated._suspend("manual", note={s: notes[s] for s in isolated})

    def _forget(self):
        """Forget what the file said; the rows and what became of them stay."""
        self.write({"values": False, "password": False})
