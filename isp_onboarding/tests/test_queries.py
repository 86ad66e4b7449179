from odoo.tests import tagged

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestQueries(OnboardingCommon):
    """Lists, kanban and search cost the same for 5 and for 50 subscribers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = cls.env["isp.service"]
        for _number in range(50):
            cls.services |= cls._register()
        cls._as("admin", cls.services[::2]).action_registration_done()
        for service in cls.services[:30:2]:
            cls._schedule(service)

    def _get_specification(self, model, view):
        """Return what the web client asks for the records of a view of this kind."""
        views = self._as("admin", model).get_views([(False, view)])
        names = views["models"][model._name]["fields"]
        arch = views["views"][view]["arch"]
        return {
            name: {"fields": {"display_name": {}}}
            if model._fields[name].relational
            else {}
            for name in names
            if f'name="{name}"' in arch and name in model._fields
        }

    def _count(self, role, model, specification, ids):
        records = self._as(role, model)
        self.env.flush_all()
        before = self.cr.sql_log_count
        records.web_search_read([("id", "in", ids)], specification)
        return self.cr.sql_log_count - before

    def _assert_constant(self, model, view, records):
        specification = self._get_specification(model, view)
        self.assertTrue(specification)
        for role in ("admin", "manager"):
            self._count(role, model, specification, records[:2].ids)
            few = self._count(role, model, specification, records[:5].ids)
            many = self._count(role, model, specification, records.ids)
            with self.subTest(view=view, role=role):
                self.assertEqual(few, many)

    def test_views_of_subscribers_cost_the_same_for_any_number(self):
        for view in ("list", "kanban"):
            self._assert_constant(self.env["isp.service"], view, self.services)

    def test_views_of_visits_cost_the_same_for_any_number(self):
        visits = self.services.sudo().visit_id
        for view in ("list", "kanban"):
            self._assert_constant(self.env["isp.work.order"], view, visits)

    def test_grouped_kanban_costs_the_same_for_any_number(self):
        def count(services):
            records = self._as("admin", services)
            before = self.cr.sql_log_count
            records.web_read_group([("id", "in", services.ids)], ["state"], ["__count"])
            return self.cr.sql_log_count - before

        count(self.services[:2])
        self.assertEqual(count(self.services[:5]), count(self.services))

    def test_filters_cost_one_search_each(self):
        for domain in (
            [("is_late", "=", True)],
            [("is_late", "=", False)],
            [("turn", "=", "office")],
            [("coordinator_id", "=", self.admin.id)],
        ):
            with self.subTest(domain=domain):
                records = self._as("admin", self.env["isp.service"])
                records.search(domain)
                with self.assertQueryCount(1):
                    records.search(domain)
