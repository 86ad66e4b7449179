from odoo.tests import BaseCase, tagged

from .. import matching, statements


@tagged("post_install", "-at_install")
class TestMatching(BaseCase):
    """The pure parts: no database."""

    def _judge(self, **found):
        return matching.judge({who: set(kinds.split()) for who, kinds in found.items()})

    def test_one_thing_alone_is_not_enough(self):
        for kinds in ("number", "account", "payer", "name", "alone amount"):
            self.assertIsNone(self._judge(budi=kinds), kinds)

    def test_what_nobody_types_is(self):
        self.assertEqual(self._judge(budi="unique"), "budi")
        self.assertEqual(self._judge(budi="virtual"), "budi")

    def test_two_that_know_nothing_of_each_other_are(self):
        for kinds in (
            "number amount name",
            "number amount alone",
            "account amount",
            "payer amount alone",
            "amount alone name",
            "confirmed name",
        ):
            self.assertEqual(self._judge(budi=kinds), "budi", kinds)

    def test_a_number_mistyped_into_a_neighbours(self):
        self.assertIsNone(self._judge(siti="number amount", budi="amount name"))
        self.assertIsNone(self._judge(siti="number", budi="unique"))

    def test_who_pays_for_another(self):
        self.assertEqual(self._judge(budi="unique", siti="account payer"), "budi")
        self.assertIsNone(self._judge(budi="number amount name", siti="account"))

    def test_a_unique_amount_that_another_one_owes(self):
        self.assertIsNone(self._judge(budi="unique", siti="amount alone"))
        self.assertEqual(self._judge(budi="unique name", siti="amount"), "budi")

    def test_a_slip_that_hits_another_ones_unique_amount(self):
        self.assertIsNone(self._judge(budi="unique", siti="slip name"))
        self.assertEqual(self._judge(budi="unique name", siti="slip name"), "budi")
        self.assertEqual(self._judge(budi="unique", siti="name"), "budi")

    def test_slips_of_the_pen(self):
        slips = matching.get_slips(200_123.0)
        for told in (200_124, 900_123, 20_123, 2_001_123, 200_132, 20_012):
            self.assertIn(told, slips)
        for told in (200_123, 200_231, 300_124, 123):
            self.assertNotIn(told, slips)

    def test_numbers(self):
        found = matching.get_numbers("TRSF 0511/FTSCY inv/2026/05 0012 BUDI")
        self.assertIn("INV2026050012", found)
        self.assertNotIn("BUDI", found)

    def test_payers(self):
        text = "TRSF E-BANKING CR 0511/FTSCY/WS95031 222000.00 BUDI SANTOSO"
        self.assertEqual(matching.get_payer(text), "BUDI SANTOSO")
        self.assertEqual(matching.get_payer("SETORAN TUNAI"), "")

    def test_names(self):
        self.assertTrue(matching.agrees("Bapak Budi Santoso", "222000.00BUDI SANTOSO"))
        self.assertTrue(matching.agrees("Buana Internasional", "1 BUANA INTERNASI"))
        self.assertFalse(matching.agrees("Budi Santoso", "TRSF BUDI HARTONO"))
        self.assertFalse(matching.agrees("Budi", "TRSF BUDI HARTONO"))
        self.assertFalse(matching.agrees("Siti Nur Aminah", "SITI NUR AISYAH"))

    def test_amounts(self):
        for text, amount in (
            ("1.234.567,00", 1_234_567),
            ("1,234,567.00", 1_234_567),
            ("Rp 100.000,00", 100_000),
            ("799,700.00 CR", 799_700),
            ("-50.000,00", -50_000),
            ("150.000", 150_000),
            ("4964637.00", 4_964_637),
            (".00", 0),
            ("", 0),
            ("-", 0),
        ):
            self.assertEqual(statements.read_amount(text), amount, text)
        with self.assertRaises(ValueError):
            statements.read_amount("1.234.56,78.9")

    def test_balances(self):
        rows = [(100, 1100), (-50, 1050), (25, 1075)]
        self.assertEqual(statements.find_balances(rows), (1000, 1075))
        self.assertEqual(statements.find_balances(rows[::-1]), (1000, 1075))
        self.assertIsNone(statements.find_balances([rows[0], rows[2]]))
