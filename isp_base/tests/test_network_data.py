import socket

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestPlan(IspCommon):
    """An internet plan is a product with speeds."""

    def test_plan_is_a_service_product(self):
        with Form(
            self.env["product.template"]
            .with_user(self.manager)
            .with_context(default_is_internet_plan=True, default_type="service")
        ) as form:
            form.name = "Home 100"
            form.isp_download_mbps = 100
            form.isp_upload_mbps = 50
            form.list_price = 500000
        self.assertEqual(form.record.type, "service")
        self.assertTrue(form.record.is_internet_plan)

    def test_both_speeds_are_above_zero(self):
        for download, upload in ((0, 10), (10, 0), (-5, 10)):
            with self.assertRaisesRegex(ValidationError, "above zero"):
                self._create_plan("Wrong", download, upload)
        with self.assertRaisesRegex(ValidationError, "above zero"):
            self.plan.isp_upload_mbps = 0

    def test_fractions_of_a_megabit_are_kept(self):
        plan = self._create_plan("Slow", 0.512, 0.256)
        plan.invalidate_recordset()
        self.assertEqual((plan.isp_download_mbps, plan.isp_upload_mbps), (0.512, 0.256))

    def test_burst_is_whole_or_nothing(self):
        burst = {
            "isp_burst_download_mbps": 40,
            "isp_burst_upload_mbps": 20,
            "isp_burst_seconds": 8,
        }
        self._create_plan("Burst", 20, 10, **burst)
        for wrong in (
            {"isp_burst_download_mbps": 0},
            {"isp_burst_upload_mbps": 5},
            {"isp_burst_seconds": 0},
        ):
            with self.assertRaisesRegex(ValidationError, "burst"):
                self._create_plan("Wrong", 20, 10, **{**burst, **wrong})

    def test_other_products_need_no_speed(self):
        self.env["product.template"].create({"name": "Router"})

    def test_plan_counts_its_active_services(self):
        self._create_active_service()
        self._create_service()
        self.assertEqual(self.plan.with_user(self.manager).isp_service_count, 1)
        self.assertEqual(self.other_plan.isp_service_count, 0)
        action = self.plan.with_user(self.manager).action_view_isp_services()
        self.assertEqual(len(self.env["isp.service"].search(action["domain"])), 2)

    def test_only_managers_keep_plans(self):
        for role in ("sales", "technician", "engineer", "admin", "warehouse"):
            with self.assertRaises(AccessError, msg=role):
                self.as_user(self.plan, self.users[role]).isp_download_mbps = 99
        self.plan.company_id = self.company
        self.as_user(self.plan, self.manager).isp_download_mbps = 99


@tagged("post_install", "-at_install")
class TestPlaces(IspCommon):
    """Areas are a tree, POPs stand in them and hold the stock."""

    def test_area_is_named_with_those_around_it(self):
        self.area.company_id = self.company
        areas = self.env["isp.area"].with_user(self.manager)
        city = areas.create({"name": "Jakarta West"})
        self.area.with_user(self.manager).parent_id = city
        self.assertEqual(self.area.display_name, "Jakarta West / Palmerah")
        city.name = "Jakbar"
        self.assertEqual(self.area.complete_name, "Jakbar / Palmerah")
        self.assertEqual(areas.search([("id", "child_of", city.id)]), city | self.area)

    def test_area_does_not_lie_within_itself(self):
        child = self.env["isp.area"].create(
            {"name": "Kemanggisan", "parent_id": self.area.id}
        )
        with self.assertRaises(UserError):
            self.area.parent_id = child

    @mute_logger("odoo.sql_db")
    def test_area_names_are_unique_within_their_place(self):
        areas = self.env["isp.area"]
        areas.create({"name": "RW 05", "parent_id": self.area.id})
        areas.create({"name": "RW 05"})
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            areas.create({"name": "rw 05", "parent_id": self.area.id})

    def test_area_with_services_below_is_found_by_its_parent(self):
        child = self.env["isp.area"].create(
            {"name": "Kemanggisan", "parent_id": self.area.id}
        )
        service = self._create_service(area_id=child.id)
        found = self.env["isp.service"].with_user(self.admin)
        found = found.search([("area_id", "child_of", self.area.id)])
        self.assertIn(service, found)

    def test_what_services_have_is_archived_not_deleted(self):
        service = self._create_service()
        for name in ("category_id", "area_id", "pop_id", "plan_id"):
            with self.subTest(name=name), mute_logger("odoo.sql_db"):
                service[name].company_id = self.company
                self.env.flush_all()
                with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    service[name].with_user(self.manager).unlink()
        service.unlink()
        self.pop.with_user(self.manager).unlink()
        self.assertFalse(self.pop.exists())

    def test_pop_counts_its_active_services(self):
        self._create_active_service()
        self._create_service()
        self.assertEqual(self.pop.with_user(self.engineer).service_count, 1)

    @mute_logger("odoo.sql_db")
    def test_pop_codes_are_unique_in_a_company(self):
        self._create_other_company()
        pops = self.env["isp.pop"]
        pops.create({"name": "B", "code": "PLM", "company_id": self.company_b.id})
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            pops.create({"name": "A", "code": "PLM"})

    def test_pop_is_found_by_code_and_shown_with_it(self):
        self.assertEqual(self.pop.display_name, "[PLM] POP Palmerah")
        found = self.env["isp.pop"].with_user(self.sales).name_search("PLM")
        self.assertEqual(found[0][0], self.pop.id)

    def test_pop_has_a_place_on_the_map(self):
        pop = self.pop.with_user(self.manager)
        pop.coordinates = "-6.2, 106.8"
        self.assertIn("-6.2000000,106.8000000", pop.map_url)

    def test_subscriber_counts_his_services(self):
        first = self._create_service()
        self._create_service(partner_id=first.partner_id.id)
        partner = first.partner_id.with_user(self.sales)
        self.assertEqual(partner.isp_service_count, 2)
        action = partner.action_view_isp_services()
        found = self.env["isp.service"].with_user(self.sales).search(action["domain"])
        self.assertEqual(len(found), 2)


