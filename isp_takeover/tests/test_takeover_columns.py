from freezegun import freeze_time

from odoo.tests import tagged

from ..takeover.columns import Column
from .common import TODAY, TakeoverCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTakeoverColumns(TakeoverCommon):
    """An addon adds columns to a list without a change of ours."""

    def setUp(self):
        super().setUp()
        model = self.registry["isp.takeover"]
        columns = model._get_columns

        def get_columns(takeover):
            floor = Column("floor", ("Floor",), ("Lantai",), "3", required=True)
            return (*columns(takeover), floor)

        def prepare_service_vals(_takeover, row):
            floor = row.text("floor")
            if floor and not floor.isdigit():
                row.wrong("floor", "is no number")
            return {"street2": f"Lantai {floor}"}

        self.patch(model, "_get_columns", get_columns)
        self.patch(model, "_prepare_service_vals", prepare_service_vals)

    def test_what_it_reads_is_on_the_service(self):
        takeover = self._take_over(self._row(Floor="7"), self._row(Lantai="8"))
        services = takeover.line_ids.service_id.sudo()
        self.assertEqual(services.mapped("street2"), ["Lantai 7"])
        self.assertIn("Floor: is missing", takeover.line_ids[1].message)

    def test_what_it_refuses_is_not_imported(self):
        takeover = self._upload([self._row(Floor="roof")])
        takeover.action_test()
        self.assertEqual(takeover.line_ids.state, "error")
        self.assertEqual(takeover.line_ids.message, "Floor: is no number")

    def test_it_is_asked_for_and_in_the_template(self):
        takeover = self._upload([self._row()])
        self.assertEqual(takeover.missing_columns, "Floor")
        content = takeover._render_template()
        filled = self._upload_bytes(content, "template.xlsx")
        self.assertFalse(filled.missing_columns)
