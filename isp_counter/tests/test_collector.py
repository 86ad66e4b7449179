import os
import random

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.isp_billing.tests.test_invoice_report import NOW

from .common import BILL, CounterCommon

COLLECTOR = "isp_counter.isp_counter_group_collector"
WRITTEN = fields.Datetime.to_datetime(NOW)


class CollectorCommon(CounterCommon):
    """Three collectors with a bag and a phone each; two of them share an area."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("budi", "agus", "tono")
        cls.users.update(cls._create_users(dict.fromkeys(names, COLLECTOR)))
        cls.far = cls.env["isp.area"].create({"name": "Far away", "code": "FAR"})
        mine = [cls.users["budi"].id, cls.users["agus"].id]
        cls.area.sudo().collector_ids = [Command.set(mine)]
        cls.far.collector_ids = cls.users["tono"]
        cls.bags, cls.phones = {}, {}
        for number, name in enumerate(names):
            cls.bags[name] = cls.env["account.journal"].create(
                {
                    "name": f"Bag of {name}",
                    "code": f"BG{number}",
                    "type": "cash",
                    "company_id": cls.company.id,
                    "isp_collector_id": cls.users[name].id,
                }
            )
            phones = cls._as(name, cls.env["isp.collector.phone"])
            cls.phones[name] = phones._reserve()

    @classmethod
    def _send(cls, name, key, act="pay", **values):
        """Send what a collector wrote; what is due is judged at the commit."""
        entries = cls._as(name, cls.env["isp.outbox.entry"])
        entries._take(key, act, -cls.payer.id, values, {}, WRITTEN.timestamp())
        cls._before_commit()

    def _pay_at_door(self, name, count, amount=BILL, key=None):
        number = f"{self.phones[name]}{count:04d}"
        key = key or f"key-{name}-{count:05d}"
        self._send(name, key, amount=amount, number=number)
        return number

    def _hand_over(self, name, amount, key="key-handover"):
        bag = self.bags[name]
        return self._counter().take_handover(key, bag.id, amount)

    def _get_takings(self):
        return self.env["isp.taking"].search([("partner_id", "=", self.payer.id)])


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCollector(CollectorCommon):
    """What a collector takes at the doors of his areas."""

    def _get_stops(self, name):
        stops = self._as(name, self.env["isp.collector"])._get_phone_stops()
        return {stop["id"]: stop for stop in stops}

    def test_his_list_by_area(self):
        stop = self._get_stops("budi")[-self.payer.id]
        self.assertEqual(stop["group"], self.area.complete_name)
        pay = stop["acts"][0]
        self.assertEqual(pay["questions"][0]["max"], BILL)
        self.assertNotIn(-self.payer.id, self._get_stops("tono"))
        self.assertEqual(self._get_stops("cashier"), {})

    def test_paid_at_the_door(self):
        number = self._pay_at_door("budi", 1)
        (taking,) = self._get_takings()
        self.assertEqual((taking.name, taking.amount), (number, BILL))
        self.assertEqual(taking.user_id, self.users["budi"])
        self.assertEqual(self.own.payment_state, "paid")
        self.assertEqual(self.bags["budi"]._isp_get_balance(), BILL)
        self.assertNotIn(-self.payer.id, self._get_stops("budi"))

    def test_who_paid_gets_a_message(self):
        number = self._pay_at_door("budi", 1, amount=100_000)
        self._pay_at_door("budi", 1, amount=100_000)
        mail = self.env["mail.mail"].search([("model", "=", "account.payment")])
        self.assertEqual(len(mail), 1)
        for part in (number, "100,000", self.users["budi"].name):
            self.assertIn(part, mail.body_html)
        payment = self._get_takings().payment_ids.with_context(lang="en_US")
        self.assertIn(number, payment._get_notice_text("receipt_collected"))

    def test_the_reports_know_collectors(self):
        self.env.flush_all()
        report = self._as("accountant", self.env["isp.receivable.report"])
        own = [("partner_id", "=", self.payer.id)]
        collectors = dict(report._read_group(own, ["collector_id"], ["amount:sum"]))
        first = min(self.users["budi"], self.users["agus"], key=lambda user: user.id)
        self.assertEqual(collectors, {first: BILL})
        self._pay_at_door("budi", 1, amount=100_000)
        self.env.flush_all()
        money = self._as("accountant", self.env["isp.money.report"])
        (row,) = money._read_group(own, ["way", "user_id"], ["amount:sum"])
        self.assertEqual(row, ("collector", self.users["budi"], 100_000))
        with self.assertRaises(AccessError):
            self._as("budi", self.env["isp.money.report"]).search([])

    def test_sent_twice_is_once(self):
        for _time in range(2):
            self._pay_at_door("budi", 1, amount=100_000)
        self.assertEqual(len(self._get_takings()), 1)
        self.assertEqual(self.bags["budi"]._isp_get_balance(), 100_000)

    def test_two_at_one_door_one_receipt(self):
        number = self._pay_at_door("budi", 1)
        said = self._assert_refused(UserError, self._pay_at_door, "agus", 1)
        self.assertIn(number, said)
        self.assertEqual(len(self._get_takings()), 1)
        self.assertEqual(self.bags["agus"]._isp_get_balance(), 0)

    def test_not_more_than_is_owed(self):
        for amount in (BILL + 1, 0, -1, "x", None, float("nan")):
            with self.subTest(amount=amount):
                pay = self._pay_at_door
                self._assert_refused(UserError, pay, "budi", 1, amount=amount)
        self.assertFalse(self._get_takings())

    def test_whose_number(self):
        foreign = self.phones["agus"]
        for number in (f"{foreign}0001", "KW000001", "", None, f"{foreign}x"):
            with self.subTest(number=number):
                self._assert_refused(
                    UserError, self._send, "budi", "key-00001", amount=1, number=number
                )
        self._pay_at_door("budi", 1, amount=1_000)
        self._assert_refused(
            UserError, self._pay_at_door, "budi", 1, amount=1_000, key="key-other"
        )

    def test_another_area_is_refused(self):
        self._assert_refused(UserError, self._pay_at_door, "tono", 1)
        with self.assertRaises(UserError):
            self._send("cashier", "key-00001", amount=1, number="x")

    def test_promise_and_not_at_home(self):
        self._send("budi", "key-00001", "promise", date="2026-05-15", note="Payday")
        self._send("budi", "key-00001", "promise", date="2026-05-15")
        self._send("budi", "key-00002", "absent")
        calls = self.env["isp.collector.call"].search(
            [("partner_id", "=", self.payer.id)]
        )
        self.assertEqual(sorted(calls.mapped("kind")), ["absent", "promise"])
        self.assertEqual(str(self.service.promise_date), "2026-05-15")
        for day in ("2027-05-15", "2026-01-01", "x", None):
            with self.subTest(day=day):
                self._assert_refused(
                    UserError, self._send, "budi", "key-00003", "promise", date=day
                )

    def test_nobody_reads_anothers(self):
        self._pay_at_door("budi", 1, amount=1_000)
        self._send("budi", "key-00002", "absent")
        for model in ("isp.taking", "isp.collector.call"):
            own = self._as("budi", self.env[model]).search([])
            self.assertEqual(len(own), 1)
            self.assertFalse(self._as("tono", self.env[model]).search([]))
            self.assertFalse(self._as("tono", own).has_access("read"))
            self._assert_refused(AccessError, own.write, {"partner_id": 1})
        for model in ("account.move", "account.payment", "isp.service"):
            records = self._as("budi", self.env[model])
            self.assertFalse(records.has_access("read"), model)
        for call in (
            self._counter("budi").get_state,
            self._counter("budi").get_takings,
        ):
            self._assert_refused(AccessError, call)

    # Handing over

    def test_handed_over_and_counted(self):
        session = self._open_drawer(amount=0)
        self._pay_at_door("budi", 1)
        for _time in range(2):
            self._hand_over("budi", BILL)
        self.assertEqual(self.bags["budi"]._isp_get_balance(), 0)
        self.assertEqual(session.amount_expected, BILL)
        self.assertEqual(self._get_ledger(self.drawer), BILL)
        void = self._as("manager", self._get_takings())._void
        self.assertIn("handed", self._assert_refused(UserError, void, "Mistake"))

    def test_what_is_missing_stays_his(self):
        self._open_drawer(amount=0)
        self._pay_at_door("budi", 1)
        done = self._hand_over("budi", BILL - 194)
        self.assertEqual(done["difference"], -194)
        self.assertEqual(self.bags["budi"]._isp_get_balance(), 194)

    def test_only_into_an_open_drawer(self):
        self._pay_at_door("budi", 1)
        self._assert_refused(UserError, self._hand_over, "budi", BILL)
        call = self._counter("budi").take_handover
        self._assert_refused(AccessError, call, "key-00001", self.bags["budi"].id, 1)

    def test_a_manager_cancels_what_is_in_the_bag(self):
        self._pay_at_door("budi", 1)
        self._as("manager", self._get_takings())._void("Wrong door")
        self.assertEqual(self.bags["budi"]._isp_get_balance(), 0)
        self.assertEqual(self.own.payment_state, "not_paid")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBags(CollectorCommon):
    """Whatever is sent, sent twice and handed over: bags and drawer are the ledger."""

    # ISP_LIVES=8 makes 480 of them, and sends 48 twice.
    PAYMENTS = 60 * int(os.environ.get("ISP_LIVES", "1"))
    TWICE = PAYMENTS // 10
    BLOCK = 10  # payments of one bill, which are handed over together

    def _send_quickly(self, name, count, amount):
        """One of many: what is due is judged once, and nothing is read anew."""
        entries = self.env["isp.outbox.entry"].with_user(self.users[name])
        number = f"{self.phones[name]}{count:04d}"
        values = {"amount": amount, "number": number}
        key = f"key-{name}-{count:05d}"
        entries._take(key, "pay", -self.payer.id, values, {}, WRITTEN.timestamp())

    def _bill(self, amount):
        """Make an invoice over this amount, without a tax."""
        line = {"name": "Cable", "price_unit": amount, "tax_ids": [Command.clear()]}
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.payer.id,
                "invoice_date": "2026-05-10",
                "invoice_date_due": "2026-05-17",
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move.action_post()

    def test_bags_are_the_ledger(self):
        self.far.collector_ids = False
        self.area.collector_ids += self.users["tono"]
        self._open_drawer(amount=0)
        dice = random.Random(18)
        self._pay_at_door("budi", 0)
        self._hand_over("budi", BILL)
        carried, handed, sent = dict.fromkeys(self.bags, 0), BILL, []
        for start in range(1, self.PAYMENTS + 1, self.BLOCK):
            block = [
                (dice.choice([*self.bags]), count, dice.randrange(1, 500) * 500)
                for count in range(start, start + self.BLOCK)
            ]
            # A bill of its own: whoever pays one in hundreds of parts would measure
            # how Odoo reads all parts of a bill for each of them.
            self._bill(sum(amount for _name, _count, amount in block))
            for name, count, amount in block:
                self._send_quickly(name, count, amount)
                carried[name] += amount
            sent += block
            name = max(carried, key=carried.get)
            part = carried[name] - dice.randrange(0, 2) * 500
            self._hand_over(name, part, f"handover-{start}")
            carried[name] -= part
            handed += part
        for name, count, amount in dice.sample(sent, self.TWICE):
            self._send_quickly(name, count, amount)
        self._before_commit()
        self.assertEqual(len(self._get_takings()), self.PAYMENTS + 1)
        for name, amount in carried.items():
            self.assertEqual(self.bags[name]._isp_get_balance(), amount, name)
        self.assertEqual(self._get_ledger(self.drawer), handed)
        paid = BILL + sum(amount for _name, _count, amount in sent)
        self.assertEqual(sum(carried.values()) + handed, paid)


@tagged("post_install", "-at_install")
class TestPhonePage(CollectorCommon, HttpCase):
    """The page without signal, over HTTP."""

    def _post(self, route, **params):
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        return self.url_open(f"/my-work/{route}", json=body).json()

    def test_a_collector_has_the_page(self):
        user = self.users["budi"]
        self.authenticate(user.login, user.login)
        self.assertEqual(self.url_open("/my-work").status_code, 200)
        answer = self._post("visits")["result"]
        self.assertTrue(answer["collects"])
        self.assertIn(-self.payer.id, [visit["id"] for visit in answer["visits"]])
        prefix = self._post("numbers")["result"]["prefix"]
        self.assertNotEqual(prefix, self.phones["budi"])
        entry = {
            "uid": user.id,
            "key": "key-00001",
            "act": "pay",
            "visit": -self.payer.id,
            "values": {"amount": 1_000, "number": f"{prefix}0001"},
        }
        for _time in range(2):
            answer = self._post("send", **entry)
            self.assertEqual(answer["result"]["status"], "done")
        self.assertEqual(len(self._get_takings()), 1)

    def test_nobody_else_has_numbers(self):
        self.authenticate(self.technician.login, self.technician.login)
        with mute_logger("odoo.http"):
            self.assertIn("error", self._post("numbers"))
        answer = self._post("visits")["result"]
        self.assertNotIn("collects", answer)
