from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.queue_job.exception import RetryableJobError

from .. import gateways
from .common import DAY, NoticeCommon, status_of

LOGGER = "odoo.addons.isp_notice.models.isp_notice_gateway_send"


@tagged("post_install", "-at_install")
class TestSending(NoticeCommon):
    """What becomes of a message on its way."""

    def test_it_is_sent_once(self):
        message = self._tell()
        self._send()
        self._send()
        (sent,) = self.peer.received
        self.assertEqual((sent.to, sent.text), (message.phone, "From 8:00"))
        self.assertEqual(message.state, "sent")
        self.assertEqual(message.date_sent, DAY)

    def test_late_statuses_take_nothing_back(self):
        message = self._tell()
        self._send()
        for state in ("read", "delivered", "sent", "read", "failed"):
            self.gateway._take_statuses([status_of(state)])
        self.assertEqual(message.state, "read")
        self.assertTrue(message.date_delivered)

    def test_a_status_that_is_here_before_the_answer_waits_for_it(self):
        status = status_of("delivered")
        self.assertEqual(self.gateway._take_statuses([status]), [status])
        message = self._tell()
        self._send()
        self.assertFalse(self.gateway._take_statuses([status]))
        self.assertEqual(message.state, "delivered")

    def test_what_a_killed_job_had_on_the_wire_is_uncertain_and_not_sent_again(self):
        message, other = self._tell(), self._tell()
        message.state = "sending"
        with self.assertLogs(LOGGER, "WARNING"):
            self._send()
        self.assertEqual(message.state, "uncertain")
        self.assertEqual(other.state, "sent")
        self.assertEqual(len(self.peer.received), 1)

    def test_a_provider_who_knows_the_key_is_asked_again(self):
        self.patch(self.peer, "idempotent", True)
        message = self._tell()
        message.state = "sending"
        with self.assertLogs(LOGGER, "WARNING"):
            self._send()
        self.assertEqual(message.state, "sent")

    def test_no_answer_is_uncertain(self):
        self.peer.answer = gateways.Uncertain("time-out")
        message = self._tell()
        self._send()
        self.assertEqual(message.state, "uncertain")
        self.peer.answer = None
        self._send(DAY + timedelta(hours=3))
        self.assertEqual(len(self.peer.received), 1)

    def test_what_was_not_sent_is_tried_again_later_and_not_for_ever(self):
        self.peer.answer = gateways.Unreachable("connection refused")
        message = self._tell()
        message.next_on = False
        self._send()
        self._send()
        self.assertEqual((message.state, message.attempts), ("waiting", 1))
        for day in range(1, 9):
            self._send(DAY + timedelta(days=day))
        self.assertEqual(message.state, "failed")
        self.assertEqual(len(self.peer.received), 6)

    def test_what_is_refused_takes_the_next_channel_at_once(self):
        self.peer.answer = gateways.Refused(131026, "not on WhatsApp")
        message = self._tell()
        self._send()
        self.assertEqual(message.state, "failed")
        self.assertIn("131026", message.reason)
        mails = self._get_messages().filtered(lambda m: m.event_id == self.event)
        self.assertEqual(set(mails.mapped("channel")), {"whatsapp", "email"})

    def test_a_throttled_number_waits(self):
        self.peer.answer = gateways.Throttled(90)
        message = self._tell()
        self._send()
        self.assertEqual((message.state, message.attempts), ("waiting", 0))
        self.peer.answer = None
        self._send(DAY + timedelta(seconds=60))
        self.assertEqual(message.state, "waiting")
        self._send(DAY + timedelta(seconds=91))
        self.assertEqual(message.state, "sent")

    def test_a_banned_number_stops_and_hands_over(self):
        message = self._tell()
        other = self._create_gateway("Second")
        message.gateway_id = self.gateway
        self.peer.answer = gateways.Banned("account locked")
        self._send()
        self.assertEqual(self.gateway.state, "stopped")
        self.assertIn("account locked", self.gateway.state_reason)
        self.assertTrue(self.gateway.activity_ids)
        self.assertEqual((message.state, message.gateway_id), ("waiting", other))

    def test_a_number_that_begins_to_fail_is_stopped(self):
        for _number in range(30):
            self._tell()
        self.peer.answer = gateways.Refused(470, "blocked")
        self._send()
        self.assertEqual(self.gateway.state, "stopped")
        self.assertEqual(len(self.peer.received), 5)

    def test_several_are_on_the_wire_at_once_where_it_is_allowed(self):
        self.gateway.parallel = 8
        for _number in range(20):
            self._tell()
        self._send()
        self.assertEqual(len(self.peer.received), 20)
        self.assertEqual(len({m.key for m in self.peer.received}), 20)

    def test_a_second_job_for_a_number_comes_later(self):
        with self.gateway._alone(), self.assertRaises(RetryableJobError):
            self._send()

    def test_many_need_no_more_queries_than_few(self):
        """Written and sent: what each is to be asked of is asked once."""
        self.event.text = "{{ object.name }} {{ object.partner_id.name }}"
        self.event.template_name = "works"
        self.event.step_ids.filtered(lambda s: s.channel == "email").unlink()
        self.gateway.parallel = 64
        services = self.env["isp.service"].concat(
            *(self._create_service() for _number in range(30))
        )

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time(DAY):
                some._notify_subscriber("works")
                self.gateway._send_waiting()
            return self.env.cr.sql_log_count - before

        count(services[:1])
        few, many = count(services[1:4]), count(services[4:])
        self.assertEqual(len(self.peer.received), 30)
        self.assertEqual(self.peer.received[-1].parameters[0], services[-1].name)
        self.assertLessEqual(many, few)

    def test_a_message_that_has_left_costs_what_its_number_costs_then(self):
        self.gateway.message_price = 350
        first, refused = self._tell(), self._tell()
        self.assertFalse(first.cost, "it has not left")
        self._send()
        self.gateway._take_statuses([status_of("failed", "ref-2")])
        self.gateway.message_price = 400
        late = self._tell()
        self._send()
        self.assertEqual((first.cost, refused.cost, late.cost), (350, 0, 400))
        self.peer.answer = gateways.Unreachable("no route")
        unsent = self._tell()
        self._send()
        self.assertFalse(unsent.cost)
        ((_number, total),) = self.env["isp.notice.message"]._read_group(
            [("gateway_id", "=", self.gateway.id)], ["gateway_id"], ["cost:sum"]
        )
        self.assertEqual(total, 750)
