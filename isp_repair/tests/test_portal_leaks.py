import re

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import convert_file, mute_logger

from odoo.addons.isp_base.tests.common import PNG

from .portal_common import RepairPortalCommon, make_picture

MODELS = (
    "helpdesk.ticket",
    "helpdesk.ticket.stage",
    "helpdesk.ticket.category",
    "helpdesk.ticket.channel",
    "helpdesk.ticket.tag",
    "helpdesk.ticket.team",
    "isp.portal.claim",
    "isp.portal.signup",
    "isp.repair.cause",
    "isp.repair.part",
    "isp.repair.pause",
    "isp.throttle",
    "isp.work.order",
)
CAUSE = "Mice have eaten the fibre"
NOTE = "He is a difficult customer"
SECRETS = (CAUSE, NOTE, "Drop cable")
# What an RPC answers that tells and changes nothing
REFUSED = ("AccessError", "AttributeError", "UserError", "ValidationError", "False")


class LeakCommon(RepairPortalCommon):
    """An order of the portal user that was repaired, with all that he may not see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cause.name = CAUSE
        cls.ticket = cls._book()
        cls._stock(cls.cable, 20)
        cls.visit = cls._begin(cls.ticket)
        cls.visit.write(
            {
                "cause_note": NOTE,
                "part_ids": [(0, 0, {"product_id": cls.cable.id, "quantity": 5})],
                "photo_ids": [(0, 0, {"name": "inside.png", "datas": PNG})],
            }
        )
        cls._finish(cls.ticket, report=NOTE)
        cls.visit.message_post(body=NOTE)
        cls._as("admin", cls.ticket).message_post(body=NOTE)
        cls.photo = cls.visit.sudo().photo_ids
        cls.move = cls._invoice(cls._as("admin", cls.ticket))
        cls.theirs = cls._book(
            cls.neighbour.partner_id, service_id=cls.other.id, complaint="Not yours"
        )

    def _call(self, model, method, *args, **kwargs):
        """Call over RPC; return the answer as text, or the name of its error."""
        with mute_logger("odoo.http"):
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                json={
                    "jsonrpc": "2.0",
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    },
                },
            ).json()
        if "error" in answer:
            return answer["error"]["data"]["name"].rpartition(".")[2]
        return str(answer["result"])


@tagged("post_install", "-at_install")
class TestLeaksOverRpc(LeakCommon):
    """Neither models nor what hangs on them are read by customers."""

    def setUp(self):
        super().setUp()
        self._log_in("portal")

    def _assert_kept(self, answer, what):
        for secret in (*SECRETS, "Not yours"):
            self.assertNotIn(secret, answer, what)

    def test_no_model_answers_customers_or_visitors(self):
        for name in MODELS:
            for role in ("portal", "public"):
                records = self._as(role, self.env[name])
                for operation in ("read", "write", "create", "unlink"):
                    allowed = records.has_access(operation)
                    self.assertFalse(allowed, (name, role, operation))

    def test_rights_stay_revoked_when_helpdesk_mgmt_is_updated(self):
        rights = "security/ir.model.access.csv"
        convert_file(self.env, "helpdesk_mgmt", rights, {}, mode="update")
        self.test_no_model_answers_customers_or_visitors()

    def test_every_way_to_read_is_refused(self):
        ids = {
            "helpdesk.ticket": self.ticket.ids,
            "isp.work.order": self.visit.ids,
            "isp.repair.part": self.visit.sudo().part_ids.ids,
            "helpdesk.ticket.stage": self.ticket.stage_id.ids,
        }
        for model, record_ids in ids.items():
            for method, args in (
                ("search_read", [[]]),
                ("search", [[]]),
                ("search_count", [[]]),
                ("read", [record_ids]),
                ("web_read", [record_ids, {"display_name": {}}]),
                ("web_search_read", [[], {"display_name": {}}]),
                ("export_data", [record_ids, ["id", "display_name"]]),
                ("name_search", [""]),
                ("formatted_read_group", [[], ["create_uid"], ["__count"]]),
                ("copy", [record_ids]),
                ("write", [record_ids, {"active": False}]),
                ("unlink", [record_ids]),
                ("message_post", [record_ids]),
                ("message_subscribe", [record_ids, self.subscriber.ids]),
                ("web_save", [record_ids, {}, {"display_name": {}}]),
            ):
                with self.subTest(model=model, method=method):
                    answer = self._call(model, method, *args)
                    self._assert_kept(answer, method)
                    self.assertIn(answer, REFUSED, method)

    def test_buttons_are_refused(self):
        for model, records, methods in (
            (
                "helpdesk.ticket",
                self.ticket,
                (
                    "action_isp_repair",
                    "action_isp_plan",
                    "action_isp_create_invoice",
                    "action_isp_close_without_invoice",
                    "action_isp_complete",
                    "action_isp_reopen",
                    "action_isp_process",
                    "action_isp_hand_over",
                    "action_isp_accept_payment",
                    "assign_to_me",
                    "action_open_duplicate_wizard",
                    "action_view_duplicates",
                    "action_share",
                ),
            ),
            ("isp.work.order", self.visit, ("action_start", "action_finish")),
        ):
            for method in methods:
                with self.subTest(method=method):
                    answer = self._call(model, method, records.ids)
                    self._assert_kept(answer, method)
        self.assertEqual(self.ticket.isp_repair_status, "invoiced")

    def test_nothing_is_found_by_what_is_hidden(self):
        """A search that finds or not tells as much as a page."""
        paths = {
            "res.partner": (
                "helpdesk_ticket_ids.isp_visit_ids.report",
                "helpdesk_ticket_ids.name",
                "isp_service_ids.ticket_ids.isp_visit_ids.report",
            ),
            "account.move": (
                "isp_ticket_id.isp_visit_ids.report",
                "isp_ticket_id.isp_visit_id.cause_note",
                "isp_ticket_id.isp_complaint",
                "isp_visit_id.report",
                "line_ids.isp_service_id.ticket_ids.isp_complaint",
            ),
            "account.move.line": ("move_id.isp_visit_id.report",),
            "ir.attachment": ("res_name",),
            "mail.message": ("body",),
            "product.template": ("isp_repair_ids.report",),
        }
        for model, names in paths.items():
            for name in names:
                with self.subTest(model=model, path=name):
                    hidden = self._call(model, "search", [[name, "ilike", "difficult"]])
                    absent = self._call(model, "search", [[name, "ilike", "q8x7z"]])
                    self.assertEqual(hidden, absent)

    def test_what_he_may_read_leads_no_further(self):
        specification = {
            "isp_ticket_id": {"fields": {"isp_complaint": {}, "isp_visit_ids": {}}},
            "isp_visit_id": {"fields": {"report": {}, "cause_note": {}}},
        }
        for method, args in (
            ("web_read", [self.move.ids, specification]),
            ("web_search_read", [[["id", "=", self.move.id]], specification]),
            ("export_data", [self.move.ids, ["isp_visit_id/report"]]),
            ("export_data", [self.move.ids, ["isp_ticket_id/isp_visit_ids/report"]]),
            ("read", [self.move.ids, ["isp_ticket_id", "isp_visit_id"]]),
            ("read", [self.move.ids]),
            ("formatted_read_group", [[], ["isp_ticket_id"], ["__count"]]),
        ):
            with self.subTest(method=method):
                self._assert_kept(self._call("account.move", method, *args), method)
        for method, args in (
            ("read", [self.subscriber.ids, ["helpdesk_ticket_ids"]]),
            ("read", [self.subscriber.ids, ["helpdesk_ticket_count_string"]]),
            ("export_data", [self.subscriber.ids, ["helpdesk_ticket_ids/name"]]),
        ):
            answer = self._call("res.partner", method, *args)
            self._assert_kept(answer, method)
            self.assertNotIn(self.ticket.number, answer)

    def test_messages_of_visits_and_notes_are_not_read(self):
        for domain in (
            [],
            [["model", "=", "isp.work.order"]],
            [["model", "=", "helpdesk.ticket"]],
            [["res_id", "=", self.ticket.id]],
        ):
            answer = self._call("mail.message", "search_read", domain, ["body"])
            self._assert_kept(answer, domain)
        notes = (self.visit | self.ticket.isp_visit_id).sudo().message_ids
        self.assertIn(self._call("mail.message", "read", notes.ids, ["body"]), REFUSED)
        for model in ("mail.followers", "mail.activity", "mail.notification"):
            self._assert_kept(self._call(model, "search_read", []), model)

    def test_a_token_opens_no_conversation(self):
        token = self.ticket._portal_ensure_token()
        ways = {
            "token": {"token": token},
            "hash": {
                "hash": self.ticket._sign_token(self.subscriber.id),
                "pid": self.subscriber.id,
            },
            "none": {},
        }
        thread = {"thread_model": "helpdesk.ticket", "thread_id": self.ticket.id}
        for role in ("neighbour", "portal", None):
            self._log_in(role)
            for name, way in ways.items():
                with self.subTest(way=name, role=role), mute_logger("odoo.http"):
                    params = {"params": {**thread, **way}}
                    answer = self.url_open("/mail/chatter_fetch", json=params).text
                    self._assert_kept(answer, way)
                    if role != "portal":
                        self.assertNotIn("Dear Siti", answer)
                    params["params"]["post_data"] = {"body": "Forged"}
                    self.url_open("/mail/message/post", json=params)
        bodies = " ".join(self.ticket.message_ids.mapped(lambda m: m.body or ""))
        self.assertNotIn("Forged", bodies)

    def test_nothing_is_posted_over_rpc(self):
        message = {
            "model": "helpdesk.ticket",
            "res_id": self.ticket.id,
            "body": "Forged",
        }
        self._call("mail.message", "create", message)
        self._call("helpdesk.ticket", "message_post", self.ticket.ids, body="Forged")
        self._call("isp.work.order", "message_post", self.visit.ids, body="Forged")
        self.env.invalidate_all()
        messages = self.ticket.message_ids | self.visit.sudo().message_ids
        bodies = messages.mapped(lambda message: message.body or "")
        self.assertNotIn("Forged", " ".join(bodies))

    def test_visitors_write_no_stages(self):
        stages = self._as("public", self.ticket.stage_id)
        with self.assertRaises(AccessError):
            stages.write({"name": "Hacked"})


@tagged("post_install", "-at_install")
class TestLeaksOnPages(LeakCommon):
    """Pages, links and mails of the customer tell nothing of the technicians' notes;
    those of another customer tell nothing at all."""

    def _assert_kept(self, text):
        for secret in SECRETS:
            self.assertNotIn(secret, text)

    def test_no_page_tells_what_the_technicians_wrote(self):
        for path in (
            "/my",
            "/my/repairs",
            "/my/repairs?filterby=all",
            self.ticket.access_url,
            self.service.access_url,
            "/my/invoices",
            self.move.access_url,
            "/my/services",
        ):
            with self.subTest(path=path):
                page = self._open(path)
                self.assertEqual(page.status_code, 200)
                self.assertNotIn(CAUSE, page.text)
                self.assertNotIn(NOTE, page.text)
                self.assertNotIn("inside.png", page.text)
        self.assertIn(self.ticket.number, self._open("/my/repairs?filterby=all").text)

    def test_mails_to_the_customer_tell_nothing(self):
        mails = self.env["mail.mail"].sudo().search([])
        to_him = mails.filtered(
            lambda mail: (
                self.subscriber in mail.recipient_ids
                or self.subscriber.email in (mail.email_to or "")
            )
        )
        for mail in to_him:
            self.assertNotIn(CAUSE, mail.body_html)
            self.assertNotIn(NOTE, mail.body_html)
            if mail.model == "helpdesk.ticket":
                self.assertNotIn("access_token", mail.body_html)
        self.assertNotIn(self.subscriber, self.visit.sudo().message_partner_ids)

    def test_links_of_mails_carry_no_token(self):
        with self.mock_mail_gateway():
            self._as("admin", self.ticket).message_post(
                body="We come at nine",
                partner_ids=self.subscriber.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        mail = self._new_mails.filtered(lambda m: self.subscriber in m.recipient_ids)
        self.assertIn(self.ticket.access_url, mail.body_html)
        for word in ("access_token", "pid=", "auth_signup_token"):
            self.assertNotIn(word, mail.body_html)

    def test_photos_of_technicians_open_for_nobody_outside(self):
        photo = self.photo
        for role in ("portal", "neighbour", None):
            self._log_in(role)
            for path in (
                f"/web/content/{photo.id}",
                f"/web/image/{photo.id}",
                f"/web/content/{photo.id}?access_token=",
                f"/web/content/{photo.id}?access_token=False",
                f"/web/image/isp.work.order/{self.visit.id}/photo_ids",
                f"/web/content?model=isp.work.order&id={self.visit.id}&field=report",
                f"/web/content?model=helpdesk.ticket&id={self.ticket.id}"
                "&field=isp_complaint",
                f"{self.ticket.access_url}/files/{photo.id}",
                f"{self.theirs.access_url}/files/{photo.id}",
            ):
                with self.subTest(path=path, role=role), mute_logger("odoo.http"):
                    self.assertNotIn(photo.raw, self.url_open(path).content)

    def test_his_own_photos_open_for_him_alone(self):
        photo = self.ticket._isp_add_photos([("box.png", make_picture())])
        path = f"{self.ticket.access_url}/files/{photo.id}"
        answer = self._open(path)
        self.assertEqual(answer.content, photo.raw)
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        self.assertNotEqual(self._open(path, "neighbour").content, photo.raw)
        crossed = f"{self.theirs.access_url}/files/{photo.id}"
        self.assertEqual(self._open(crossed, "neighbour").status_code, 404)
        self.assertIn("/web/login", self._open(path, None).url)

    def test_another_customers_orders_lead_back_to_the_list(self):
        for number in (self.theirs.id, 0, 2**31 - 1, 10**12):
            path = f"/my/repairs/{number}"
            page = self._open(path)
            self.assertTrue(page.url.endswith("/my/repairs"), number)
            self.assertNotIn("Not yours", page.text)
            for action in ("add", "withdraw", "reopen"):
                page = self._post(f"{path}/{action}", addition="Forged")
                self.assertTrue(page.url.endswith("/my/repairs"), (number, action))
        self.env.invalidate_all()
        self.assertEqual(self.theirs.isp_repair_status, "new")
        bodies = self.theirs.message_ids.mapped(lambda m: m.body or "")
        self.assertNotIn("Forged", " ".join(bodies))

    def test_another_customers_service_is_not_ordered_for(self):
        page = self._open(f"/my/repairs/new?service_id={self.other.id}")
        self.assertNotIn(self.other.name, page.text)

    def test_people_of_one_company_see_its_orders(self):
        self.neighbour.partner_id.parent_id = self.subscriber
        page = self._open(self.ticket.access_url, "neighbour")
        self.assertIn(self.ticket.number, page.text)

    # The pages of helpdesk_mgmt

    def test_nobody_closes_tickets_by_a_link(self):
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        stage.close_from_portal = True
        for role in ("portal", "neighbour", "employee", "technician"):
            self._log_in(role)
            for ticket in self.ticket | self.theirs:
                query = f"ticket_id={ticket.id}&stage_id={stage.id}"
                answer = self.url_open(f"/ticket/close?{query}")
                self.assertEqual(answer.status_code, 404)
        self.env.invalidate_all()
        self.assertNotEqual(self.theirs.stage_id, stage)

    def test_its_other_pages_lead_to_ours(self):
        for path, expected in (
            ("/my/tickets", "/my/repairs"),
            ("/my/tickets/page/2", "/my/repairs"),
            ("/new/ticket", "/my/repairs/new"),
            (f"/my/ticket/{self.ticket.id}", self.ticket.access_url),
            (f"/my/ticket/{self.theirs.id}", "/my/repairs"),
        ):
            page = self._open(path)
            self.assertTrue(page.url.endswith(expected), (path, page.url))
            self.assertNotIn("Not yours", page.text)
        token = self.theirs._portal_ensure_token()
        for role in ("portal", None):
            page = self._open(f"/my/ticket/{self.theirs.id}/{token}", role)
            self.assertNotIn("Not yours", page.text)
            page = self._open(f"/my/ticket/{self.theirs.id}?access_token={token}", role)
            self.assertNotIn("Not yours", page.text)
        before = self._get_tickets()
        answer = self._post("/submitted/ticket", subject="x", description="y")
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(self._get_tickets(), before)

    def test_its_tile_is_gone(self):
        page = self._open("/my").text
        self.assertNotIn("/my/tickets", page)
        self.assertFalse(re.search(r'href="/new/ticket"', page))

    def _set_helpdesk_pages(self, shown):
        settings = self.env["res.config.settings"].create({"isp_helpdesk_pages": shown})
        settings.execute()

    def test_its_pages_can_be_switched_on(self):
        """H6: what is replaced for everybody has a switch."""
        menu = self.env.ref("helpdesk_mgmt.helpdesk_ticket_main_menu")
        self.assertFalse(menu.active)
        self._set_helpdesk_pages(True)
        self.assertTrue(menu.active)
        self.assertIn("/my/tickets", self._open("/my").text)
        page = self._open("/my/tickets")
        self.assertTrue(page.url.endswith("/my/tickets"))
        self.assertIn(self.ticket.name, page.text)
        self.assertNotIn("Not yours", page.text)
        page = self._open(f"/my/ticket/{self.ticket.id}")
        self.assertTrue(page.url.endswith(f"/my/ticket/{self.ticket.id}"))
        self.assertIn(self.ticket.name, page.text)
        for secret in SECRETS:
            self.assertNotIn(secret, page.text)
        self._set_helpdesk_pages(False)
        self.assertFalse(menu.active)
        self.assertTrue(self._open("/my/tickets").url.endswith("/my/repairs"))

    def test_with_its_pages_nobody_closes_anothers_ticket(self):
        self._set_helpdesk_pages(True)
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        stage.close_from_portal = True
        query = f"ticket_id={self.theirs.id}&stage_id={stage.id}"
        self.assertEqual(self._open(f"/ticket/close?{query}").status_code, 404)
        self.env.invalidate_all()
        self.assertNotEqual(self.theirs.stage_id, stage)
