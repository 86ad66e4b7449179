import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..takeover.columns import simplify

SHOWN = 2  # characters of what may be a secret


def _get_sample(text, name):
    """Return what is shown of a cell in a column that is taken for ``name``: of an ID
    number, and of what nobody has named yet, the shape alone."""
    if name == "password":
        return ""
    if name and name != "id_number":
        return text
    return text[:SHOWN] + re.sub(r"\w", "•", text[SHOWN:])


class IspTakeoverColumn(models.Model):
    """A heading of a file, and what it is taken for. A person may say otherwise, which
    the takeover hears of as it is saved."""

    _name = "isp.takeover.column"
    _description = "Column of a Takeover"
    _order = "takeover_id, sequence"
    _rec_name = "heading"
    _isp_is_worksheet = True

    takeover_id = fields.Many2one(
        "isp.takeover", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="takeover_id.company_id")
    sequence = fields.Integer()
    heading = fields.Char("In the File", readonly=True)
    sample = fields.Char("For Example", readonly=True)
    name = fields.Selection(
        "_get_names", "Taken As", help="Empty: the column is not read."
    )

    @api.model
    def _get_names(self):
        columns = self.env["isp.takeover"]._get_columns()
        return [(column.name, column.get_heading(self.env.lang)) for column in columns]


class IspTakeoverHeading(models.Model):
    """What a heading means in the lists of a company, as a person has said."""

    _name = "isp.takeover.heading"
    _description = "Known Heading"
    _rec_name = "heading"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    system = fields.Char()
    heading = fields.Char(required=True)
    name = fields.Char("Column")

    _heading_uniq = models.UniqueIndex(
        "(company_id, coalesce(system, ''), heading)", "This heading is known already."
    )

    @api.model
    def _remember(self, columns):
        """Keep what these columns (isp.takeover.column) were taken for."""
        for column in columns:
            takeover = column.takeover_id
            key = {
                "company_id": takeover.company_id.id,
                "system": takeover.system,
                "heading": simplify(column.heading),
            }
            known = self.search([(name, "=", value) for name, value in key.items()])
            if known:
                known.name = column.name
            else:
                self.create({**key, "name": column.name})


class IspTakeover(models.Model):
    """What each heading of the file is taken for."""

    _inherit = "isp.takeover"

    def _columns_chosen(self):
        """Remember what a person has chosen, and read the file again by it."""
        for takeover in self:
            takeover._check_columns_free()
            before = dict(takeover.headings or [])
            changed = takeover.column_ids.filtered(
                lambda column, b=before: (column.name or None) != b.get(column.heading)
            )
            self.env["isp.takeover.heading"].sudo()._remember(changed)
            if changed and takeover.file:
                takeover._read_file()

    def _check_columns_free(self):
        """:raises UserError: when two headings are taken for the same"""
        names = [column.name for column in self.column_ids if column.name]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise UserError(
                self.env._(
                    "Two columns are taken for %(columns)s: leave one of them out.",
                    columns=", ".join(self._get_label(name) for name in twice),
                )
            )

    def _list_columns(self, table):
        """Show each heading with what it is taken for."""
        vals_list = [
            {
                "takeover_id": self.id,
                "sequence": index,
                "heading": heading,
                "sample": _get_sample(table.samples[index], name),
                "name": name or False,
            }
            for index, (heading, name) in enumerate(
                zip(table.headings, table.names, strict=True)
            )
            if heading
        ]
        columns = self.column_ids.sudo().with_context(isp_reading=True)
        if columns.mapped("heading") == [vals["heading"] for vals in vals_list]:
            for column, vals in zip(columns, vals_list, strict=True):
                column.write(vals)
        else:
            columns.unlink()
            columns.create(vals_list)

    def _get_chosen_columns(self):
        """Return {simplified heading: column, or None} as people of this company have
        chosen before, for lists of the same system."""
        headings = self.env["isp.takeover.heading"].sudo()
        known = headings.search(
            [
                ("company_id", "=", self.company_id.id),
                ("system", "=", self.system or False),
            ]
        )
        return {each.heading: each.name or None for each in known}
