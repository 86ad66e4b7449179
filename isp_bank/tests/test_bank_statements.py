import csv
import io
import re
from contextlib import suppress
from datetime import datetime

import openpyxl
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import NOW, BankCommon

# As the banks write it.
# ruff: noqa: E501
BCA = """Informasi Rekening - Mutasi Rekening
No. rekening : ,'5270123456
Nama : ,NUSANTARA NET

Tanggal Transaksi,Keterangan,Cabang,Jumlah,,Saldo
'18/05,TRSF E-BANKING CR 1805/FTSCY/WS95031 200000.00 BUDI SANTOSO,'0000,"200,000.00",CR,"1,200,000.00"
'19/05,BIAYA ADM,'0000,"15,000.00",DB,"1,185,000.00"
'19/05,SETORAN TUNAI,'0938,"150,000.00",CR,"1,335,000.00"
'19/05,SETORAN TUNAI,'0938,"150,000.00",CR,"1,485,000.00"
PEND,TRSF E-BANKING CR,'0000,"99,000.00",CR,
Saldo Awal : ,"1,000,000.00"
Mutasi Kredit : ,"500,000.00"
"""
BCA_BUSINESS = """Tanggal Transaksi,"Keterangan","Cabang","Jumlah","Saldo"
18/05/2026,"TRSF E-BANKING CR BUDI SANTOSO","0000","200.000,00 CR","1.200.000,00"
19/05/2026,"BIAYA ADM","0000","15.000,00 DB","1.185.000,00"
"""
MANDIRI = """Account No,Date,Val. Date,Transaction Code,Description,Description,Reference No.,Debit,Credit
0060001,18/05/26,18/05/26,7820,"MCM InhouseTrf DARI BUDI SANTOSO","INV 0001",REF1,".00","200,000.00"
0060001,19/05/26,19/05/26,6902,"BIAYA","",,"15,000.00",".00"
"""
BRI = """SALDO_AWAL_MUTASI
ID,NO_REKENING,TGL_TRANSAKSI,TGL_EFEKTIF,NO_JURNAL,TIPE_TRANSAKSI,DESKRIPSI,SALDO_AWAL,DEBET,KREDIT,SALDO_AKHIR,USER_ID,REMARK1
1,123,2026-05-18 08:00:00,2026-05-18,J1,CR,NBMB BUDI SANTOSO TO NUSANTARA,1000000,0,200000,1200000,,
2,123,2026-05-19 09:00:00,2026-05-19,J2,DB,BIAYA,1200000,15000,0,1185000,,
"""
BRIMO = """Tanggal Transaksi,Uraian Transaksi,Teller,Debet,Kredit,Saldo
19/05/26,BIAYA,8888,"15.000,00","0,00","1.185.000,00"
18/05/26,NBMB BUDI SANTOSO TO NUSANTARA,8888,"0,00","200.000,00","1.200.000,00"
"""
BNI = """Post Date,Value Date,Branch,Journal No.,Description,Debit,Credit
18/05/26 10.00.00,18/05/26 10.00.00,0259,912001,TRF DARI BUDI SANTOSO,,"200,000.00"
19/05/26 11.30.00,19/05/26 11.30.00,0259,912002,BIAYA,"15,000.00",
"""
BNI_MOBILE = """Tanggal Transaksi,Uraian Transaksi,Tipe,Nominal,Saldo
18/05/2026,TRF DARI BUDI SANTOSO,K,"200.000,00","1.200.000,00"
19/05/2026,BIAYA KARTU,D,"15.000,00","1.185.000,00"
"""


