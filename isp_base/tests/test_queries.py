from ast import literal_eval
from datetime import timedelta

from lxml import etree

from odoo import Command, fields
from odoo.tests import tagged

from .common import IspCommon

FEW, MANY = 5, 50


@tagged("post_install", "-at_install", "isp_together")
class TestQueries(IspCommon):
    """Lists of a hundred thousand: a page costs the same however full it is.

    Each view asks as the web client does, with the fields that it shows.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.few, cls.many = cls._create_many(FEW), cls._create_many(MANY)

    @classmethod
    def _create_many(cls, count):
        """Return services with work orders, suspensions, activities; equal groups."""
        services = cls.env["isp.service"].create(
            [
                cls._prepare_registration(
                    user_id=cls.sales.id,
                    plan_id=(cls.plan, cls.other_plan)[number % 2].id,
                    area_id=cls.area.id,
                    pop_id=cls.pop.id,
                    category_id=cls.category.id,
                )
                for number in range(count)
            ]
        )
        services._ensure_credentials()
        cls._activate(services)
        services._suspend("manual")
        for service in services:
            service.activity_schedule(
                "mail.mail_activity_data_todo", user_id=cls.admin.id
            )
        start = fields.Datetime.now() + timedelta(hours=1)
        orders = cls.env["isp.work.order"].create(
            [
                {
                    "service_id": service.id,
                    "kind": "installation",
                    "planned_start": start,
                    "pic_id": cls.technician.id,
                    "technician_ids": [Command.set(cls.technician.ids)],
                }
                for service in services
            ]
        )
        orders.action_schedule()
        return services

    @classmethod
    def _create_places(cls, count):
        pops = cls.env["isp.pop"].create(
            [{"name": f"POP {n}", "code": f"P{n}-{count}"} for n in range(count)]
        )
        areas = cls.env["isp.area"].create(
            [{"name": f"Area {n} of {count}"} for n in range(count)]
        )
        categories = cls.env["isp.subscriber.category"].create(
            [{"name": f"Category {n} of {count}"} for n in range(count)]
        )
        plans = cls.env["product.template"].browse()
        for number in range(count):
            plans |= cls._create_plan(f"Plan {number}", 10, 10)
        return pops, areas, categories, plans

    def _get_spec(self, view, model):
        """Return the fields that a list, kanban or calendar asks for."""
        spec = {}
        arch = etree.fromstring(view["arch"])
        for node in arch.iter("field"):
            if any(a.tag == "field" for a in node.iterancestors()):
                continue
            field = self.env[model]._fields[node.get("name")]
            spec[field.name] = (
                {"fields": {"display_name": {}}} if field.relational else {}
            )
        return spec

    def _get_views(self, model, user, kinds, action=None):
        records = self.env[model].with_user(user)
        answer = records.get_views([(action, kind) for kind in kinds])
        return answer["views"]

    def _count(self, call):
        """Return the number of queries of a call on cold caches."""
        self.env.flush_all()
        self.env.invalidate_all()
        call()  # what is cached once per process does not count
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        call()
        return self.cr.sql_log_count - before

    def _check_constant(self, few, many, user, view=False, kinds=("list", "kanban")):
        model = few._name
        self.assertEqual((len(few), len(many)), (FEW, MANY))
        records = self.env[model].with_user(user)
        for kind, found in self._get_views(model, user, kinds, view).items():
            spec = self._get_spec(found, model)
            counts = []
            for chosen in (few, many):
                domain = [("id", "in", chosen.ids)]
                answer = records.web_search_read(domain, spec, limit=80)
                self.assertEqual(answer["length"], len(chosen))
                counts.append(
                    self._count(
                        lambda d=domain, s=spec: records.web_search_read(
                            d, s, limit=80
                        ),
                    )
                )
            self.assertEqual(*counts, f"{kind} of {model} for {user.name}")

    def _get_group_bys(self, model):
        """Return what the filters of the search view group by."""
        view = self._get_views(model, self.admin, ["search"])["search"]
        found = []
        for node in etree.fromstring(view["arch"]).iter("filter"):
            if "group_by" in (node.get("context") or ""):
                found.append(node.get("context").split(":", 1)[1].strip(" '}"))
        self.assertTrue(found, model)
        return found

    def _check_groups(self, few, many, user, extra=()):
        model = few._name
        records = self.env[model].with_user(user)
        view = self._get_views(model, user, ["kanban"])["kanban"]
        spec = self._get_spec(view, model)
        for group_by in (*self._get_group_bys(model), *extra):
            counts = [
                self._count(
                    lambda d=[("id", "in", chosen.ids)], g=group_by: (
                        records.web_read_group(
                            d,
                            [g],
                            ["__count"],
                            auto_unfold=True,
                            unfold_read_specification=spec,
                            unfold_read_default_limit=80,
                        )
                    ),
                )
                for chosen in (few, many)
            ]
            self.assertEqual(*counts, f"{model} by {group_by}")

    def test_subscribers(self):
        for user in (self.admin, self.sales, self.engineer):
            self._check_constant(self.few, self.many, user)
        self._check_groups(self.few, self.many, self.admin, ["create_date:month"])

    def test_work_orders(self):
        few = self.few.work_order_ids
        many = self.many.work_order_ids
        for user in (self.admin, self.technician):
            self._check_constant(few, many, user, kinds=("list", "kanban", "calendar"))
        self._check_groups(few, many, self.technician)

    def test_suspensions(self):
        few = self.few.suspension_ids
        many = self.many.suspension_ids
        self._check_constant(few, many, self.admin, kinds=("list",))

    def test_places_categories_and_plans(self):
        plan_list = self.env.ref("isp_base.product_template_view_list_plan").id
        for few, many in zip(
            self._create_places(FEW), self._create_places(MANY), strict=True
        ):
            view = plan_list if few._name == "product.template" else False
            self._check_constant(few, many, self.manager, view, kinds=("list",))

    def test_searching_by_each_filter_is_one_domain(self):
        for model in ("isp.service", "isp.work.order"):
            view = self._get_views(model, self.admin, ["search"])["search"]
            records = self.env[model].with_user(self.admin)
            for node in etree.fromstring(view["arch"]).iter("filter"):
                domain = node.get("domain")
                if domain and "uid" not in domain and "today" not in domain:
                    records.search(literal_eval(domain), limit=1)

    def test_activation_of_many_costs_little_each(self):
        counts = []
        for number in (FEW, MANY):
            services = self.env["isp.service"].create(
                [
                    self._prepare_registration(plan_id=self.plan.id)
                    for _number in range(number)
                ]
            )
            services._ensure_credentials()
            self.env.flush_all()
            before = self.cr.sql_log_count
            self._activate(services)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        # With isp_billing each subscriber gets an invoice of his own.
        billed = "billing_schedule_id" in self.env["isp.service"]._fields
        each = 6 if billed else 1
        self.assertLessEqual(counts[1] - counts[0], each * (MANY - FEW))

    def test_what_has_changed_of_many_is_logged_at_once(self):
        """Each has a line of its own all the same, by who has changed it."""
        counts = []
        for services in (self.few, self.many):
            self._flush_tracking()
            before = self.cr.sql_log_count
            services.with_user(self.admin).sudo().priority = "3"
            self._flush_tracking()
            counts.append(self.cr.sql_log_count - before)
            for service in services:
                line = service.sudo().message_ids.sorted("id")[-1]
                self.assertEqual(line.author_id, self.admin.partner_id)
                (change,) = line.tracking_value_ids
                self.assertEqual(change.field_id.name, "priority")
        self.assertLess(counts[1] - counts[0], MANY - FEW)

    def test_the_cards_of_a_list_are_made_at_once(self):
        services, counts = self.env["isp.service"].sudo(), []
        for count in (FEW, FEW, MANY):
            rows = [
                {"contact_name": f"List {count}", "phone": f"+62 812 7000 1{row:03d}"}
                for row in range(count)
            ]
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            services._link_partners(rows)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len({vals["partner_id"] for vals in rows}), count)
        self.assertLess(counts[2] - counts[1], MANY - FEW)
