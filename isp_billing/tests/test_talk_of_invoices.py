from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .test_payment_confirmation import ConfirmationCommon


@tagged("post_install", "-at_install")
class TestTalkOfInvoices(ConfirmationCommon):
    """What is written on an invoice stays as its author wrote it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        login = new_test_user(
            cls.env,
            "isp-invoice-reader",
            "base.group_portal",
            partner_id=cls.subscriber.id,
        )
        cls.login = login
        cls.told = cls._as("accountant", cls.invoice).message_post(
            body="Not paid yet.",
            partner_ids=login.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        cls.said = cls.invoice.sudo().message_post(
            body="I have paid half.",
            author_id=login.partner_id.id,
            partner_ids=cls.users["accountant"].partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def test_nobody_rewrites_the_other(self):
        for message in (
            self.told.with_user(self.login),
            self._as("accountant", self.said),
            self._as("admin", self.said),
        ):
            for vals in ({"date": "2020-01-01 00:00:00"}, {"subject": "All is paid."}):
                with self.subTest(user=message.env.user.login, vals=vals):
                    self._assert_refused(AccessError, message.write, vals)
        self._assert_refused(AccessError, self._as("accountant", self.said).unlink)

    def test_nobody_speaks_as_the_subscriber(self):
        invoice = self._as("accountant", self.invoice)
        self._assert_refused(
            AccessError,
            invoice.message_post,
            body="I pay twice.",
            message_type="comment",
            author_id=self.login.partner_id.id,
        )
        colleague = self.users["admin"].partner_id
        self._assert_refused(
            AccessError, invoice.message_post, body="Pay!", author_id=colleague.id
        )
        self.invoice.sudo().invoice_user_id = self.users["admin"]
        self.assertTrue(
            invoice.message_post(body="Your invoice", author_id=colleague.id)
        )


@tagged("post_install", "-at_install")
class TestSharedInvoice(ConfirmationCommon, HttpCase):
    """Who has a link to an invoice is not its subscriber by that."""

    def _say(self, **signed):
        answer = self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "account.move",
                "thread_id": self.invoice.id,
                "post_data": {
                    "body": "I pay twice.",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
                **signed,
            },
        )
        return self.env["mail.message"].browse(answer["message_id"])

    def test_a_link_speaks_in_nobodys_name(self):
        token = self.invoice.sudo()._portal_ensure_token()
        customer = self.invoice.partner_id
        said = self._say(token=token)
        self.assertEqual(said.model, "account.move")
        self.assertNotEqual(said.author_id, customer)
        said = self._say(
            token=token,
            hash=self.invoice.sudo()._sign_token(customer.id),
            pid=customer.id,
        )
        self.assertEqual(said.author_id, customer)

    def test_who_may_read_it_reads_its_talk_by_a_link_too(self):
        """By one that ended as well: he has logged in."""
        reader = new_test_user(
            self.env,
            "isp-invoice-owner",
            "base.group_portal",
            partner_id=self.invoice.partner_id.id,
        )
        token = self.invoice.sudo()._portal_ensure_token()
        for user in (reader, self.users["accountant"]):
            self.authenticate(user.login, user.login)
            for known in (token, "ended"):
                with self.subTest(user=user.login, token=known):
                    answer = self.make_jsonrpc_request(
                        "/mail/chatter_fetch",
                        {
                            "thread_model": "account.move",
                            "thread_id": self.invoice.id,
                            "token": known,
                        },
                    )
                    self.assertIn("messages", answer)
            theirs = self.invoice.with_user(user)
            self.assertFalse(theirs.read(["isp_post_token"])[0]["isp_post_token"])

    def test_a_link_ends_when_it_is_revoked(self):
        move = self._as("accountant", self.invoice)
        path = move.get_portal_url()
        self.assertIn("access_token=", path)
        self.assertIn(move.name, self.url_open(path).text)
        for role in ("portal", "technician", "sales", "engineer"):
            theirs = self._as(role, self.invoice)
            with self.subTest(role=role):
                self._assert_refused(AccessError, theirs.action_isp_revoke_links)
        move.action_isp_revoke_links()
        self.assertNotIn(move.name, self.url_open(path).text)
        self.assertNotEqual(move.get_portal_url(), path)

    def test_a_link_ends_by_itself(self):
        """Whoever opens it does not prolong it, who sends it again does."""
        move = self.invoice.sudo()
        with freeze_time("2026-01-01"):
            path = move.get_portal_url()
        with freeze_time("2026-04-30"):
            self.assertEqual(move.get_portal_url(), path)
        with freeze_time("2026-06-01"):
            visitor = move.with_user(self.env.ref("base.public_user")).sudo()
            self.assertEqual(visitor.get_portal_url(), path)
        with freeze_time("2026-06-30"):
            move._isp_end_old_links()
            self.assertEqual(move.access_token, path[-len(move.access_token) :])
        with freeze_time("2026-07-01"):
            move._isp_end_old_links()
            self.assertFalse(move.access_token)
        with freeze_time("2026-01-01"):
            path = move.get_portal_url()
        with freeze_time("2026-06-01"):
            self.assertNotEqual(move.get_portal_url(), path)

    def test_a_link_of_a_former_release_ends_too(self):
        move = self.invoice.sudo()
        move.access_token = "0" * 36
        move.flush_recordset()
        move._isp_end_old_links()
        self.assertTrue(move.access_token)
        with freeze_time(move.create_date + timedelta(days=182)):
            move._isp_end_old_links()
        self.assertFalse(move.access_token)

    def test_a_link_opens_nothing_from_the_minute_it_ends(self):
        """Though the token waits in the table to be taken away."""
        move = self.invoice.sudo()
        with freeze_time("2026-01-01"):
            dated = move._portal_ensure_token()
        for token, made in ((dated, "2026-01-01"), ("0" * 36, "2020-01-01")):
            self.env.cr.execute(
                "UPDATE account_move SET access_token = %s, create_date = %s "
                "WHERE id = %s",
                [token, made, move.id],
            )
            with self.subTest(token=token), freeze_time("2026-09-01"):
                move.invalidate_recordset()
                opened = self.url_open(f"/my/invoices/{move.id}?access_token={token}")
                self.assertEqual(opened.status_code, 404)
                sent = self.url_open(
                    f"/mail/view?model=account.move&res_id={move.id}"
                    f"&access_token={token}",
                    allow_redirects=False,
                )
                self.assertIn("/web/login", sent.headers["Location"])
                with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
                    self._say(token=token)

    def test_who_opens_an_ended_link_reads_what_to_do(self):
        """Invoices that there are not answer the same."""
        old = self.invoice.sudo().get_portal_url()
        self._as("accountant", self.invoice).action_isp_revoke_links()
        for path in (old, "/my/invoices/999999999?access_token=guessed"):
            answer = self.url_open(path)
            with self.subTest(path=path):
                self.assertEqual(answer.status_code, 404)
                self.assertIn("This link has ended", answer.text)

    def test_nobody_reads_the_token_of_a_link(self):
        self.invoice.sudo()._portal_ensure_token()
        for role in ("accountant", "admin", "manager"):
            move = self._as(role, self.invoice)
            with self.subTest(role=role):
                self._assert_refused(AccessError, move.read, ["access_token"])
                if role == "accountant":
                    lines = move.env["account.bank.statement.line"]
                    self._assert_refused(
                        AccessError, lines.search, [("access_token", "=like", "a%")]
                    )
                for call in (
                    lambda move=move: move.search([("access_token", "=like", "a%")]),
                    lambda move=move: move.search([], order="access_token"),
                    lambda move=move: move.formatted_read_group([], ["access_token"]),
                ):
                    self._assert_refused(AccessError, call)

    def test_a_link_nods_in_nobodys_name(self):
        message = self.invoice.sudo().message_post(
            body="Agreed?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        customer = self.invoice.partner_id
        act = {"message_id": message.id, "content": "👍", "action": "add"}
        token = self.invoice.sudo()._portal_ensure_token()
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request("/mail/message/reaction", {**act, "token": token})
        self.assertFalse(message.reaction_ids)
        signed = self.invoice.sudo()._sign_token(customer.id)
        self.make_jsonrpc_request(
            "/mail/message/reaction", {**act, "hash": signed, "pid": customer.id}
        )
        self.assertEqual(message.reaction_ids.partner_id, customer)

    def _pay(self, amount):
        """Return the amount of the transaction that the browser has asked for, or why
        there is none."""
        provider = self.env["payment.provider"].create(
            {"name": "Bank of the tests", "code": "none", "state": "test"}
        )
        try:
            answer = self.make_jsonrpc_request(
                f"/invoice/transaction/{self.invoice.id}",
                {
                    "access_token": self.invoice.sudo()._portal_ensure_token(),
                    "provider_id": provider.id,
                    "payment_method_id": self.env["payment.method"]
                    .with_context(active_test=False)
                    .search([("code", "=", "bank_transfer")], limit=1)
                    .id,
                    "token_id": None,
                    "amount": amount,
                    "flow": "direct",
                    "tokenization_requested": False,
                    "landing_route": "/my",
                },
            )
        except JsonRpcException as error:
            return str(error)
        return answer["amount"]

    @mute_logger("odoo.http")
    def test_what_is_paid_online_is_what_is_open_at_most(self):
        """S4-23: the browser names the amount."""
        due = self.invoice.amount_residual
        for amount in (-1, 0, due + 1, 1e15, "1", None):
            with self.subTest(amount=amount):
                self.assertNotIsInstance(self._pay(amount), (int, float))
        for amount in (1, due):
            with self.subTest(amount=amount):
                self.assertEqual(self._pay(amount), amount)

    def test_who_pays_one_rupiah_owes_the_rest(self):
        transaction = self.env["payment.transaction"].search([], order="id desc")
        self.assertEqual(self._pay(1), 1)
        transaction = self.env["payment.transaction"].search([], order="id desc") - (
            transaction
        )
        self.bank.inbound_payment_method_line_ids[
            :1
        ].payment_provider_id = transaction.provider_id
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.invoice.payment_state, "partial")
        self.assertEqual(self.invoice.amount_residual, self.invoice.amount_total - 1)
