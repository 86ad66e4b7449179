from freezegun import freeze_time

from odoo.tests import tagged

from .common import TODAY, TakeoverCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTakeoverCheck(TakeoverCommon):
    """The test run says of each row all that is wrong in it, and changes nothing."""

    def _check(self, *rows, **vals):
        takeover = self._upload(rows, **vals)
        takeover.action_test()
        return takeover

    def _check_one(self, **values):
        return self._check(self._row(**values)).line_ids

    def test_everything_wrong_in_a_row_is_said_at_once(self):
        wrong = {
            "Name": "",
            "Phone": "12",
            "E-mail": "siti",
            "User_Name": "a\tb",
            "Password": "two\twords",
            "Plan": "Home 99",
            "Area": "Atlantis",
            "POP": "Nowhere",
            "Category": "King",
            "Billing_Schedule": "Never",
            "Activation_Date": "31/02/2025",
            "Billed_Until": "soon",
            "Open_Balance": "much",
            "Balance_Due_Date": "later",
            "Own_Price": "0",
            "ID_Number": "3.17306E+15",
            "Coordinates": "here",
        }
        line = self._check_one(**wrong)
        self.assertEqual(line.state, "error")
        said = line.message.split("\n")
        for heading in wrong:
            with self.subTest(heading=heading):
                label = heading.replace("_", " ")
                self.assertTrue([t for t in said if t.startswith(f"{label}: ")], said)
        self.assertEqual(len(said), len(wrong))
        self.assertNotIn("two\twords", line.message, "a password is not repeated")

    def test_what_is_wrong_in_one_field(self):
        for values, words in (
            ({"Activation_Date": "2026-05-21"}, "future"),
            ({"Billed_Until": "2025-03-01"}, "before the activation"),
            ({"Password": ""}, "Password: is missing"),
            ({"ID_Number": "3.17306E+15"}, "as text"),
            ({"ID_Number": "AB123", "ID_Type": "magic"}, "ID Type"),
            ({"Latitude": "-96", "Longitude": "106"}, "Coordinates"),
        ):
            with self.subTest(values=values):
                line = self._check_one(**values)
                self.assertEqual(line.state, "error")
                self.assertIn(words, line.message)

    def test_what_is_accepted(self):
        for values in (
            {"ID_Number": "AB123", "ID_Type": "Passport"},
            {"Latitude": "-6,2", "Longitude": "106,8"},
            {"Plan": " home  20 "},
            {"Billing_Schedule": ""},
            {"Billed_Until": ""},
            {"POP": "[PLM] POP Palmerah"},
            {"User_Name": "WATI.Besar@net"},
            {"User_Name": "26=elsa o'neil"},
            {"Password": " ada spasi "},
            {"Phone": ""},
            {"Phone": "62812500099"},
        ):
            with self.subTest(values=values):
                line = self._check_one(**values)
                self.assertEqual(line.state, "ok", line.message)

    def test_names_and_passwords_stay_as_devices_send_them(self):
        row = self._row(User_Name="2602-BAYU", Password="*bin*99* ", Phone="")
        takeover = self._take_over(row)
        line = takeover.line_ids
        self.assertEqual(line.state, "done", line.message)
        service = line.service_id
        self.assertEqual(service.username, "2602-BAYU")
        self.assertEqual(service.sudo()._isp_get_secret("password"), "*bin*99* ")
        self.assertFalse(service.phone)
        again = self._check(self._row(User_Name="2602-bayu")).line_ids
        self.assertEqual((again.state, again.service_id), ("skipped", service))

    def test_an_id_number_that_excel_has_cut(self):
        heads = list(self._row())
        row = [*self._row().values(), 3173064107900001]
        content = self._make_xlsx([[*heads, "NIK"], row])
        takeover = self._upload_bytes(content, "a.xlsx")
        takeover.action_test()
        self.assertIn("last digits", takeover.line_ids.message)

    def test_names_that_are_not_unique(self):
        self._create_plan("HOME 20", 20, 10)
        self.assertIn("2 records", self._check_one().message)

    def test_plans_of_another_company_are_not_known(self):
        self._create_other_company()
        self._create_plan("Foreign", 5, 5, company_id=self.company_b.id)
        self.assertIn("not known", self._check_one(Plan="Foreign").message)

    def test_remarks_do_not_stop_a_row(self):
        for values, words in (
            ({"Billed_Until": "2026-03-31"}, "2026-04-01"),
            ({"Billed_Until": "2028-01-01"}, "2028-01-01"),
            (
                {"Open_Balance": "100", "Balance_Due_Date": "2026-04-01"},
                "isolated",
            ),
        ):
            with self.subTest(values=values):
                line = self._check_one(**values)
                self.assertEqual(line.state, "ok")
                self.assertIn(words, line.message)

    def test_duplicates_within_the_file(self):
        takeover = self._check(
            self._row(User_Name="same", Former_Number="A"),
            self._row(User_Name="SAME", Former_Number="B"),
            self._row(Former_Number="B"),
            self._row(Former_Number=""),
            self._row(Former_Number=""),
        )
        messages = takeover.line_ids.mapped("message")
        self.assertIn("User Name: “same” is in row 3 as well", messages[0])
        self.assertIn("is in row 2 as well", messages[1])
        self.assertIn("Former Number: “B” is in row 4 as well", messages[1])
        self.assertIn("is in row 3 as well", messages[2])
        self.assertEqual((takeover.error_count, takeover.ok_count), (3, 2))

    def test_nothing_is_changed(self):
        models = ("isp.service", "res.partner", "account.move", "isp.billing.period")
        counts = {name: self.env[name].search_count([]) for name in models}
        takeover = self._check(self._row(Open_Balance="5000"), self._row(Plan="no"))
        self.assertEqual((takeover.state, takeover.total_count), ("checked", 2))
        for name, count in counts.items():
            with self.subTest(model=name):
                self.assertEqual(self.env[name].search_count([]), count)

    def test_a_corrected_list_of_plans_is_seen_by_the_next_test_run(self):
        takeover = self._check(self._row(Plan="Home 99"))
        self.assertEqual(takeover.error_count, 1)
        self._create_plan("Home 99", 99, 99)
        takeover.action_test()
        self.assertEqual((takeover.error_count, takeover.ok_count), (0, 1))

    def test_rows_with_errors_are_left_out_and_can_be_downloaded(self):
        takeover = self._check(
            self._row(), self._row(Name="=cmd()", Plan="Home 99"), self._row()
        )
        takeover.action_import()
        self.assertEqual(takeover.line_ids.mapped("state"), ["done", "error", "done"])
        self.assertEqual(takeover.state, "done")
        report = takeover._render_errors().decode("utf-8-sig").splitlines()
        self.assertEqual(len(report), 2)
        self.assertTrue(report[1].startswith("3,'=cmd(),"), report[1])
        self.assertIn("Home 99", report[1])
        self.assertNotIn("Rahasia", report[1])
