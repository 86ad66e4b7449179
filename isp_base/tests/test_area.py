from odoo.tests import tagged

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestArea(IspCommon):
    """An area counts its subscribers, with those of the areas within it, and opens
    them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regency = cls.env["isp.area"].create({"name": "Regency of the Tests"})
        cls.village, cls.empty, cls.former = cls.env["isp.area"].create(
            [
                {"name": name, "parent_id": cls.regency.id}
                for name in ("Village", "Empty", "Former")
            ]
        )
        cls.services = cls.env["isp.service"].concat(
            *(cls._create_active_service(area_id=cls.village.id) for _number in "12"),
            cls._create_active_service(area_id=cls.regency.id),
            cls._create_active_service(area_id=cls.former.id),
        )
        cls._create_service(area_id=cls.village.id)  # a registration is none yet
        cls.former.active = False

    def test_counts_lead_to_what_they_count(self):
        areas = self.as_user(self.regency | self.village | self.empty, self.sales)
        self.assertEqual(areas.mapped("service_count"), [4, 2, 0])
        for area in areas:
            action = area.action_view_services()
            found = self.as_user(self.env["isp.service"], self.sales)
            self.assertEqual(
                found.search_count(action["domain"]), area.service_count, area.name
            )

    def test_no_query_for_each(self):
        self.env.invalidate_all()
        few = self.regency | self.village
        with self.assertQueryCount(4):
            few.mapped("service_count")
        self.env.invalidate_all()
        with self.assertQueryCount(4):
            (few | self.empty | self.former | self.area).mapped("service_count")
