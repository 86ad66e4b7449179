import base64
import csv
import io
import json
import logging
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.isp_base.secret_field import SecretFile
from odoo.addons.isp_base.usernames import fold
from odoo.addons.isp_billing.const import BATCH

from ..takeover.columns import COLUMNS, Column, simplify
from ..takeover.file import MAX_BYTES, MAX_ROWS, FileError, read
from ..takeover.presets import PRESETS
from ..takeover.rows import Row
from ..takeover.template import write_template

_logger = logging.getLogger(__name__)

MANAGER = "isp_base.isp_base_group_manager"
# Headings that say by themselves that a plus is what the customer owes.
DEBTS = frozenset(
    (
        "open balance",
        "outstanding",
        "amount due",
        "sisa tagihan",
        "tunggakan",
        "piutang",
    )
)
NAMED_BY = {"first_name", "last_name", "comment"}
DAYS_KEPT = 14  # a file that nobody imports


class IspTakeover(models.Model):
    """A file of subscribers whose services run already, brought in by jobs.

    A test run says what is wrong in each row and changes nothing; the import takes
    the rows without errors over. A row that was imported is never imported again.
    """

    _name = "isp.takeover"
    _description = "Takeover of Subscribers"
    _inherit = ["isp.batch.mixin", "isp.secret.mixin"]
    _order = "id desc"
    _isp_is_worksheet = True
    _check_company_auto = True

    name = fields.Char("File Name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    file = SecretFile("CSV or XLSX File", groups=MANAGER)
    schedule_id = fields.Many2one(
        "isp.billing.schedule",
        "Default Schedule",
        check_company=True,
        default=lambda self: self._default_schedule_id(),
        help="Billing schedule of the rows that name none.",
    )
    generate_credentials = fields.Boolean(
        "Make Missing Credentials",
        help="Where the file has no user name or password. Such a subscriber is off "
        "line until his device is given the new ones.",
    )
    system = fields.Selection(
        lambda self: (
            [(preset.name, preset.label) for preset in PRESETS]
            + [("none", self.env._("None of them"))]
        ),
        "Exported From",
        help="Whose headings these are. Found out by itself where they tell.",
    )
    balance_sign = fields.Selection(
        [
            ("debt", "What the customer owes us"),
            ("credit", "The customer's money: we owe it him"),
        ],
        "A Balance Above Zero Is",
        help="The other sign is the other way round. Empty: asked before the import.",
    )
    has_balance = fields.Boolean(compute="_compute_mapping")
    owed_to_us = fields.Monetary("Owed to Us", compute="_compute_owed")
    owed_by_us = fields.Monetary("Owed by Us", compute="_compute_owed")
    currency_id = fields.Many2one(related="company_id.currency_id")
    column_ids = fields.One2many("isp.takeover.column", "takeover_id", "Columns")
    headings = fields.Json(readonly=True)
    missing_columns = fields.Char(compute="_compute_mapping")
    unknown_columns = fields.Char(compute="_compute_mapping")
    line_ids = fields.One2many("isp.takeover.line", "takeover_id", readonly=True)
    phase = fields.Selection(
        [("upload", "Upload"), ("test", "Test run"), ("import", "Import")],
        required=True,
        default="upload",
        readonly=True,
    )
    date_started = fields.Datetime("Started", readonly=True)
    state = fields.Selection(
        [
            ("draft", "Uploaded"),
            ("checking", "Checking"),
            ("checked", "Checked"),
            ("running", "Importing"),
            ("done", "Imported"),
        ],
        "Status",
        compute="_compute_progress",
    )
    ok_count = fields.Integer("Can Be Imported")
    done_count = fields.Integer("Imported")

    @api.model
    def _default_schedule_id(self):
        return self.env["isp.billing.schedule"].search(
            [("company_id", "in", [False, self.env.company.id])], limit=1
        )

    @api.depends("headings")
    @api.depends_context("lang")
    def _compute_mapping(self):
        for takeover in self:
            pairs = takeover.headings or []
            names = {name for _heading, name in pairs}
            required = takeover._get_required_columns()
            if names & NAMED_BY:
                names.add("contact_name")
            missing = [column for column in required if column.name not in names]
            takeover.missing_columns = bool(pairs) and ", ".join(
                takeover._get_label(column.name) for column in missing
            )
            takeover.unknown_columns = ", ".join(
                heading for heading, name in pairs if heading and not name
            )
            takeover.has_balance = "balance" in names

    @api.depends("line_ids.balance", "line_ids.state")
    def _compute_owed(self):
        """Of the rows that can be imported, or are."""
        sums = {}
        for operator in (">", "<"):
            for takeover, amount in self.env["isp.takeover.line"]._read_group(
                [
                    ("takeover_id", "in", self.ids),
                    ("state", "in", ("ok", "done")),
                    ("balance", operator, 0),
                ],
                ["takeover_id"],
                ["balance:sum"],
            ):
                sums[takeover, operator] = amount
        for takeover in self:
            takeover.owed_to_us = sums.get((takeover._origin, ">"), 0.0)
            takeover.owed_by_us = -sums.get((takeover._origin, "<"), 0.0)

    def _show_progress(self, waiting):
        left, total = waiting, self.total_count
        self.state = {"upload": "draft", "test": "checked", "import": "done"}[
            self.phase
        ]
        if self.phase == "import":
            left += self.ok_count
            self.state = "running" if left else "done"
        elif self.phase == "test" and left:
            self.state = "checking"
        self.progress = 100.0 * (total - left) / total if total else 0.0

    @api.model_create_multi
    def create(self, vals_list):
        takeovers = super().create(vals_list)
        takeovers.filtered("file")._read_file()
        return takeovers

    def write(self, vals):
        if vals.get("file") and any(t.phase == "import" for t in self):
            raise UserError(
                self.env._("This file is being imported. Take over another one anew.")
            )
        if self.env.context.get("isp_reading"):
            return super().write(vals)
        if vals.get("file"):  # it may be of another system than the one before
            vals = {"system": False, "balance_sign": False, **vals}
        result = super(IspTakeover, self.with_context(isp_reading=True)).write(vals)
        if vals.get("file"):
            self._read_file()
        elif "column_ids" in vals:
            self._columns_chosen()
        elif vals.get("system"):
            self.filtered("file")._read_file()
        if "balance_sign" in vals:
            self._test_anew()
        return result

    def _test_anew(self):
        """What was tested is another thing now."""
        tested = self.filtered(lambda takeover: takeover.phase == "test")
        tested.phase = "upload"
        tested.line_ids.sudo().write({"state": "waiting", "message": False})

    def _get_label(self, name):
        """Return the heading of a column in the user's language."""
        (column,) = (c for c in self._get_columns() if c.name == name)
        return column.get_heading(self.env.lang)

    # What an addon adds to a list

    @api.model
    def _get_columns(self) -> tuple[Column, ...]:
        """Hook: return the columns that a list may have, in the order of the template.

        An addon that has more fields on a service adds the columns they come in, each
        under a name that is unique, to what ``super()`` returns; it makes values of
        them in ``_complete_service_vals``.
        """
        return COLUMNS

    def _complete_service_vals(self, vals: dict, row: Row) -> None:
        """Hook: add to the vals of isp.service what an addon reads from its columns.

        Called for each row by the test run and again by the import.

        :param vals: of a service, with what our own columns say of it
        :param row: `row.text(name)` is the text in a column, "" when it is empty;
            `row.wrong(name, text)` says that it cannot be taken over, and why
        """

    @api.model
    def _get_required_columns(self):
        return [column for column in self._get_columns() if column.required]

    # The file

    def _read_file(self):
        """Make a line for each row of the file, in the place of those of another."""
        for takeover in self:
            try:
                content = base64.b64decode(takeover._isp_get_secret("file"))
                table = read(
                    content,
                    takeover._get_columns(),
                    takeover.system,
                    takeover._get_chosen_columns(),
                )
            except FileError as error:
                raise UserError(takeover._explain(error.reason)) from error
            takeover.line_ids.sudo().unlink()
            takeover.with_context(isp_reading=True).write(takeover._prepare_read(table))
            takeover._list_columns(table)
            takeover._create_lines(table.rows)

    def _prepare_read(self, table):
        """Return the vals that follow from what was read. What a plus means is asked
        where neither the system nor the heading of the balance says it."""
        pairs = list(zip(table.headings, table.names, strict=True))
        headings = {simplify(heading) for heading, name in pairs if name == "balance"}
        sign = table.preset.balance_sign if table.preset else ""
        if headings & DEBTS:
            sign = sign or "debt"
        return {
            "headings": pairs,
            "phase": "upload",
            "system": self.system or (table.preset.name if table.preset else False),
            "balance_sign": self.balance_sign or sign or False,
        }

    def _explain(self, reason):
        return {
            "empty": self.env._("The file is empty."),
            "large": self.env._(
                "The file is larger than %s MB: cut it into several.",
                MAX_BYTES // 1024**2,
            ),
            "rows": self.env._(
                "The file has more than %s rows: cut it into several.", MAX_ROWS
            ),
            "old_excel": self.env._(
                "This is a file of an old Excel (XLS). Save it as XLSX or CSV."
            ),
            "headings": self.env._(
                "No heading of this file is known. The first row names the columns, "
                "for example: %s. Download the template for all of them.",
                ", ".join(
                    column.get_heading(self.env.lang)
                    for column in self._get_required_columns()
                ),
            ),
            "format": self.env._("This file is neither CSV nor XLSX."),
        }[reason]

    def _create_lines(self, rows):
        """Rows of one person are in one batch: two at once would make him twice."""
        batches, vals_list = {}, []
        for index, (number, values) in enumerate(rows):
            person = values.get("id_number") or _get_person(values, number)
            texts = {name: str(value).strip() for name, value in values.items()}
            password = str(values.pop("password", ""))
            vals_list.append(
                {
                    "takeover_id": self.id,
                    "company_id": self.company_id.id,
                    "row": number,
                    "batch": batches.setdefault(person, index // BATCH),
                    "contact_name": texts.get("contact_name"),
                    "username": texts.get("username") or False,
                    "username_key": fold(texts.get("username")) or False,
                    "legacy_number": texts.get("legacy_number"),
                    "plan": texts.get("plan"),
                    "values": json.dumps(values),
                    "password": password,
                }
            )
        self.env["isp.takeover.line"].sudo().create(vals_list)

    # Test run and import

    def action_test(self):
        """Check every row that is not imported; nothing else is changed."""
        self._check_may_run()
        self.line_ids.sudo().filtered(lambda line: line.state != "done").write(
            {"state": "waiting", "message": False, "service_id": False}
        )
        self._begin("test")

    def action_import(self):
        """Take over the rows without errors; the file itself is forgotten."""
        self._check_may_run()
        if self.state != "checked":
            raise UserError(self.env._("Do the test run first."))
        if not self.ok_count:
            raise UserError(self.env._("No row can be imported."))
        lines = self.line_ids.sudo()
        lines.filtered(lambda line: line.state != "ok")._forget()
        self.file = False
        self._begin("import")

    def action_continue(self):
        """Take up a test run or an import that was broken off."""
        self._check_may_run()
        self._enqueue()

    def _check_may_run(self):
        self.check_access("write")
        self.ensure_one()
        if self.phase == "import" and self.state == "done":
            raise UserError(self.env._("This file is imported already."))
        if not self.headings:
            raise UserError(self.env._("Choose a CSV or XLSX file first."))
        if self.missing_columns:
            raise UserError(
                self.env._(
                    "The file lacks these columns: %(columns)s",
                    columns=self.missing_columns,
                )
            )
        if not self.line_ids:
            raise UserError(self.env._("The file has headings, but no rows."))

    def _begin(self, phase):
        self.write({"phase": phase, "date_started": fields.Datetime.now()})
        _logger.info("Takeover %d, %s: %d rows", self.id, phase, self.total_count)
        self._enqueue()

    def _get_pending_state(self):
        return "ok" if self.phase == "import" else super()._get_pending_state()

    def _describe_batch(self, batch):
        return self.env._(
            "Take over %(file)s, batch %(n)s", file=self.name, n=batch + 1
        )

    def _work(self, batch):
        """Check, or import, the rows of a batch that wait for it."""
        self.ensure_one()
        lines = self._get_pending_lines(batch)
        if self.phase == "import":
            lines._import_or_split()
        else:
            lines._check()
        _logger.info(
            "Takeover %d, %s, batch %d: %s",
            *(self.id, self.phase, batch + 1, dict(Counter(lines.mapped("state")))),
        )

    @api.autovacuum
    def _gc_files(self):
        """Delete files, with their passwords, that nobody imports."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS_KEPT)
        self.search([("write_date", "<", limit), ("phase", "!=", "import")]).unlink()

    # What can be downloaded

    def action_view_lines(self):
        """Show the rows, those of the state in the context."""
        self.check_access("read")
        return self._open_lines("isp_takeover.isp_takeover_line_action")

    def action_view_services(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_base.isp_service_action"
        )
        done = self.line_ids.filtered(lambda line: line.state == "done")
        action["domain"] = [("id", "in", done.service_id.ids)]
        action["context"] = {"create": False}
        return action

    @api.model
    def _render_template(self):
        """Return an XLSX file (bytes) with the headings, an example, and what it may
        name here: plans, areas and so on."""
        company = [("company_id", "in", [False, self.env.company.id])]
        plans = self.env["product.template"].search(
            [*company, ("is_internet_plan", "=", True)]
        )
        kinds = {
            "category": "isp.subscriber.category",
            "area": "isp.area",
            "pop": "isp.pop",
            "schedule": "isp.billing.schedule",
        }
        choices = {"plan": plans.mapped("name")}
        for name, model in kinds.items():
            records = self.env[model].search(company)
            full = "complete_name" if model == "isp.area" else "name"
            choices[name] = records.mapped(full)
        notes = (
            self.env._("What it may name"),
            self.env._(
                "Yellow columns are required. Dates: 2026-05-31 or 31/05/2026. "
                "An open balance below zero is a credit."
            ),
        )
        lang = self.env.lang or "en_US"
        return write_template(lang, self._get_columns(), choices, notes)

    def action_download_errors(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/isp_takeover/{self.id}/errors",
            "target": "download",
        }

    def _render_errors(self):
        """Return a CSV file (bytes) of the rows that are not imported, and why."""
        self.ensure_one()
        self.check_access("read")
        lines = self.line_ids.filtered(lambda line: line.state in ("error", "skipped"))
        labels = dict(lines._fields["state"]._description_selection(self.env))
        names = ("contact_name", "username", "legacy_number")
        output = io.StringIO()
        writer = csv.writer(output)
        writer.writerow(
            [
                self.env._("Row"),
                *(self._get_label(name) for name in names),
                self.env._("Status"),
                self.env._("What to Know"),
            ]
        )
        for line in lines:
            texts = [line[name] or "" for name in names]
            texts += [labels[line.state], line.message or ""]
            writer.writerow([line.row, *map(_keep_from_computing, texts)])
        return output.getvalue().encode("utf-8-sig")


def _get_person(values, number):
    """Return what tells that two rows are of one person: name and phone together."""
    name, phone = values.get("contact_name"), values.get("phone")
    return (name, phone) if name and phone else f"row {number}"


def _keep_from_computing(text):
    """Return the text so that a spreadsheet does not take it for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
