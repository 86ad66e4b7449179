from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2 import errors

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..wizards import isp_address_search
from .session_common import MAC, SessionCommon

AT = datetime(2026, 3, 3, 14, 14)  # 21:14 in Jakarta


class AddressCommon(SessionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asker = cls.engineer.copy({"login": "asker", "name": "Asker"})
        cls.asker.group_ids |= cls.env.ref("isp_network.isp_network_group_enquiry")

    def _add(self, number, begun, ended, **vals):
        vals = {
            "session_id": number,
            "started_at": begun,
            "updated_at": ended or fields.Datetime.now(),
            "stopped_at": ended,
            "address": "203.0.113.17",
            **vals,
        }
        return self._start_session(self.service, **vals)

    def _ask(self, user=None, **vals):
        search = self.env["isp.address.search"].with_user(user or self.asker)
        search = search.create(
            {
                "address": "203.0.113.17",
                "date_from": AT,
                "reason": "Polda Metro Jaya, B/123/XI/2026",
                **vals,
            }
        )
        search.action_search()
        return search


@tagged("post_install", "-at_install")
class TestAddressSearch(AddressCommon):
    """N4: who had this address when, as the police ask it; who asked is kept."""

    def _found(self, **vals):
        return self._ask(**vals).line_ids.mapped("session_id")

    def test_live_closed_and_archived_sessions_are_found_by_address_and_time(self):
        hour, day = timedelta(hours=1), timedelta(days=1)
        self._add("before", AT - day, AT - hour)
        self._add("then", AT - hour, AT + hour, sent_name="BUDI-Q")
        self._add("other", AT - hour, AT + hour, address="203.0.113.18")
        self._add("after", AT + 2 * hour, None)
        self._add("archived", AT - hour, AT + hour)
        self.env.cr.execute(
            """WITH old AS (DELETE FROM isp_radacct WHERE session_id = 'archived'
            RETURNING *) INSERT INTO isp_radacct_archive (id, unique_id, session_id,
            username, service_id, router_id, mac, address, started_at, updated_at,
            stopped_at, seconds, bytes_in, bytes_out) SELECT id, unique_id, session_id,
            username, service_id, router_id, mac, address, started_at, updated_at,
            stopped_at, seconds, bytes_in, bytes_out FROM old"""
        )
        self.assertEqual(set(self._found()), {"then", "archived"})
        self.assertEqual(self._found(date_from=AT + day), ["after"], "it goes on")
        found = self._found(date_from=AT - hour * 2, date_to=AT + day)
        self.assertEqual(set(found), {"before", "then", "archived", "after"})
        line = self._ask().line_ids.filtered(lambda line: line.session_id == "then")
        self.assertEqual((line.username, line.mac), ("BUDI-Q", MAC))
        self.assertEqual(line.contact_name, self.service.contact_name)
        self.assertEqual(line.router, self.router.name)

    def test_an_address_is_known_in_whatever_spelling(self):
        self._add("four", AT, AT)
        self._add("six", AT, AT, address="2001:db8::1")
        self.assertEqual(self._found(address="::ffff:203.0.113.17"), ["four"])
        for text in ("2001:DB8:0::1", "2001:db8::1%eth0", " 2001:db8::1 "):
            self.assertEqual(self._found(address=text), ["six"], text)

    def test_it_names_who_had_the_service_then_and_not_who_has_it_now(self):
        """N4: else the police comes to the wrong person."""
        service, hour = self.service, timedelta(hours=1)
        before = (service.contact_name, service.full_address)
        self._add("then", AT - hour, None)
        self._flush_tracking()
        heir = self.env["res.partner"].create(
            {"name": "Ratna Dewi", "phone": "+62 812-9999-1111"}
        )
        self._as("admin", service)._transfer(heir)
        self._flush_tracking()
        self.assertEqual(service.contact_name, "Ratna Dewi")
        line = self._ask().line_ids
        self.assertEqual((line.contact_name, line.full_address), before)
        self.assertNotEqual(line.phone, heir.phone)
        now = fields.Datetime.now() + hour
        self.assertEqual(self._ask(date_from=now).line_ids.phone, heir.phone)
        both = self._ask(date_to=now).line_ids
        self.assertEqual(both.mapped("contact_name"), [before[0], "Ratna Dewi"])

    def test_it_says_where_the_service_was_then(self):
        self._add("then", AT, AT)
        former = self.service.full_address
        self.env["isp.relocation"].create(
            {
                "service_id": self.service.id,
                "street": "Jalan Baru 1",
                "state": "done",
                "date_done": AT + timedelta(days=1),
                "former_address": "Jalan Lama 1",
            }
        )
        self.assertEqual(self._ask().line_ids.full_address, "Jalan Lama 1")
        later = AT + timedelta(days=2)
        self._add("later", later, later)
        line = self._ask(date_from=later).line_ids
        self.assertEqual(line.full_address or "", former or "")

    def test_an_address_of_a_network_behind_the_line_is_found(self):
        self._add("then", AT, AT, address="10.20.0.9")
        self.assertFalse(self._found())
        self.service.routed_networks = "198.51.100.0/24, 203.0.113.16/29"
        self.assertEqual(self._found(), ["then"])
        self.assertFalse(self._found(address="203.0.113.24"))
        self.assertFalse(self._found(address="2001:db8::1"))

    def test_networks_are_networks(self):
        for text in ("203.0.113.17/29", "kantor", "203.0.113.16/40", "2001:db8::/64"):
            with self.assertRaises(ValidationError, msg=text), self.env.cr.savepoint():
                self.service.routed_networks = text
        engineer = self.as_user(self.service, self.engineer)
        engineer.routed_networks = "203.0.113.16/29"
        with self.assertRaises(AccessError):
            self.as_user(self.service, self.sales).routed_networks = False

    def test_who_asked_and_why_is_kept_for_good(self):
        self._add("then", AT, AT)
        search = self._ask(port_from=40000, port_to=40063)
        search._render_csv()
        search.action_pdf()
        self._print(search, "pdf")
        logged = self.env["isp.address.enquiry"].search(
            [("user_id", "=", self.asker.id)], order="id"
        )
        self.assertEqual(logged.mapped("way"), ["page", "csv", "pdf"])
        first = logged[0]
        self.assertEqual(first.reason, "Polda Metro Jaya, B/123/XI/2026")
        self.assertEqual((first.ports, first.found_count), ("40000-40063", 1))
        for statement in (
            "UPDATE isp_address_enquiry SET reason = ''",
            "DELETE FROM isp_address_enquiry",
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(errors.RaiseException),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)
        for user in (self.asker, self.manager):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(logged.with_user(user).has_access(operation))

    def test_it_is_a_right_of_its_own(self):
        for name in ("engineer", "admin", "technician", "sales", "portal"):
            with self.assertRaises(AccessError, msg=name):
                self._ask(self.users[name])
            if name != "engineer":
                with self.assertRaises(AccessError, msg=name):
                    self.env["isp.address.enquiry"].with_user(self.users[name]).search(
                        []
                    )
        search = self._ask()
        other = self.asker.copy({"login": "asker2"})
        self.assertFalse(search.with_user(other).has_access("read"), "one's own")

    def test_another_companys_subscribers_are_not_told(self):
        self._add("then", AT, AT)
        self._create_other_company(roles=("engineer",))
        foreign = self.users_b["engineer"]
        foreign.group_ids |= self.env.ref("isp_network.isp_network_group_enquiry")
        search = self._ask(foreign, company_id=self.company_b.id)
        self.assertFalse(search.line_ids)
        with self.assertRaises(AccessError):
            self._ask(foreign, company_id=self.company.id)

    def test_a_question_must_make_sense(self):
        for vals in (
            {"address": "nonsense"},
            {"date_to": AT - timedelta(hours=1)},
            {"port_from": 70000},
            {"port_from": 500, "port_to": 400},
            {"reason": "  "},
        ):
            with self.assertRaises(ValidationError):
                self._ask(**vals)

    def test_the_file_and_the_document_say_it(self):
        self._add("then", AT, AT)
        search = self._ask()
        lines = search._render_csv().decode("utf-8-sig").splitlines()
        self.assertEqual(len(lines), 2)
        self.assertIn("Began (UTC)", lines[0])
        for text in (self.service.name, MAC, "2026-03-03 14:14:00"):
            self.assertIn(text, lines[1])
        report = self.env["ir.actions.report"].with_user(self.asker)
        content, kind = report._render_qweb_pdf(
            "isp_network.isp_address_answer", search.ids
        )
        self.assertEqual((kind, content[:4]), ("pdf", b"%PDF"))
        html = report._render_qweb_html("isp_network.isp_address_answer", search.ids)[0]
        for text in (self.service.name, "Polda Metro Jaya", MAC):
            self.assertIn(text, html.decode())

    def test_an_answer_is_never_shown_under_another_question(self):
        self._add("then", AT, AT)
        for vals in (
            {"address": "203.0.113.99"},
            {"date_from": AT - timedelta(days=9)},
            {"date_to": AT + timedelta(hours=1)},
            {"port_from": 4},
            {"reason": "Another letter"},
        ):
            search = self._ask()
            self.assertTrue(search.line_ids)
            search.write(vals)
            with self.subTest(vals=vals):
                self.assertFalse(search.line_ids)
                self._assert_refused(UserError, search._render_csv)
                self._assert_refused(UserError, search.action_pdf)
                self._assert_refused(UserError, self._print, search)
                search.action_search()
                self.assertTrue(search._render_csv())

    def test_nobody_writes_an_answer_himself(self):
        self._add("then", AT, AT)
        search = self._ask()
        now = fields.Datetime.now()
        for vals in ({"date_asked": now}, {"line_ids": [Command.clear()]}):
            self._assert_refused(AccessError, search.write, vals)
        self._assert_refused(AccessError, search.line_ids.write, {"contact_name": "X"})
        self._assert_refused(AccessError, search.line_ids.unlink)
        lines = search.line_ids
        self._assert_refused(AccessError, lines.create, {"search_id": search.id})
        made = search.with_context(default_date_asked=now).create(
            {"address": "203.0.113.17", "date_from": AT, "reason": "R"}
        )
        self.assertFalse(made.date_asked)

    def _print(self, search, kind="html"):
        reports = self.env["ir.actions.report"].with_user(self.asker)
        render = getattr(reports, f"_render_qweb_{kind}")
        return render("isp_network.isp_address_answer", search.ids)[0]

    def test_however_it_is_rendered_it_is_noted(self):
        self._add("then", AT, AT)
        search = self._ask()
        enquiries = self.env["isp.address.enquiry"]
        mine = [("user_id", "=", self.asker.id)]
        for kind in ("html", "text", "pdf"):
            before = enquiries.search_count(mine)
            self._print(search, kind)
            with self.subTest(kind=kind):
                self.assertEqual(enquiries.search_count(mine), before + 1)

    def test_it_says_the_time_of_the_company_too(self):
        self._add("then", AT, AT)
        self.company.partner_id.tz = "Asia/Jakarta"
        search = self._ask()
        text = search._render_csv().decode("utf-8-sig")
        page = self._print(search).decode()
        for told in (text, page):
            self.assertIn("2026-03-03 14:14:00", told)
            self.assertIn("2026-03-03 21:14:00", told)
            self.assertIn("Asia/Jakarta", told)

    def test_it_has_a_name(self):
        search = self._ask(date_from=datetime(2026, 11, 3, 14, 14))
        self.assertEqual(search.display_name, "203.0.113.17, 3 November 2026 21:14")

    def test_when_more_had_it_than_are_shown_it_says_so(self):
        for number in range(3):
            self._add(f"then{number}", AT, AT)
        with patch.object(isp_address_search, "FOUND_AT_MOST", 3):
            self.assertFalse(self._ask().has_more)
        with patch.object(isp_address_search, "FOUND_AT_MOST", 2):
            search = self._ask()
        self.assertEqual((len(search.line_ids), search.has_more), (2, True))
        for told in (search._render_csv().decode(), self._print(search).decode()):
            self.assertIn("More sessions had this address", told)

    def test_the_index_answers(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for table in ("isp_radacct", "isp_radacct_archive"):
            self.env.cr.execute(
                f"EXPLAIN SELECT 1 FROM {table} WHERE address = '203.0.113.17'::inet "
                "AND started_at <= now()"
            )
            plan = "".join(line for (line,) in self.env.cr.fetchall())
            self.assertIn(f"{table}_address_idx", plan)

    def test_each_company_keeps_its_archive_as_long_as_it_says(self):
        self._add("old", AT, AT)
        now = fields.Datetime.now()
        self.env.cr.execute(
            """INSERT INTO isp_radacct_archive (id, unique_id, session_id, username,
                service_id, router_id, started_at, updated_at, stopped_at, seconds,
                bytes_in, bytes_out)
            SELECT days, days::text, '', 'a', %s, %s, %s, %s,
                %s - days * interval '1 day', 1, 1, 1
            FROM unnest('{100,366}'::int[]) AS days""",
            [self.service.id, self.router.id, now, now, now],
        )
        for days, left in ((0, 2), (365, 1), (90, 0)):
            self.company.isp_archive_days = days
            self.env.flush_all()
            with self.enter_registry_test_mode():
                self.env.ref("isp_network.isp_usage_tidy_cron").method_direct_trigger()
            self.env.cr.execute(
                "SELECT count(*) FROM isp_radacct_archive WHERE service_id = %s",
                [self.service.id],
            )
            self.assertEqual(self.env.cr.fetchone(), (left,), days)


@tagged("post_install", "-at_install", "isp_together")
class TestAddressReport(AddressCommon, HttpCase):
    """The report has an address of its own: Odoo tries it without writing, at first."""

    @mute_logger("odoo.sql_db", "odoo.http")
    def test_the_address_of_the_report_is_noted_too(self):
        self._add("then", AT, AT)
        self.asker.password = "asker"
        search = self._ask()
        self.authenticate("asker", "asker")
        enquiries = self.env["isp.address.enquiry"]
        mine = [("user_id", "=", self.asker.id)]
        before = enquiries.search_count(mine)
        path = f"/report/html/isp_network.isp_address_answer/{search.id}"
        self.assertIn(MAC, self.url_open(path).text)
        self.assertEqual(enquiries.search_count(mine), before + 1)
