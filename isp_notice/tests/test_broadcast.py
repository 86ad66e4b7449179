from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models import isp_notice_broadcast_writing
from .common import DAY, NIGHT, NoticeCommon


@tagged("post_install", "-at_install")
class TestBroadcast(NoticeCommon):
    """The same news for many: who gets it, once, and how it is stopped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan("Broadcast 10", 10, 10)
        cls.service.plan_id = cls.plan
        cls.others = cls.env["isp.service"].concat(
            *(cls._create_service(plan_id=cls.plan.id) for _number in range(3))
        )
        cls.services = cls.service | cls.others
        cls._activate(cls.services)
        cls.partner.lang = "en_US"

    def _make(self, **vals):
        values = {
            "name": "Works",
            "text": "Dear {name}, we work on {number}.",
            "plan_ids": [(6, 0, self.plan.ids)],
            "company_id": self.company.id,
            **vals,
        }
        return self._as("manager", self.env["isp.notice.broadcast"]).create(values)

    def _start(self, broadcast, moment=DAY):
        with freeze_time(moment):
            broadcast.action_start()
            broadcast.sudo()._write_batch(0)
        self.env.invalidate_all()
        return self._get_rows(broadcast)

    def _get_rows(self, broadcast):
        return self._get_messages().filtered(
            lambda m: m.res_model == broadcast._name and m.res_id == broadcast.id
        )

    def test_each_gets_it_in_his_name_once(self):
        broadcast = self._make()
        self.assertEqual(broadcast.reachable_count, 4)
        rows = self._start(broadcast)
        self.assertEqual(len(rows), 4)
        own = rows.filtered(lambda m: m.partner_id == self.partner)
        self.assertEqual(
            own.text, f"Dear {self.partner.name}, we work on {self.service.name}."
        )
        self.assertEqual(broadcast.state, "done")
        broadcast.sudo().state = "running"
        broadcast.sudo()._write_batch(0)  # a job that was killed is run again
        self.assertEqual(len(self._get_rows(broadcast)), 4)
        self._send()
        self.assertEqual(len(self.peer.received), 4)
        self.assertEqual((broadcast.sent_count, broadcast.progress), (4, 100))

    def test_who_has_two_services_gets_it_once(self):
        self.others[0].sudo().partner_id = self.partner
        broadcast = self._make()
        self.assertEqual(broadcast.reachable_count, 3)
        self.assertEqual(len(self._start(broadcast)), 3)

    def test_a_phone_of_two_subscribers_gets_it_once(self):
        self.others[0].partner_id.phone = self.partner.phone
        broadcast = self._make()
        self.assertEqual(broadcast.reachable_count, 3)
        self.assertEqual(len(self._start(broadcast)), 3)

    def test_batches_go_on_where_the_last_one_ended(self):
        broadcast = self._make()
        broadcast.action_start()
        self.gateway.state = "paused"  # what is written is not sent here
        told = broadcast.sudo().with_context(queue_job__no_delay=True)
        with patch.object(isp_notice_broadcast_writing, "BATCH", 2):
            told._write_batch(self.others[0].id)
            self.assertEqual(len(self._get_rows(broadcast)), 2)
            told.state = "running"
            told._write_batch(0)
        self.assertEqual(len(self._get_rows(broadcast)), 4)
        self.assertEqual(told.state, "done")

    def test_stopped_early_nothing_more_is_written(self):
        broadcast = self._make()
        broadcast.action_start()
        broadcast.action_stop()
        broadcast.sudo()._write_batch(0)
        self.assertFalse(self._get_rows(broadcast))
        self.assertEqual(broadcast.state, "stopped")

    def test_the_other_company_sees_none_of_it(self):
        self._create_other_company()
        broadcast = self._make()
        foreign = self.env["isp.notice.broadcast"].with_user(self.users_b["admin"])
        self.assertFalse(foreign.search([("id", "=", broadcast.id)]))

    def test_works_go_to_all_but_those_who_said_stop(self):
        self.partner._isp_note_consent("no", "test")
        self.others[0].partner_id._isp_note_consent("yes", "test")
        self.others[1].partner_id.with_context(tracking_disable=True).phone = False
        broadcast = self._make()
        self.assertEqual(
            (
                broadcast.reachable_count,
                broadcast.unwilling_count,
                broadcast.phoneless_count,
            ),
            (2, 1, 1),
        )
        rows = self._start(broadcast)
        self.assertEqual(
            rows.partner_id, self.others[0].partner_id | self.others[2].partner_id
        )

    def test_advertising_is_for_who_wants_it(self):
        self.others[0].partner_id._isp_note_consent("yes", "test")
        broadcast = self._make(kind="marketing")
        self.assertEqual(broadcast.reachable_count, 1)
        self.assertEqual(broadcast.unwilling_count, 3)
        self.assertEqual(self._start(broadcast).partner_id, self.others[0].partner_id)

    def test_who_says_stop_meanwhile_gets_nothing(self):
        rows = self._start(self._make())
        self.partner._isp_note_consent("no", "test")
        self._send()
        own = rows.filtered(lambda m: m.partner_id == self.partner)
        self.assertEqual(own.state, "skipped")
        self.assertEqual(len(self.peer.received), 3)

    def test_stopped_nothing_more_leaves(self):
        broadcast = self._make()
        rows = self._start(broadcast)
        broadcast.action_stop()
        self._send()
        self.assertFalse(self.peer.received)
        self.assertEqual(set(rows.mapped("state")), {"cancelled"})
        self.assertEqual(broadcast.state, "stopped")
        broadcast.sudo()._write_batch(0)
        self.assertEqual(len(self._get_rows(broadcast)), 4)

    def test_what_was_stopped_goes_on_where_it_was(self):
        broadcast = self._make()
        rows = self._start(broadcast)
        self._as("admin", rows[0]).action_cancel()
        rows[1].gateway_id = False
        broadcast.action_stop()
        self.assertEqual(set(rows.mapped("state")), {"cancelled"})
        for name in ("admin", "sales"):
            with self.assertRaises(AccessError):
                self._as(name, broadcast).action_resume()
        broadcast.action_resume()
        with self.assertRaises(UserError):
            broadcast.action_resume()
        broadcast.sudo()._write_batch(0)
        self._send()
        self.assertEqual(rows[0].state, "cancelled", "somebody did so by himself")
        self.assertEqual(set((rows - rows[0]).mapped("state")), {"sent"})
        self.assertEqual(self._get_rows(broadcast), rows)
        self.assertEqual(broadcast.state, "done")

    def test_nobody_is_woken(self):
        rows = self._start(self._make(), NIGHT)
        self._send(NIGHT)
        self.assertFalse(self.peer.received)
        self._send(NIGHT + timedelta(hours=9))
        self.assertEqual(set(rows.mapped("state")), {"sent"})

    def test_the_state_and_the_place_choose(self):
        area = self.env["isp.area"].create(
            {"name": "Broadcast Lane", "parent_id": self.area.id}
        )
        self.service.area_id = area
        self.others[0]._suspend("manual")
        for vals, count in (
            ({"audience": "isolated"}, 1),
            ({"audience": "open"}, 3),
            ({"area_ids": [(6, 0, area.ids)]}, 1),
            ({"area_ids": [(6, 0, self.area.ids)]}, 4),
            ({"service_ids": [(6, 0, self.others[:2].ids)]}, 2),
            ({"plan_ids": [(6, 0, self.other_plan.ids)]}, 0),
        ):
            self.assertEqual(self._make(**vals).reachable_count, count, vals)

    def test_a_place_of_another_addon_chooses(self):
        """As the routers of isp_network are."""
        places = {"hut_1": ("Hut", [("id", "=", self.service.id)])}
        services = self.registry["isp.service"]
        self.patch(services, "_get_places_to_tell", lambda service: places)
        broadcast = self._make(place="hut_1")
        self.assertEqual(broadcast.reachable_count, 1)
        self.assertEqual(self._start(broadcast).partner_id, self.partner)

    def test_what_it_costs_is_said_beforehand(self):
        self.gateway.message_price = 350
        self.assertEqual(self._make().cost, 4 * 350)

    def test_one_sends_it_to_oneself_first(self):
        broadcast = self._make()
        with self.assertRaises(UserError):
            broadcast.action_test()
        self.manager.partner_id.phone = "+62 811-5555-444"
        broadcast.action_test()
        row = self._get_rows(broadcast)
        self.assertEqual(row.phone, "628115555444")
        self.assertIn(self.manager.name, row.text)
        self._send()
        self.assertEqual(len(self.peer.received), 1)
        self.assertEqual(broadcast.state, "draft")
        self.assertEqual(broadcast.written_count, 0)

    def test_each_reads_it_in_his_language(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.partner.lang = "id_ID"
        broadcast = self._make()
        broadcast.with_context(lang="id_ID").text = "Yth. {name}"
        rows = self._start(broadcast)
        own = rows.filtered(lambda m: m.partner_id == self.partner)
        self.assertEqual(own.text, f"Yth. {self.partner.name}")
        self.assertIn("Dear", (rows - own)[0].text)

    def test_nothing_is_carried_out_of_a_text(self):
        broadcast = self._make(text="{{ object.env }} {name.__class__} {0}")
        rows = self._start(broadcast)
        self.assertEqual(
            set(rows.mapped("text")), {"{{ object.env }} {name.__class__} {0}"}
        )

    def test_meta_is_sent_a_template_or_nothing(self):
        """It would refuse all of them, and the number would be stopped."""
        self.gateway.provider = "meta"
        broadcast = self._make()
        with self.assertRaises(UserError):
            broadcast.action_start()
        broadcast.template_name = "works"
        self._start(broadcast)
        self._send()
        sent = self.peer.received[0]
        self.assertEqual(sent.template, "works")
        self.assertEqual(sent.parameters, [self.partner.name, self.service.name])

    def test_what_has_begun_stays(self):
        broadcast = self._make()
        self._start(broadcast)
        for vals in ({"text": "Other"}, {"plan_ids": [(5,)]}, {"kind": "marketing"}):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                broadcast.write(vals)
        with self.assertRaises(UserError):
            broadcast.action_start()
        with self.assertRaises(UserError):
            broadcast.unlink()

    def test_without_a_number_nothing_begins(self):
        self.gateway.state = "paused"
        with self.assertRaises(UserError):
            self._make().action_start()

    def test_only_managers_send(self):
        broadcast = self._make()
        for name in ("admin", "sales", "technician", "employee"):
            for method in ("action_start", "action_stop", "action_test"):
                with self.assertRaises(AccessError):
                    getattr(self._as(name, broadcast), method)()
        with self.assertRaises(AccessError):
            broadcast.write({"state": "done"})
