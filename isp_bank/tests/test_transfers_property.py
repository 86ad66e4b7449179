import random

from freezegun import freeze_time

from odoo.tests import tagged

from .common import NOW, BankCommon

FIRST = "Agus Bambang Citra Dewi Eko Fitri Gita Hendra Indah Joko Kartika".split()
LAST = "Pratama Wibowo Lestari Nugroho Setiawan Hidayat Saputra Utami".split()
MORE = "Rahman Halim Yusuf Basuki Darma Gunadi Iskandar Kurnia".split()
PEOPLE = 300
PRICES = (150_000, 200_000, 250_000, 350_000)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestManyTransfers(BankCommon):
    """300 bills and their transfers, as people make them: nothing is matched wrongly,
    and what can be known is matched by itself."""

    def test_nobody_pays_for_another(self):
        chance = random.Random(18)
        names = [f"{a} {b} {c}" for a in FIRST for b in LAST for c in MORE]
        payers = self.env["res.partner"].create(
            [{"name": name} for name in chance.sample(names, PEOPLE)]
        )
        bills = self._bill_all({who: chance.choice(PRICES) for who in payers})
        moves = dict(zip(payers, bills, strict=True))
        rows, whose = [], {}
        for number, who in enumerate(payers):
            text, amount, known = self._transfer(chance, number, who, moves, payers)
            rows.append((amount, text, number))
            whose[number] = (who, known)
        rows += chance.sample(rows, PEOPLE // 50)
        chance.shuffle(rows)
        created = self.env["account.bank.statement.line"].create(
            [
                {
                    "journal_id": self.bank.id,
                    "date": "2026-05-20",
                    "amount": amount,
                    "payment_ref": text,
                    "ref": f"T{number}X",
                }
                for amount, text, number in rows
            ]
        )
        self._before_commit()
        wrong, missed, known = [], [], 0
        booked = set()
        for line in created.sorted("id"):
            number = int(line.ref[1:-1])
            who, can = whose[number]
            if line.isp_match_state == "matched":
                if line.partner_id != who or number in booked:
                    wrong.append((line.payment_ref, line.partner_id.name, who.name))
                booked.add(number)
        for number, (who, can) in whose.items():
            known += can
            if can and number not in booked:
                missed.append(who.name)
        self.assertEqual(wrong, [])
        self.assertLessEqual(len(missed), 0.02 * known, missed)
        self.assertGreater(known, 0.8 * PEOPLE)

    def _transfer(self, chance, number, who, moves, payers):
        """Return (text, amount, whether one can know whose it is) of a transfer."""
        move, name = moves[who], who.name.upper()
        unique = number % 2 == 0
        amount = move.isp_transfer_amount if unique else move.amount_residual
        reference, certain = move.name, True
        if chance.random() < 0.05:  # a typing error, into a neighbour's number
            reference = chance.choice([m for m in moves.values() if m != move]).name
            certain = False
        if chance.random() < 0.03:  # from another subscriber's account
            name = chance.choice([p for p in payers if p != who]).name.upper()
            certain = unique and certain
        if unique:
            reference = reference if chance.random() < 0.5 else ""
            certain = certain or not reference
        text = f"TRSF E-BANKING CR 2005/FTSCY/WS95031 {reference} {name}"
        return text, amount, certain