@tagged("post_install", "-at_install", "isp_alone")
@freeze_time(NOW)
class TestStatements(BankCommon):
    def _get_rows(self, lines):
        return sorted((str(line.date), line.amount) for line in lines)

    def test_bca(self):
        lines, told = self._import(BCA)
        self.assertEqual(
            self._get_rows(lines),
            [
                ("2026-05-18", 200_000),
                ("2026-05-19", -15_000),
                ("2026-05-19", 150_000),
                ("2026-05-19", 150_000),
            ],
        )
        self.assertEqual(told, [])
        statement = lines.statement_id
        self.assertEqual(statement.balance_start, 1_000_000)
        self.assertEqual(statement.balance_end_real, 1_485_000)

    def test_the_other_banks(self):
        for mapping, text in (
            ("bca_business", BCA_BUSINESS),
            ("mandiri", MANDIRI),
            ("bri_qlola", BRI),
            ("bri_brimo", BRIMO),
            ("bni_direct", BNI),
            ("bni_mobile", BNI_MOBILE),
        ):
            with self.subTest(mapping):
                lines, told = self._import(text, mapping)
                self.assertEqual(
                    self._get_rows(lines),
                    [("2026-05-18", 200_000), ("2026-05-19", -15_000)],
                )
                self.assertIn("BUDI SANTOSO", lines.sorted("date")[0].payment_ref)
                self.assertEqual(told, [])

    def _write_sheet(self, text, typed=False):
        """Return a statement as a sheet (bytes): as text, or with days and amounts in
        cells of their type."""
        book = openpyxl.Workbook()
        for row in csv.reader(io.StringIO(text)):
            cells = [self._type(cell) for cell in row] if typed else row
            book.active.append(cells)
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()

    def _type(self, cell):
        with suppress(ValueError):
            return datetime.strptime(cell, "%d/%m/%y")
        if re.fullmatch(r"[\d,]*\.\d\d", cell):
            return float(cell.replace(",", ""))
        return cell

    def test_sheets_as_the_files_of_the_same_bank(self):
        """As text, as BCA writes it, or with days and amounts of their type."""
        for mapping, text, typed in (
            ("bca_business", BCA_BUSINESS, False),
            ("mandiri", MANDIRI, True),
            ("bni_mobile", BNI_MOBILE, False),
        ):
            with self.subTest(mapping):
                sheet = self._write_sheet(text, typed)
                lines, told = self._import(sheet, mapping, "mutasi.xlsx")
                self.assertEqual(
                    self._get_rows(lines),
                    [("2026-05-18", 200_000), ("2026-05-19", -15_000)],
                )
                self.assertIn("BUDI SANTOSO", lines.sorted("date")[0].payment_ref)
                self.assertEqual(told, [])

    def test_a_sheet_after_the_file_of_the_same_days(self):
        self._import(BCA)
        with self.assertRaisesRegex(UserError, "already imported"):
            self._import(self._write_sheet(BCA), name="mutasi.xlsx")

    def test_a_broken_sheet(self):
        sheet = self._write_sheet(BCA)
        with self.assertRaises(UserError), mute_logger("odoo.addons"):
            self._import(sheet[: len(sheet) // 2], name="mutasi.xlsx")

    def test_imported_twice_it_is_told(self):
        self._import(BCA)
        with self.assertRaisesRegex(UserError, "already imported"):
            self._import(BCA)

    def test_overlapping_and_shuffled(self):
        head, rows = BCA.split("\n")[:5], BCA.split("\n")[5:9]
        first, _told = self._import("\n".join(head + rows[:3]))
        second, told = self._import("\n".join(head + [rows[3], rows[0], rows[2]]))
        self.assertEqual(len(first), 3)
        self.assertEqual(self._get_rows(second), [("2026-05-19", 150_000)])
        self.assertIn("2 transactions", told[0])

    def test_alike_without_a_balance(self):
        row = MANDIRI.split("\n")[1]
        head = MANDIRI.split("\n")[0]
        lines, _told = self._import("\n".join([head, row, row]), "mandiri")
        self.assertEqual(len(lines), 2)
        lines, told = self._import("\n".join([head, row, row, row]), "mandiri")
        self.assertEqual(len(lines), 1)
        self.assertIn("2 transactions", told[0])

    def test_balances_that_do_not_add_up(self):
        text = BCA.replace("1,185,000.00", "1,184,000.00")
        lines, told = self._import(text)
        self.assertEqual(len(lines), 4)
        self.assertIn("do not add up", told[0])
