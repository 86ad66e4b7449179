import base64
import io
import json
import random
import time
import uuid
from datetime import timedelta

from PIL import Image

from odoo import Command, fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models.isp_work_order_phone import _read_number
from .common import PNG, IspCommon


class MyWorkCommon(IspCommon, HttpCase):
    """A technician's visit of today, and his phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(
            cls._create_active_service(),
            "scheduled",
            kind="survey",
            planned_start=fields.Datetime.now() + timedelta(hours=1),
        )

    def _log_in(self, user):
        login = user and user.login
        self.authenticate(login, login)

    def _ask(self, route, user=None, **params):
        """Ask as this user (the technician); return what is answered, or the error."""
        if user is not False:
            self._log_in(user or self.technician)
        answer = self.url_open(
            f"/my-work/{route}",
            data=json.dumps({"jsonrpc": "2.0", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        body = answer.json()
        self.env.invalidate_all()
        return body.get("result") or body["error"]["data"]["name"]

    def _send(self, act, user=None, **params):
        values = {
            "uid": (user or self.technician).id,
            "key": str(uuid.uuid4()),
            "act": act,
            "visit": self.order.id,
            "values": {},
            "written_on": int(time.time()),
            **params,
        }
        return self._ask("send", user, **values)

    def _get_visits(self, user=None):
        return {visit["id"]: visit for visit in self._ask("visits", user)["visits"]}


@tagged("post_install", "-at_install", "isp_together")
class TestMyWork(MyWorkCommon):
    """What technicians write without signal arrives once, by the checks of the form."""

    def test_he_has_with_him_what_he_needs_today_and_tomorrow(self):
        later = self._create_order(
            self._create_active_service(),
            "scheduled",
            planned_start=fields.Datetime.now() + timedelta(days=4),
        )
        visits = self._get_visits()
        self.assertNotIn(later.id, visits)
        visit, service = visits[self.order.id], self.order.service_id
        self.assertEqual(visit["who"], service.contact_name)
        self.assertEqual(visit["phone"], service.phone)
        self.assertIn("Jalan Anggrek 14", visit["address"])
        self.assertIn(self.plan.name, dict(visit["facts"]).values())
        self.assertNotIn(self.stranger.id, self._get_visits(self.stranger))

    def test_a_list_needs_no_more_queries_for_more_visits(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["isp.work.order"].with_user(self.technician)._get_phone_visits()
            return self.cr.sql_log_count - before

        count()
        few = count()
        for _number in range(8):
            self._create_order(
                self._create_active_service(),
                "scheduled",
                planned_start=fields.Datetime.now() + timedelta(hours=1),
            )
        self.assertLessEqual(count(), few + 5)

    def test_what_is_sent_twice_is_done_once(self):
        key = str(uuid.uuid4())
        for _time in range(2):
            self.assertEqual(self._send("start", key=key), {"status": "done"})
        self.assertEqual(self.order.state, "started")
        photo = {"data": PNG.decode(), "name": "../roof.png"}
        key = str(uuid.uuid4())
        for _time in range(3):
            answer = self._send("photo", key=key, values=photo)
            self.assertEqual(answer, {"status": "done"})
        self.assertEqual(self.order.photo_ids.mapped("name"), ["roof.png"])

    def test_on_the_way_is_told_once_and_not_when_they_are_there(self):
        self.order.service_id.partner_id.email = "subscriber@example.com"
        self.assertFalse(self._get_on_way()["done"])
        with self._mails_at_once() as left:
            for _time in range(2):
                self.assertEqual(self._send("on_way"), {"status": "done"})
        self.assertEqual(len(left), 1)
        act = self._get_on_way()
        self.assertTrue(act["done"] and act["past"])
        self.order.sudo().date_on_way = False
        self._send("start")
        with self._mails_at_once() as left:
            self.assertEqual(self._send("on_way"), {"status": "done"})
        self.assertFalse(left or self.order.date_on_way)
        other = self._create_order(self._create_active_service(), "scheduled")
        other.sudo()._cancel("Rain")
        refused = self._send("on_way", visit=other.id)
        self.assertEqual(refused["status"], "refused")

    def _get_on_way(self):
        acts = self._get_visits()[self.order.id]["acts"]
        return next(act for act in acts if act["act"] == "on_way")

    def test_what_was_done_stays_done_when_the_visit_is_given_away(self):
        key = str(uuid.uuid4())
        self._send("start", key=key)
        self.order.sudo().technician_ids = [Command.set(self.stranger.ids)]
        self.order.sudo().pic_id = self.stranger
        self.assertEqual(self._send("start", key=key), {"status": "done"})

    def test_the_time_is_that_of_the_phone_within_reason(self):
        now = fields.Datetime.now()
        wanted = now - timedelta(hours=3)
        self._send("start", written_on=int(wanted.timestamp()))
        self.assertEqual(self.order.date_started, wanted)
        self.assertIn("sent now", "".join(self.order.message_ids.mapped("body")))
        for wrong, least in (("x", now), (10**12, now), (0, now - timedelta(days=8))):
            self.order.sudo().write({"state": "scheduled", "date_started": False})
            self._send("start", written_on=wrong)
            self.assertEqual(self.order.state, "started", wrong)
            self.assertGreaterEqual(self.order.date_started, least)
            self.assertLessEqual(self.order.date_started, fields.Datetime.now())

    def test_a_forged_context_changes_no_time(self):
        order = self.as_user(self.order, self.technician)
        order.with_context(isp_moment="2020-01-01").action_start()
        age = fields.Datetime.now() - self.order.date_started
        self.assertLess(age, timedelta(minutes=5))

    def test_nothing_that_others_wrote_is_overwritten(self):
        self._send("start")
        base = self._get_visits()[self.order.id]["values"]
        self.order.sudo().report = "Dog in the yard"
        answer = self._send("report", values={"report": "Roof is high"}, base=base)
        self.assertEqual(answer["status"], "refused")
        self.assertIn("Dog in the yard", answer["message"])
        self.assertEqual(answer["now"], {"report": "Dog in the yard"})
        self.assertEqual(self.order.report, "Dog in the yard")
        self.assertEqual(self.order.state, "started")

    def test_who_has_it_now_and_since_when_is_said(self):
        """P13."""
        self.cr.flush()
        self.order.with_user(self.admin).write(
            {
                "technician_ids": [Command.set(self.stranger.ids)],
                "pic_id": self.admin.id,
            }
        )
        self.cr.flush()
        answer = self._send("start")
        self.assertEqual(answer["status"], "refused")
        for user in (self.stranger, self.admin):
            self.assertIn(user.name, answer["message"])
        unknown = self._create_order(
            technician_ids=[Command.set(self.stranger.ids)],
            pic_id=self.stranger.id,
        )
        answer = self._send("start", visit=unknown.id)
        self.assertNotIn(self.stranger.name, answer["message"])

    def test_a_conflict_is_told_and_leaves_nothing(self):
        key = str(uuid.uuid4())
        self.order._cancel("The customer is away")
        answer = self._send("start", key=key)
        self.assertEqual(answer["status"], "refused")
        self.assertEqual(self.order.state, "cancelled")
        self.assertFalse(self.env["isp.outbox.entry"].search([("key", "=", key)]))

    def test_a_start_is_taken_back_within_a_minute(self):
        """P11: by when it was pressed on the phone, not by when that arrives."""
        now = int(time.time())

        def is_offered():
            acts = self._get_visits()[self.order.id]["acts"]
            return not next(a for a in acts if a["act"] == "undo_start")["done"]

        self.assertFalse(is_offered())
        self._send("start")
        self.assertTrue(is_offered())
        self.assertEqual(self._send("undo_start"), {"status": "done"})
        self.assertEqual(self.order.state, "scheduled")
        self._send("start", written_on=now - 3600)
        self.assertFalse(is_offered())
        late = self._send("undo_start", written_on=now - 3500)
        self.assertEqual(late["status"], "refused")
        in_time = self._send("undo_start", written_on=now - 3570)
        self.assertEqual(in_time, {"status": "done"})
        self.assertEqual(self.order.state, "scheduled")

    def test_a_number_that_has_no_end_is_none(self):
        self.assertEqual(_read_number("12,5"), 12.5)
        for text in ("nan", "inf", "-Infinity", "x"):
            with self.assertRaises(ValueError):
                _read_number(text)

    def test_how_far_from_the_address_it_was_started_is_noted(self):
        service = self.order.service_id.sudo()

        def start(position):
            self.order.sudo().write({"state": "scheduled", "start_distance": 0})
            self.assertEqual(
                self._send("start", values={"position": position}), {"status": "done"}
            )
            return self.order.start_distance

        def is_asked():
            act = self._get_visits()[self.order.id]["acts"][0]
            return act["located"]

        self.assertFalse(is_asked())
        self.assertEqual(start([-6.2021, 106.7885]), 0, "the address is not mapped")
        service.write({"latitude": -6.2021, "longitude": 106.7885})
        self.order.sudo().state = "scheduled"
        self.assertTrue(is_asked())
        self.assertAlmostEqual(start([-6.2021, 106.7975]), 995, delta=2)
        self.assertEqual(start([-6.2021, 106.7885]), 1)
        for junk in (None, "here", [1], [91, 0], ["-6", "106"], [float("nan"), 0]):
            self.assertEqual(start(junk), 0, junk)
        start([-6.2021, 106.7975])
        self._send("undo_start")
        self.assertEqual(self.order.start_distance, 0)

    def test_who_is_sent_together_need_not_know_who_began(self):
        self.order.action_start()
        self.assertEqual(self._send("start"), {"status": "done"})

    def test_pictures_are_judged_by_their_content(self):
        self._send("start")
        for data in ("", "%%%", base64.b64encode(b"<svg/>").decode(), 7, None):
            answer = self._send("photo", values={"data": data, "name": "x.png"})
            self.assertEqual(answer["status"], "refused", data)
        huge = base64.b64encode(b"\xff\xd8\xff" + bytes(12_100_000)).decode()
        answer = self._send("photo", values={"data": huge, "name": "x.jpg"})
        self.assertIn("12 MB", answer["message"])
        self.assertFalse(self.order.photo_ids)

    def test_a_photo_of_almost_ten_megabytes(self):
        self._send("start")
        noise = random.Random(1).randbytes(1800 * 1800 * 3)
        image = io.BytesIO()
        Image.frombytes("RGB", (1800, 1800), noise).save(image, "PNG")
        self.assertGreater(image.tell(), 9_500_000)
        data = base64.b64encode(image.getvalue()).decode()
        answer = self._send("photo", values={"data": data, "name": "roof.png"})
        self.assertEqual(answer, {"status": "done"})
        self.assertEqual(len(self.order.photo_ids), 1)

    def test_what_cannot_be_read_is_refused(self):
        self._send("start")
        for wrong in (
            {"key": 7},
            {"key": ""},
            {"act": "unlink"},
            {"act": "take_from_phone"},
            {"values": [1]},
            {"base": "x"},
            {"values": {"report": {"a": 1}}, "act": "report"},
            {"visit": 10**8},
        ):
            answer = self._send(**{"act": "report", **wrong})
            self.assertEqual(answer["status"], "refused", wrong)
        self.assertEqual(self.order.state, "started")

    def test_only_questions_of_the_report_are_written(self):
        self._send("start")
        values = {"state": "cancelled", "instruction": "x", "report": ""}
        self._send("report", values=values)
        self.assertEqual(self.order.state, "started")
        self.assertFalse(self.order.instruction)


@tagged("post_install", "-at_install", "isp_together")
class TestMyWorkMaterial(MyWorkCommon):
    """P12: the kit of the plan, withdrawal and return, from the phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cable = cls.env["product.product"].create(
            {"name": "Cable", "is_storable": True}
        )
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock = warehouse.lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(cls.cable, cls.stock, 100)
        cls.plan.isp_kit_ids = [
            Command.create({"product_id": cls.cable.id, "quantity": 40})
        ]
        cls.order = cls._create_order(
            state="started",
            planned_start=fields.Datetime.now() + timedelta(hours=1),
        )

    def _get_act(self, name):
        acts = self._get_visits()[self.order.id]["acts"]
        return next(act for act in acts if act["act"] == name)

    def _ask_for_kit(self):
        (question,) = self._get_act("material")["questions"]
        self.assertEqual(
            question["proposed"],
            [{"product_id": str(self.cable.id), "quantity": "40"}],
        )
        answer = self._send("material", values={"lines": question["proposed"]})
        self.assertEqual(answer, {"status": "done"})
        return self.order.sudo().picking_ids

    def test_the_kit_is_proposed_asked_for_and_withdrawn(self):
        self.assertTrue(self._get_act("withdraw")["done"])
        picking = self._ask_for_kit()
        self.assertEqual(picking.move_ids.product_uom_qty, 40)
        self.assertFalse(self._get_act("material")["questions"][0]["proposed"])
        self.assertFalse(self._get_act("withdraw")["done"])
        self.assertEqual(self._send("withdraw"), {"status": "done"})
        self.assertEqual(picking.state, "cancel")

    def test_what_was_not_used_goes_back_once(self):
        picking = self._ask_for_kit()
        picking.action_assign()
        picking.move_ids.picked = True
        picking.button_validate()
        act = self._get_act("return")
        self.assertFalse(act["done"])
        ((issued, text),) = act["questions"][0]["columns"][0]["options"]
        self.assertIn("40", text)
        values = {"lines": [{"issued": issued, "quantity": "12,5"}]}
        key = str(uuid.uuid4())
        for _time in range(2):
            answer = self._send("return", key=key, values=values)
            self.assertEqual(answer, {"status": "done"})
        back = self.order.sudo().picking_ids - picking
        self.assertEqual(back.move_ids.product_uom_qty, 12.5)
        self.assertEqual(back.location_dest_id, self.stock)
        for wrong in (
            [],
            [{"issued": issued, "quantity": "28"}],
            [{"issued": "", "quantity": "1"}],
            [{"issued": issued, "quantity": "-1"}],
            [{"issued": issued, "quantity": "nan"}],
            [{"issued": "x", "quantity": "1"}],
        ):
            answer = self._send("return", values={"lines": wrong})
            self.assertEqual(answer["status"], "refused", wrong)