@tagged("post_install", "-at_install")
class TestWeasyPrint(IspCommon):
    """A document prints what it carries: it reads no file and calls no server."""

    PIXEL = (
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlE"
        "QVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )

    def _print(self, body):
        return self.env["ir.actions.report"]._isp_print(f"<html>{body}</html>")

    def test_page_becomes_a_pdf(self):
        self.assertTrue(self._print("<h1>Handover</h1>").startswith(b"%PDF-"))
        self.assertTrue(self._print(f'<img src="{self.PIXEL}"/>').startswith(b"%PDF-"))

    def _print_what_loads(self, url):
        """Return the PDF of pages that try to load this address in every way."""
        bodies = (
            f'<img src="{url}"/>',
            f'<link rel="attachment" href="{url}"/>',
            f'<link rel="stylesheet" href="{url}"/>',
            f'<object data="{url}"></object>',
            f'<style>@import url("{url}"); body {{background: url("{url}")}}</style>',
        )
        with self.assertLogs("weasyprint", level="WARNING"):
            return b"".join(self._print(body) for body in bodies)

    def test_files_are_not_read(self):
        for url in ("file:///etc/hostname", "FILE:///etc/hostname"):
            self.assertNotIn(b"EmbeddedFile", self._print_what_loads(url))

    def test_servers_are_not_called(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            for scheme in ("http", "https", "ftp"):
                self._print_what_loads(f"{scheme}://127.0.0.1:{port}/x.png")
            server.setblocking(False)
            with self.assertRaises(BlockingIOError):
                server.accept()

    def test_report_of_ours_is_printed_by_weasyprint(self):
        view = self.env["ir.ui.view"].create(
            {
                "name": "isp_test_page",
                "type": "qweb",
                "key": "isp_base.test_page",
                "arch": """<t t-name="isp_base.test_page">
                    <html><body><t t-foreach="docs" t-as="doc">
                    <h1 t-out="doc.name"/></t></body></html></t>""",
            }
        )
        report = self.env["ir.actions.report"].create(
            {
                "name": "Test page",
                "model": "isp.pop",
                "report_name": view.key,
                "isp_weasyprint": True,
            }
        )
        other = self.env["isp.pop"].create({"name": "Other", "code": "OTH"})
        with self.allow_pdf_render():
            pdf, kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(report, (self.pop | other).ids)
            )
        self.assertEqual(kind, "pdf")
        self.assertTrue(pdf.startswith(b"%PDF-"))


@tagged("post_install", "-at_install", "isp_alone")
class TestViewsOpen(IspCommon):
    """Each group opens each view of the addon that its menus lead to."""

    def test_views_are_built_for_each_group(self):
        models = {
            "isp.service": ("list", "kanban", "form", "search", "pivot"),
            "isp.work.order": ("list", "kanban", "form", "search", "calendar"),
            "isp.suspension": ("list", "search"),
            "isp.pop": ("list", "form", "search"),
        }
        for role in ("sales", "technician", "engineer", "admin", "manager"):
            for model, kinds in models.items():
                records = self.env[model].with_user(self.users[role])
                answer = records.get_views([(False, kind) for kind in kinds])
                self.assertEqual(set(answer["views"]), set(kinds))

    def test_form_of_a_service_opens_for_each_group(self):
        service = self._create_active_service()
        self._create_order(
            service,
            "started",
            technician_ids=[Command.set(self.technician.ids)],
        )
        for role in ("sales", "technician", "engineer", "warehouse", "admin"):
            for records in (service, service.work_order_ids):
                form = Form(self.as_user(records, self.users[role]))
                self.assertEqual(form.contact_name, service.contact_name)
