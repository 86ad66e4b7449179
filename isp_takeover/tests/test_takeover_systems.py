from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..takeover.export import FIELDS, is_export, read_export
from .common import TODAY, TakeoverCommon

PHPNUXBILL = (
    '"id";"username";"fullname";"phonenumber";"email";"balance";"namebp";"routers";'
    '"status";"Payment"\n"1";"PLG001";"Ani Contoh";"081200001111";"ani@example.com";'
    '"50000";"Home 20";"R1";"on";"Cash"\n'
)
BILLING_APP = (
    "customer_code,name,phone,email,address,package_name,speed_mbps,monthly_price,"
    "pppoe_username,pppoe_password,ip_address,mac_address,odp_code,due_date_day\n"
    "ABC-2001,Agus Contoh,08123456711,agus@example.com,Jl. Contoh 10,Home 20,20,165000,"
    "agus_pppoe,pass_agus123,10.50.20.10,A4:2B:B0:11:22:33,ODP-1,10\n"
)
UCRM = (
    '"Id","Custom Id","First name","Last name","Account balance","Invoice Street 1",'
    '"City","Contact email","Contact phone","Service name","Service price",'
    '"Service active from"\n1,,Ani,Contoh,-150000,Jl. Contoh,Bandung,ani@example.com,'
    "081234567899,Home 20,150000,2026-01-01\n"
)
SPLYNX = (
    '"ID";"Status";"Full name";"Phone number";"Street";"Portal login";"Tariff plan";'
    '"Account balance";"Start date";"Service login";"Service password"\n100;Active;'
    '"Ani Contoh";"6281234567899";"Jl. Contoh";"ani";"Home 20";"-150000.00";'
    '"2026-01-01";"ANI-1";"rahasia1"\n'
)
EXPORT = r"""# 2026-05-20 10:00:00 by RouterOS 7.14
/ppp profile
add name="Home 20" rate-limit=10M/20M
/ppp secret
add comment="Bayu Contoh 0812-3456-7101" name=2602-BAYU password="*bin*99*" \
    profile="Home 20" service=pppoe
add caller-id=A4:2B:B0:11:22:33 disabled=yes name="andi dua" password="a\"b\\c" \
    profile="Home 20" remote-address=203.0.113.9 service=pppoe
add name=cabang password=x profile=default service=l2tp
/system identity
set name=R1
"""


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTakeoverSystems(TakeoverCommon):
    """Lists as other systems export them: headings, cells, status, sign of balances."""

    def _test(self, text, **vals):
        content = text.encode() if isinstance(text, str) else text
        takeover = self._upload_bytes(content, "list.csv", **vals)
        takeover.action_test()
        return takeover

    def test_headings_of_other_systems_are_known(self):
        """N24."""
        for system, text in (
            ("phpnuxbill", PHPNUXBILL),
            ("billing_app", BILLING_APP),
            ("ucrm", UCRM),
            ("splynx", SPLYNX),
        ):
            with self.subTest(system=system):
                takeover = self._test(text, generate_credentials=True)
                self.assertFalse(takeover.missing_columns)
                self.assertEqual(takeover.system, system)
                line = takeover.line_ids
                self.assertEqual(line.state, "ok", line.message)
                self.assertIn("Contoh", line.contact_name or "Contoh")

    def test_first_and_last_name_are_one(self):
        takeover = self._test(UCRM, generate_credentials=True)
        takeover.action_import()
        service = takeover.line_ids.service_id
        self.assertEqual(service.contact_name, "Ani Contoh")

    def test_the_sign_of_a_balance_is_said_in_words_before_the_import(self):
        """N22."""
        for text, words, owed in (
            (PHPNUXBILL, "a credit", (0, 50_000)),
            (UCRM, "owes us", (150_000, 0)),
            (SPLYNX, "owes us", (150_000, 0)),
        ):
            with self.subTest(words=words):
                takeover = self._test(text, generate_credentials=True)
                self.assertIn(words, takeover.line_ids.message)
                self.assertEqual((takeover.owed_to_us, takeover.owed_by_us), owed)

    def test_where_nothing_says_it_the_sign_is_asked(self):
        row = self._row(Balance="50000")
        takeover = self._upload([row])
        takeover.action_test()
        self.assertFalse(takeover.balance_sign)
        line = takeover.line_ids
        self.assertEqual(line.state, "error")
        for word in ("owes", "credit"):
            self.assertIn(word, line.message)
        takeover.balance_sign = "credit"
        self.assertEqual(takeover.state, "draft", "to be tested anew")
        takeover.action_test()
        self.assertEqual((line.exists().state, takeover.owed_by_us), ("ok", 50_000))
        takeover.action_import()
        moves = self.env["account.move"].search(
            [("line_ids.isp_service_id", "=", takeover.line_ids.service_id.id)]
        )
        self.assertEqual((moves.move_type, moves.amount_total), ("out_refund", 50_000))

    def test_a_person_says_which_heading_is_what_and_it_is_remembered(self):
        text = "Nama;Tlp Rumah;Jenis Langganan;User PPPoE;Sandi\nSiti;0812 3456 7102;"
        text += "Home 20;SITI-1;rahasia1\n"
        takeover = self._upload_bytes(text.encode(), "a.csv")
        self.assertEqual(takeover.missing_columns, "Plan")
        self.assertFalse(takeover.column_ids[4].sample, "no password is shown")
        self.assertEqual(takeover.column_ids[0].sample, "Siti")
        self.assertEqual(takeover.column_ids[2].sample, "Ho•• ••", "not known yet")
        columns = takeover.column_ids
        takeover.write(
            {
                "column_ids": [
                    (1, columns[1].id, {"name": "phone"}),
                    (1, columns[2].id, {"name": "plan"}),
                ]
            }
        )
        self.assertFalse(takeover.missing_columns)
        takeover.action_test()
        self.assertEqual(takeover.line_ids.state, "ok", takeover.line_ids.message)
        again = self._upload_bytes(text.encode(), "b.csv")
        self.assertFalse(again.missing_columns)
        self.assertEqual(again.column_ids.mapped("name")[1:3], ["phone", "plan"])
        with self.assertRaises(UserError):
            again.write({"column_ids": [(1, again.column_ids[1].id, {"name": "plan"})]})
        for name in ("admin", "sales"):
            with self.assertRaises(AccessError):
                again.column_ids.with_user(self.users[name]).write({"name": "plan"})

    def test_status_address_and_mac_come_along(self):
        """N23: The last two where an addon keeps them."""
        values = {"Alamat IP": "203.0.113.77", "MAC": "A4:2B:B0:11:22:33"}
        takeover = self._take_over({**self._row(), **values, "Status": "Isolir"})
        line = takeover.line_ids
        self.assertEqual(line.state, "done", line.message)
        service = line.service_id.sudo()
        self.assertEqual(service.access, "isolated")
        expected = {"static_address": "203.0.113.77", "caller_id": "A4:2B:B0:11:22:33"}
        for name in expected.keys() & service._fields.keys():
            self.assertEqual(service[name], expected[name])

    def test_what_a_status_means(self):
        for text, state in (
            ("Aktif", "ok"),
            ("ISOLIR", "ok"),
            ("Suspended", "ok"),
            ("-", "ok"),
            ("Berhenti", "error"),
            ("Mungkin", "error"),
        ):
            with self.subTest(text=text):
                takeover = self._upload([{**self._row(), "Status": text}])
                takeover.action_test()
                self.assertEqual(takeover.line_ids.state, state)

    def test_cells_as_people_write_them(self):
        for values in (
            {"Activation_Date": "12 Agustus 2024"},
            {"Activation_Date": "45672"},
            {"Activation_Date": "45672.375"},
            {"Activation_Date": "2024/8/1"},
            {"Activation_Date": "Senin, 12 Agustus 2024"},
            {"Activation_Date": "0000-00-00"},
            {"Own_Price": "+150.000"},
            {"Open_Balance": "-"},
            {"Open_Balance": " -   "},
            {"ID_Number": "'3173064107900001"},
            {"Activation_Date": ""},
        ):
            with self.subTest(values=values):
                takeover = self._upload([self._row(**values)])
                takeover.action_test()
                line = takeover.line_ids
                self.assertEqual(line.state, "ok", line.message)

    def test_utf_16_without_its_mark(self):
        text = self._make_csv([self._row(Name="Ñandú")]).decode()
        for encoding in ("utf-16-le", "utf-16-be"):
            with self.subTest(encoding=encoding):
                takeover = self._test(text.encode(encoding))
                self.assertEqual(takeover.line_ids.contact_name, "Ñandú")

    def test_an_export_of_a_router_is_a_list(self):
        takeover = self._test(EXPORT)
        self.assertEqual(takeover.system, "routeros")
        states = takeover.line_ids.mapped("state")
        self.assertEqual(
            states, ["ok", "ok", "error"], takeover.line_ids.mapped("message")
        )
        takeover.action_import()
        bayu, andi = takeover.line_ids.service_id.sudo()
        self.assertEqual(
            (bayu.username, bayu.contact_name), ("2602-BAYU", "Bayu Contoh")
        )
        self.assertEqual(bayu._isp_get_secret("password"), "*bin*99*")
        self.assertEqual(bayu.phone, "+62 812-3456-7101")
        self.assertEqual(andi.access, "isolated")
        self.assertEqual(andi._isp_get_secret("password"), 'a"b\\c')

    def test_an_export_as_its_router_and_windows_write_it(self):
        """N24: lines end as on DOS; each command may be a line of its own."""
        whole = EXPORT.replace("\n", "\r\n")
        terse = (
            "/ppp secret add name=a password=x profile=P\r\n"
            "/ip pool add name=b ranges=10.0.0.1-10.0.0.9\r\n"
            "/ppp secret add name=c password=y\r\n"
        )
        for text, names in ((whole, 3), (terse, ["a", "c"])):
            self.assertTrue(is_export(text))
            rows = read_export(text)[1:]
            self.assertEqual(
                names, len(rows) if names == 3 else [r[1][0] for r in rows]
            )
        self.assertEqual(read_export(whole), read_export(EXPORT))
        self.assertEqual(
            [number for number, _cells in read_export(EXPORT)[1:]], [5, 7, 9]
        )
        self.assertEqual(self._test(whole).system, "routeros")

    def test_what_an_export_leaves_out_and_what_is_no_secret(self):
        text = """# a comment that ends so \\
/ppp secret
#add name=no password=x
add name=a password="x\u2028y" remote-address=pool-1 comment="line one,\\
    \\_and two add name=b"
set [ find name=a ] disabled=yes
/ip firewall filter
add chain=forward name=c
"""
        ((_number, cells),) = read_export(text)[1:]
        self.assertEqual(
            dict(zip(FIELDS, cells, strict=True)),
            {
                **dict.fromkeys(FIELDS, ""),
                "name": "a",
                "password": "x\u2028y",
                "profile": "default",
                "comment": "line one, and two add name=b",
            },
        )

    def test_escapes_of_an_export(self):
        """N19: bytes are UTF-8, or else what Winbox writes."""
        for written, read in (
            (r"a\20b \E9", "a b é"),
            (r"\C3\A9 \E2\82\AC", "é €"),
            (r"x\_y \$5 \? \"q\" \\41", r'x y $5 ? "q" \41'),
        ):
            text = f'/ppp secret\nadd name="{written}"\n'
            self.assertEqual(read_export(text)[1][1][0], read)

    def test_a_password_that_cannot_be_read_is_not_altered(self):
        """N19, and RouterOS 7 leaves passwords out where it is not told otherwise."""
        takeover = self._test(
            '/ppp secret\nadd name=a password="a\\81b" profile="Home 20"\n'
            'add name=b profile="Home 20"\n'
        )
        lines = takeover.line_ids
        self.assertEqual(lines.mapped("state"), ["error", "error"])
        self.assertIn("cannot be used", lines[0].message)
        self.assertIn("show-sensitive", lines[1].message)

    def test_of_two_logins_that_of_the_device_counts(self):
        """N24: the other one is for a portal; a name beside it is a person's."""
        text = PHPNUXBILL.replace('"Payment"', '"pppoe_username"')
        takeover = self._test(text.replace("Cash", "PPP-1"), generate_credentials=True)
        self.assertEqual(takeover.line_ids.username, "PPP-1")
        text = (
            "Name,Username,Password,Profile,Phone\nAni,ANI-2,x,Home 20,081200001112\n"
        )
        line = self._test(text).line_ids
        self.assertEqual((line.contact_name, line.username), ("Ani", "ANI-2"))

    def test_two_rows_of_one_person_without_a_card_are_one_customer(self):
        row = self._row()
        takeover = self._take_over(row, {**row, "User Name": "second-line"})
        services = takeover.line_ids.service_id
        self.assertEqual(len(services), 2)
        self.assertEqual(len(services.partner_id), 1)