@tagged("post_install", "-at_install", "isp_together")
class TestMyWorkRights(MyWorkCommon):
    """Nobody reads or does by the page what he may not by the forms."""

    @mute_logger("odoo.http")
    def test_it_is_for_technicians(self):
        for role in ("sales", "engineer", "warehouse", "employee", "portal"):
            user = self.users[role]
            self._log_in(user)
            self.assertEqual(self.url_open("/my-work").status_code, 404, role)
            refused = "odoo.exceptions.AccessError"
            self.assertEqual(self._ask("visits", user), refused, role)
            self.assertEqual(self._send("start", user), refused, role)
        self.assertEqual(self.order.state, "scheduled")

    @mute_logger("odoo.http")
    def test_who_is_logged_out_is_told_so(self):
        self._log_in(None)
        answer = self.url_open("/my-work", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])
        for route in ("visits", "send"):
            answer = self._ask(route, False)
            self.assertEqual(answer, "odoo.http.SessionExpiredException")

    @mute_logger("odoo.http")
    def test_nobody_sends_for_another(self):
        answer = self._send("start", uid=self.stranger.id)
        self.assertEqual(answer, "odoo.exceptions.AccessError")
        self.assertEqual(self._send("start", self.stranger)["status"], "refused")
        self.assertEqual(self.order.state, "scheduled")

    def test_a_key_of_another_tells_and_hides_nothing(self):
        key = str(uuid.uuid4())
        self._send("start", key=key)
        answer = self._send("start", self.stranger, key=key)
        self.assertEqual(answer["status"], "refused")

    def test_another_company_reaches_nothing(self):
        self._create_other_company(("technician", "admin"))
        for user in self.users_b.values():
            self.assertNotIn(self.order.id, self._get_visits(user))
            answer = self._send("start", user)
            self.assertEqual(answer["status"], "refused")
            self.assertNotIn(self.order.name, answer["message"])
        self.assertEqual(self.order.state, "scheduled")

    def test_entries_are_of_a_company_and_of_nobody_to_write(self):
        self._send("start")
        entry = self.env["isp.outbox.entry"].search(
            [("work_order_id", "=", self.order.id)]
        )
        self.assertEqual(entry.company_id, self.company)
        self._create_other_company(("manager",))
        model = self.env["isp.outbox.entry"]
        for user, found in ((self.manager, entry), (self.users_b["manager"], model)):
            records = model.with_user(user).search([("id", "=", entry.id)])
            self.assertEqual(records.ids, found.ids)
            self.assertFalse(records.has_access("write"))

    def test_what_everybody_gets_tells_nothing(self):
        self._log_in(None)
        for name in ("service-worker.js", "manifest.webmanifest"):
            answer = self.url_open(f"/my-work/{name}")
            self.assertEqual(answer.status_code, 200)
        self._log_in(self.technician)
        page = self.url_open("/my-work").text
        self.assertNotIn(self.order.name, page)
        self.assertNotIn(self.technician.name, page)
