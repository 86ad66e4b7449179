import io

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..takeover import file as takeover_file
from ..takeover.columns import COLUMNS
from ..takeover.values import parse_amount, parse_date
from .common import TakeoverCommon

HEADINGS = ["Nama", "Telepon", "Alamat", "Paket", "Tanggal Aktif"]
ROW = ["Siti; Rahayu", "0812 3456 7890", "Jalan Anggrek 14, Gang Ñ", "Home 20"]


@tagged("post_install", "-at_install")
class TestTakeoverFile(TakeoverCommon):
    def _assert_read(self, content):
        table = takeover_file.read(content, COLUMNS)
        names = ["contact_name", "phone", "street", "plan", "activation_date"]
        self.assertEqual(table.names, names)
        ((_number, values),) = table.rows
        self.assertEqual(values["contact_name"], "Siti; Rahayu")
        self.assertEqual(values["street"], ROW[2])
        return values

    def _to_csv(self, separator):
        def quote(row):
            return separator.join(f'"{cell}"' for cell in row)

        return "\r\n".join([quote(HEADINGS), quote([*ROW, "14/03/2025"]), "", ""])

    def test_csv_in_every_encoding_and_with_every_separator(self):
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            for separator in ",;\t":
                with self.subTest(encoding=encoding, separator=separator):
                    self._assert_read(self._to_csv(separator).encode(encoding))

    def test_csv_may_name_its_separator(self):
        table = takeover_file.read(b"sep=|\r\nName|Phone\r\nSiti|0812\r\n", COLUMNS)
        self.assertEqual(table.rows, [(3, {"contact_name": "Siti", "phone": "0812"})])

    def test_xlsx_keeps_numbers_and_dates(self):
        content = self._make_xlsx(
            [["Daftar pelanggan"], [], HEADINGS, [*ROW, "2025-03-14"]]
        )
        self.assertEqual(self._assert_read(content)["activation_date"], "2025-03-14")
        book = openpyxl.load_workbook(io.BytesIO(content))
        book.active["E4"] = parse_date("2025-03-14")
        book.active["B4"] = 81234567890
        output = io.BytesIO()
        book.save(output)
        values = self._assert_read(output.getvalue())
        self.assertEqual(values["activation_date"], "2025-03-14")
        self.assertEqual(values["phone"], 81234567890)

    def test_rows_are_counted_as_the_spreadsheet_counts_them(self):
        table = takeover_file.read(b'Name,Phone\n"Si\nti",1\n\nBudi,2\n', COLUMNS)
        self.assertEqual([number for number, _values in table.rows], [2, 5])

    def test_what_is_no_list_is_refused_and_nothing_is_left(self):
        before = self.env["isp.takeover"].search_count([])
        png = b"\x89PNG\r\n\x1a\n\x00\x00"
        for content, words in (
            (b"", "choose"),
            (b"  \r\n ", "empty"),
            (b"\xef\xbb\xbf\r\n;;;\r\n", "empty"),
            (png, "neither"),
            (b"PK\x03\x04 not really a spreadsheet", "neither"),
            (b"\xd0\xcf\x11\xe0 old", "XLS"),
            (b"%PDF-1.7\nsome text", "heading"),
            (b"<html><body>Login</body></html>", "heading"),
            (b"Name\n" + b"x" * takeover_file.MAX_BYTES, "20 MB"),
        ):
            with self.subTest(content=content[:20]):
                message = self._assert_refused(UserError, self._refuse, content)
                self.assertIn(words, message.lower() if words == "choose" else message)
        self.assertEqual(self.env["isp.takeover"].search_count([]), before)

    def _refuse(self, content):
        self._upload_bytes(content, "list.csv").action_test()

    def test_another_file_takes_the_place_of_the_first(self):
        takeover = self._upload([self._row(), self._row()])
        self.assertEqual(takeover.total_count, 2)
        takeover.write({"file": self._encode(self._make_csv([self._row()]))})
        self.assertEqual((takeover.total_count, takeover.state), (1, "draft"))
        self._assert_refused(
            UserError, takeover.write, {"file": self._encode(b"nothing")}
        )
        self.assertEqual(takeover.total_count, 1)

    def test_missing_and_unknown_columns_are_named(self):
        takeover = self._upload_bytes(b"Nama,Telepon,Warna\nSiti,0812\n", "a.csv")
        self.assertEqual(takeover.missing_columns, "Plan")
        self.assertEqual(takeover.unknown_columns, "Warna")
        self.assertEqual(takeover.column_ids.mapped("heading")[-1], "Warna")
        message = self._assert_refused(UserError, takeover.action_test)
        self.assertIn("Plan", message)

    def test_amounts(self):
        for text, amount in {
            "150.000": 150_000,
            "150,000.00": 150_000,
            "150.000,00": 150_000,
            "150000": 150_000,
            150_000: 150_000,
            "1.250.000": 1_250_000,
            "Rp 150.000,-": 150_000,
            "-50.000": -50_000,
            "Rp -50.000": -50_000,
            "-Rp 50.000": -50_000,
            "(50.000)": -50_000,
            "(Rp 50.000)": -50_000,
            "1,5": 1.5,
        }.items():
            with self.subTest(text=text):
                self.assertEqual(parse_amount(text), amount)
        for text in ("abc", "", "1,2,3", "12.34.56", "-", "()", 1e300, "nan"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                parse_amount(text)

    def test_dates(self):
        for text in ("2025-03-14", "14/03/2025", "14-3-25", "2025-03-14 00:00:00"):
            with self.subTest(text=text):
                self.assertEqual(parse_date(text).isoformat(), "2025-03-14")
        for text in (
            *("14 Maret 2025", "14-Mar-25", "14 March 2025", "mar/14/2025"),
            *("2025-03-14 09:00:00 AM", "14/03/2025 09:00", "14 mar 2025, 9.30 WIB"),
            *("45730", "March 14, 2025"),
        ):
            with self.subTest(text=text):
                self.assertEqual(parse_date(text).isoformat(), "2025-03-14")
        for text in ("03/14/2025", "31/02/2025", "450", "14 soon 2025", "0001-01-01"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                parse_date(text)

    def test_the_template_can_be_uploaded(self):
        for lang in ("en_US", "id_ID"):
            self.env["res.lang"]._activate_lang(lang)
            manager = self._as("manager", self.env["isp.takeover"])
            content = manager.with_context(lang=lang)._render_template()
            with self.subTest(lang=lang):
                table = takeover_file.read(content, COLUMNS)
                self.assertNotIn(None, table.names)
                takeover = self._upload_bytes(content, "template.xlsx")
                takeover.action_test()
                self.assertEqual(takeover.ok_count, 1, takeover.line_ids.message)
