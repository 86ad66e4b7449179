import re
from datetime import date

from freezegun import freeze_time
from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.isp_base.tests.common import HEIC

from .test_payment_confirmation import PDF, PICTURE, ConfirmationCommon

NOW = "2026-05-20 20:00:00"  # the 21st in Jakarta


class PortalCommon(ConfirmationCommon, HttpCase):
    def _open(self, path, role="portal"):
        login = self.users[role].login
        self.authenticate(login, login)
        return self.url_open(path)

    def _read(self, answer):
        """Return the text of a page as a person reads it: spaces are spaces."""
        (page,) = html.fromstring(answer.text).xpath("//main")
        return " ".join(page.text_content().replace("\N{NO-BREAK SPACE}", " ").split())

    def _get_fields(self, page, form="isp_confirmation_form"):
        """Return {name: value} of a form as the page came, and where it goes to."""
        (form,) = html.fromstring(page).xpath(f"//form[@id='{form}']")
        return dict(form.form_values()), form.get("action")

    @property
    def path(self):
        return f"/my/invoices/{self.invoice.id}"

    def _confirm(self, role="portal", path=None, proof=None, **typed):
        """Send the form as the page shows it, some fields typed over."""
        page = self._open(path or self.path, role).text
        fields, action = self._get_fields(page)
        files = {"proof": proof} if proof else None
        return self.url_open(action, data={**fields, **typed}, files=files)

    def _post(self, path, role="portal", **data):
        """Send a forged form, with this person's own CSRF token."""
        login = self.users[role].login
        self.authenticate(login, login)
        token = Request.csrf_token(self)
        return self.url_open(path, data={"csrf_token": token, **data})

    def _get_confirmations(self):
        self.env.invalidate_all()
        return self.env["isp.payment.confirmation"].search(
            [("company_id", "=", self.company.id)]
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalConfirmation(PortalCommon):
    """B10: one click on the page of an invoice."""

    def test_all_is_filled_in(self):
        page = self._open(self.path)
        fields, _action = self._get_fields(page.text)
        self.assertEqual(fields["amount"], "222,000")
        self.assertEqual(fields["date"], "2026-05-21", "today in Jakarta")
        self.assertEqual(fields["journal_id"], str(self.bank.id))
        text = self._read(page)
        self.assertIn("5270 123 456", text)
        self.assertIn(f"In the name of {self.company.name}", text)
        self.assertIn("Transfer Rp 222,000", text)

    def test_one_click_confirms(self):
        pay_online = 'data-bs-target="#pay_with"'
        self.assertIn(pay_online, self._open(self.path).text)
        answer = self._confirm()
        self.assertNotIn(pay_online, answer.text, "it would be paid twice")
        self.assertIn("Waiting for our check", self._read(answer))
        self.assertIn("nothing more to do", self._read(answer))
        self.assertNotIn("isp_confirmation_form", answer.text)
        confirmation = self._get_confirmations()
        self.assertEqual(confirmation.move_id, self.invoice)
        self.assertEqual(confirmation.amount, 222_000)
        self.assertEqual(confirmation.date, date(2026, 5, 21))
        self.assertEqual(confirmation.journal_id, self.bank)

    def test_what_was_typed_over_counts(self):
        answer = self._confirm(
            amount="Rp 150.000,00",
            date="2026-05-19",
            note="From my mother",
            proof=("transfer.pdf", PDF, "application/pdf"),
        )
        text = self._read(answer)
        self.assertIn("The rest stays to be paid", text)
        self.assertNotIn("nothing more to do", text)
        confirmation = self._get_confirmations()
        self.assertEqual(confirmation.amount, 150_000)
        self.assertEqual(confirmation.date, date(2026, 5, 19))
        self.assertEqual(confirmation.note, "From my mother")
        self.assertEqual(confirmation.proof_kind, "pdf")
        self.assertEqual(confirmation.proof_filename, "transfer.pdf")

    def test_an_indonesian_page_speaks_and_takes_indonesian_figures(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.subscriber.lang = "id_ID"
        page = self._open(self.path)
        fields, _action = self._get_fields(page.text)
        self.assertEqual(fields["amount"], "222.000")
        self._confirm()
        self.assertEqual(self._get_confirmations().amount, 222_000)

    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self):
        for typed, text in (
            ({"amount": "banyak"}, "in figures"),
            ({"amount": "0"}, "more than zero"),
            ({"amount": "-5.000"}, "more than zero"),
            ({"amount": "9.999.999.999"}, "far more than"),
            ({"date": "2026-05-22"}, "in the future"),
            ({"date": "yesterday"}, "give the day"),
            ({"date": ""}, "give the day"),
            ({"journal_id": "1²"}, "choose the bank"),
            ({"journal_id": "99999999"}, "choose the bank"),
        ):
            with self.subTest(typed=typed):
                answer = self._confirm(**{"note": "Mine & only", **typed})
                self.assertEqual(answer.status_code, 200)
                self.assertIn(text, self._read(answer))
                fields, _action = self._get_fields(answer.text)
                self.assertEqual(fields["note"], "Mine & only")
                for name in typed.keys() - {"journal_id"}:
                    self.assertEqual(fields[name], typed[name])
        self.assertFalse(self._get_confirmations())

    def test_nothing_that_is_no_text_breaks_the_page(self):
        answer = self._confirm(note="By my\0 wife", amount="x\0")
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self._get_confirmations())
        answer = self._confirm(note="By my\0 wife")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self._get_confirmations().note, "By my wife")

    def test_a_refused_form_can_be_sent_again(self):
        answer = self._confirm(amount="banyak")
        fields, action = self._get_fields(answer.text)
        self.url_open(action, data={**fields, "amount": "222000"})
        self.assertEqual(self._get_confirmations().amount, 222_000)

    def test_proofs_that_are_none(self):
        for name, content, text in (
            ("transfer.png", b"MZ no picture", "neither a picture nor a PDF"),
            ("big.pdf", PDF.ljust(10 * 1024**2 + 1), "larger than 10 MB"),
            ("IMG_1.HEIC", HEIC, "This photo is HEIC"),
            ("IMG_1.HEIC", HEIC, "take a screenshot of it"),
        ):
            with self.subTest(name=name):
                answer = self._confirm(proof=(name, content, "image/png"))
                self.assertIn(text, self._read(answer))
        self.assertFalse(self._get_confirmations())

    def test_a_proof_may_be_asked_for(self):
        self.company.isp_confirmation_proof = True
        answer = self._confirm()
        self.assertIn("Please add a picture or PDF", self._read(answer))
        self._confirm(proof=("transfer.png", PICTURE, "image/png"))
        self.assertEqual(self._get_confirmations().proof_kind, "image")

    def test_confirmed_twice_is_told(self):
        page = self._open(self.path).text
        fields, action = self._get_fields(page)
        self.url_open(action, data=fields)
        answer = self.url_open(action, data=fields)
        text = self._read(answer)
        self.assertIn("confirmed a payment of this invoice already", text)
        self.assertIn("Waiting for our check", text)
        self.assertEqual(len(self._get_confirmations()), 1)

    def test_while_a_part_is_checked_the_rest_can_be_paid(self):
        answer = self._confirm(amount="100,000")
        text = self._read(answer)
        self.assertIn('data-bs-target="#pay_with"', answer.text)
        (online,) = html.fromstring(answer.text).xpath("//div[@id='pay_with']")
        self.assertIn("122,000", online.text_content())
        self.assertNotIn("222,000", online.text_content())
        self.assertIn("Waiting for our check", text)
        self.assertIn("Transfer Rp 122,000", text)
        self.assertIn("5270 123 456", text)
        self.assertNotIn("You have paid?", text, "one confirmation at a time")

    def test_while_all_is_checked_nothing_is_to_pay(self):
        text = self._read(self._confirm())
        self.assertNotIn("How to pay", text)

    def test_paid_meanwhile_is_told(self):
        page = self._open(self.path).text
        fields, action = self._get_fields(page)
        self._pay(self.invoice)
        answer = self.url_open(action, data=fields)
        self.assertIn("not open any more", self._read(answer))
        self.assertFalse(self._get_confirmations())
        self.assertNotIn("isp_confirmation_form", self._open(self.path).text)

    def test_cancelled_meanwhile_is_told(self):
        page = self._open(self.path).text
        fields, action = self._get_fields(page)
        self.invoice.button_cancel()
        answer = self.url_open(action, data=fields)
        self.assertIn("not open any more", self._read(answer))
        self.assertFalse(self._get_confirmations())

    def test_it_can_be_withdrawn_until_it_is_decided(self):
        page = self._confirm().text
        (form,) = html.fromstring(page).xpath("//form[contains(@action, '/withdraw')]")
        fields = dict(form.form_values())
        answer = self.url_open(form.get("action"), data=fields)
        self.assertEqual(self._get_confirmations().state, "withdrawn")
        self.assertIn("isp_confirmation_form", answer.text)
        second = self._submit()
        self._as("accountant", second).action_accept()
        answer = self.url_open(form.get("action"), data=fields)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(second.state, "accepted")

    def test_a_rejection_is_read_and_answered(self):
        self._confirm()
        self._as("accountant", self._get_confirmations())._reject("No such transfer")
        page = self._open(self.path)
        self.assertIn("Reason: No such transfer", self._read(page))
        self._confirm()
        self.assertEqual(len(self._get_confirmations()), 2)
        self.assertIn("Waiting for our check", self._read(self._open(self.path)))

    def test_an_accepted_one_is_thanked_for(self):
        part = self._submit(amount=100_000.0)
        self._as("accountant", part).action_accept()
        page = self._open(self.path)
        self.assertIn(
            "Thank you: we received Rp 100,000. Still to pay: Rp 122,000",
            self._read(page),
        )
        fields, _action = self._get_fields(page.text)
        self.assertEqual(fields["amount"], "122,000")
        rest = self._submit(amount=122_000.0)
        self._as("accountant", rest).action_accept()
        page = self._open(self.path)
        self.assertIn("Thank you: we received your payment", self._read(page))
        self.assertNotIn("isp_confirmation_form", page.text)

    def test_what_a_subscriber_wrote_is_shown_as_text(self):
        answer = self._confirm(amount='"><script>alert(1)</script>', note="<b>x</b>")
        self.assertNotIn("<script>alert(1)", answer.text)
        self.assertNotIn("<b>x</b>", answer.text)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalStrangers(PortalCommon):
    """Whose invoice it is not learns nothing, and confirms nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["neighbour"] = new_test_user(
            cls.env, "isp_neighbour", "base.group_portal", name="Neighbour"
        )

    def test_neighbours_are_led_away(self):
        data = {"amount": "1000", "date": "2026-05-20", "journal_id": self.bank.id}
        for suffix in ("/confirm", "/withdraw"):
            for number in (self.invoice.id, 0, 10**9):
                path = f"/my/invoices/{number}{suffix}"
                with self.subTest(path=path):
                    answer = self._post(path, "neighbour", **data)
                    self.assertTrue(answer.url.endswith("/my"), answer.url)
                    self.assertNotIn(self.invoice.name, answer.text)
        self.assertFalse(self._get_confirmations())

    def test_a_neighbour_takes_nothing_back(self):
        confirmation = self._submit()
        self._post(f"{self.path}/withdraw", "neighbour", access_token="guessed")
        self.assertEqual(confirmation.state, "submitted")

    def test_visitors_need_the_link_of_the_invoice(self):
        self.authenticate(None, None)
        answer = self.url_open(f"{self.path}/confirm")
        self.assertIn("/web/login", answer.url)
        page = self.url_open(self.invoice.get_portal_url()).text
        fields, action = self._get_fields(page)
        answer = self.url_open(action, data=fields)
        self.assertIn("Waiting for our check", self._read(answer))
        self.assertEqual(self._get_confirmations().move_id, self.invoice)

    def test_a_form_without_its_token_is_refused(self):
        page = self._open(self.path).text
        fields, action = self._get_fields(page)
        del fields["csrf_token"]
        with mute_logger("odoo.http"):
            answer = self.url_open(action, data=fields)
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self._get_confirmations())

    def test_the_proof_is_not_public(self):
        confirmation = self._submit(proof=PICTURE)
        url = f"/web/content/isp.payment.confirmation/{confirmation.id}/proof"
        for role in ("portal", "neighbour", "sales"):
            with self.subTest(role=role):
                self.assertEqual(self._open(url, role).status_code, 404)
        self.assertEqual(self._open(url, "accountant").content, PICTURE)

    def test_bills_and_credit_notes_are_not_confirmed(self):
        credit = self._create_invoice(move_type="out_refund")
        page = self._open(f"/my/invoices/{credit.id}").text
        self.assertNotIn("isp_confirmation_form", page)


@tagged("post_install", "-at_install", "isp_alone")
class TestPortalBilling(PortalCommon):
    """What is owed and until when, why it is isolated and how to get back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-05-10 03:00:00"):
            cls.service = cls._create_subscription()
        cls.own = cls.service.first_invoice_id
        cls.users["neighbour"] = new_test_user(
            cls.env, "isp_neighbour", "base.group_portal", name="Neighbour"
        )

    def _read_service(self):
        return self._read(self._open(f"/my/services/{self.service.id}"))

    def test_the_service_says_what_is_owed_and_until_when(self):
        with freeze_time("2026-05-12 03:00:00"):
            text = self._read_service()
        self.assertIn("To pay: Rp 186,194", text)
        self.assertIn(self.own.name, text)
        self.assertIn("To pay until 05/17/2026", text)
        self.assertIn("Next invoice 06/05/2026", text)
        self.assertNotIn("isolated", text)

    def test_paid_means_nothing_to_pay(self):
        with freeze_time("2026-05-12 03:00:00"):
            self._pay(self.own)
            text = self._read_service()
        self.assertNotIn("To pay", text)
        self.assertIn("Last payments 05/12/2026", text)
        self.assertIn("Paid", text)

    def test_who_was_credited_has_not_paid(self):
        with freeze_time("2026-05-12 03:00:00"):
            self._reverse(self.own)
            text = self._read_service()
        self.assertIn("Credited", text)
        self.assertNotIn("Paid", text)

    def test_what_others_were_billed_for_it_stays_theirs(self):
        """The service had another owner, and the invoice is his."""
        former = self.own.copy({"partner_id": self.users["neighbour"].partner_id.id})
        former.invoice_date = "2026-05-10"
        former.invoice_line_ids.isp_service_id = self.service
        former.action_post()
        with freeze_time("2026-05-12 03:00:00"):
            text = self._read_service()
            self.assertNotIn(former.name, text)
            self.assertIn("To pay: Rp 186,194", text)

    def test_who_is_overdue_reads_how_to_get_back(self):
        with freeze_time("2026-05-21 03:00:00"):
            self.env["isp.dunning"]._judge(self.service)
            page = self._open(f"/my/services/{self.service.id}")
        text = self._read(page)
        self.assertIn("Your connection is isolated", text)
        self.assertIn("opens by itself as soon as it is paid", text)
        self.assertNotIn("Please contact us", text)
        (link,) = html.fromstring(page.text).xpath("//a[text()='Pay or confirm']/@href")
        self.assertIn(f"/my/invoices/{self.own.id}", link)

    def test_an_invoice_that_waits_for_the_restoration_has_no_day(self):
        with freeze_time("2026-06-06 03:00:00"):
            self.service._suspend("overdue")
            self.assertNotIn("Next invoice", self._read_service())

    def test_who_has_not_paid_the_first_invoice_reads_so(self):
        with freeze_time("2026-05-12 03:00:00"):
            self.service._suspend("before_payment")
            text = self._read_service()
        self.assertIn("as soon as the first invoice is paid", text)
        self.assertNotIn("Please contact us", text)

    def test_who_was_isolated_by_a_person_is_to_ask(self):
        with freeze_time("2026-05-12 03:00:00"):
            self.service._suspend("manual")
            text = self._read_service()
        self.assertIn("Please contact us", text)
        self.assertNotIn("opens by itself", text)

    def test_a_confirmed_payment_is_awaited(self):
        with freeze_time("2026-05-12 03:00:00"):
            self._submit(self.own, amount=1000.0, date=date(2026, 5, 11))
            text = self._read_service()
        self.assertIn("Waiting for our check", text)
        self.assertNotIn("Pay or confirm", text)

    def test_what_became_of_a_payment_stands_beside_its_invoice(self):
        """P21: on the page of the service, and on the dashboard while it is open."""
        line = f"{self.own.name} 05/10/2026 Rp 186,194 "
        refused = f"Your payment of {self.own.name} was not accepted: No such transfer"
        with freeze_time("2026-05-12 03:00:00"):
            self._submit(self.own, amount=186_194.0, date=date(2026, 5, 11))
            self.assertIn(line + "Payment is being checked", self._read_service())
            self.assertNotIn(refused, self._read(self._open("/my")))
            confirmation = self._get_confirmations()
            self._as("accountant", confirmation)._reject("No such transfer")
            self.assertIn(line + "Payment was not accepted", self._read_service())
            page = self._open("/my")
            self.assertIn(refused, self._read(page))
            self.assertIn(f'href="{self.own.get_portal_url()}"', page.text)
            self.assertNotIn(refused, self._read(self._open("/my", "neighbour")))
            self._pay(self.own)
            self.assertIn(line + "Paid", self._read_service())
            self.assertNotIn("not accepted", self._read(self._open("/my")))

    def test_the_list_shows_what_is_owed(self):
        with freeze_time("2026-05-12 03:00:00"):
            self.assertIn("Rp 186,194", self._read(self._open("/my/services")))
            self._pay(self.own)
            self.assertNotIn("Rp", self._read(self._open("/my/services")))

    def test_the_dashboard_shows_total_and_overdue(self):
        """The repair of 222,000 was due on the 17th, the service is not yet."""
        self.own.invoice_date_due = "2026-05-25"
        with freeze_time(NOW):
            text = self._read(self._open("/my"))
            self.assertIn("You have Rp 408,194 to pay.", text)
            self.assertIn("Overdue: Rp 222,000", text)
            self.assertNotIn("Invoices to pay", text, "said once")
            self._pay(self.invoice | self.own)
            self.assertNotIn("You have", self._read(self._open("/my")))

    def test_the_way_back_to_the_invoices_does_not_speak_of_bills(self):
        for path in ("/my/invoices", f"/my/invoices/{self.own.id}"):
            self.assertNotIn("Invoices &amp; Bills", self._open(path).text)

    def test_the_dashboard_counts_ones_own(self):
        with freeze_time(NOW):
            text = self._read(self._open("/my", "neighbour"))
        self.assertFalse(re.search(r"Rp \d", text))
