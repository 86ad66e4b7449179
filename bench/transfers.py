"""Whether a bank's statement finds its bills, and how long that takes.

Each of N subscribers owes something and transfers his unique amount; half of them
write the number of their invoice too. All is shuffled. Of the transfers, and none is of
two kinds:

- 5 % have a typing error: a figure of the amount, or the number of another's invoice;
- 2 % come twice;
- 3 % come from the account of another subscriber, whose name the bank writes.

Certain by itself is a transfer of the unique amount in whose text no number is another
one's; of what comes twice, one of the two. Of those, 98 % have to be booked. None may
be booked for another one, and none twice: that fails. The yardstick is what Odoo takes
to write the same transfers down.
"""

import random
from collections import Counter
from datetime import timedelta

from odoo import fields

from tools.measure import get_size, measured, report

BATCH = 500  # records that are made at once
JOB = 100  # transfers of one job
PRICES = range(100_000, 500_000, 20_000)
NAMES = (
    "Agus Bambang Citra Dewi Eko Fitri Gita Hendra Indah Joko Kartika Lukman".split(),
    "Pratama Wibowo Lestari Nugroho Setiawan Hidayat Saputra Utami Anggraini".split(),
    "Rahman Halim Yusuf Basuki Darma Gunadi Iskandar Kurnia Maulana Siregar".split(),
)


def run(env):
    """Report milliseconds a transfer, and the share that is booked; `env` is that of an
    Odoo shell."""
    count, chance = get_size(10_000), random.Random(18)
    journal = _open_account(env)
    services = _make_debtors(env, chance, count)
    rows, certain = _prepare(env, journal, chance, services)
    lines = env["account.bank.statement.line"]
    made = lines.browse()
    with measured(env.cr) as writing:
        for start in range(0, len(rows), BATCH):
            made |= lines.create(rows[start : start + BATCH])
            env.cr.commit()
    with measured(env.cr) as matching:
        for start in range(0, len(made), JOB):
            made[start : start + JOB]._isp_match()
            env.cr.commit()
    share = _check(made, certain)
    report(
        "transfers, matched and booked",
        len(made),
        "ms",
        matching.cpu / len(made) * 1e3,
        "Odoo writes them down",
        writing.cpu / len(made) * 1e3,
        matching,
    )
    report("transfers, booked of what is certain", len(certain), "%", share)


def _open_account(env):
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    journal.isp_unique_amounts = True
    return journal


def _make_debtors(env, chance, count):
    """Return so many open services, each of a subscriber who owes for one month."""
    plan = env.ref("isp_base.isp_plan_home_20")
    today = fields.Date.today()
    services = env["isp.service"].browse()
    for start in range(0, count, BATCH):
        rows = [
            {
                "service": {
                    "contact_name": " ".join(chance.choice(part) for part in NAMES),
                    "phone": f"+62 812 98{n // 10_000:02d} {n % 10_000:04d}",
                    "plan_id": plan.id,
                    "activation_date": today - timedelta(days=90),
                },
                "billed_until": today + timedelta(days=20),
                "balance": PRICES[n % len(PRICES)],
                "balance_due": today - timedelta(days=1),
            }
            for n in range(start, min(start + BATCH, count))
        ]
        services |= env["isp.service"]._take_over(rows).sudo()
        env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    return services


def _prepare(env, journal, chance, services):
    """Return (values of the transfers, shuffled; the ids of those who can be found).

    `ref` of a transfer is the id of the subscriber who is to pay by it.
    """
    moves = _get_bills(env, services)
    partners = list(moves)
    chance.shuffle(partners)
    share = len(partners) / 100
    slips, twice = partners[: round(5 * share)], partners[-round(2 * share) :]
    for_others = set(partners[round(5 * share) : round(8 * share)])
    rows, certain = [], {partner.id for partner in partners} - {p.id for p in slips}
    for number, partner in enumerate(partners):
        move = moves[partner]
        amount, reference = move.isp_transfer_amount, move.name if number % 2 else ""
        name = chance.choice(partners).name if partner in for_others else partner.name
        if number < len(slips):
            if number % 2:
                reference = moves[chance.choice(partners[number + 1 :])].name
            else:
                amount = _mistype(chance, amount)
        rows.append(_describe(journal, amount, f"{reference} {name.upper()}", partner))
    rows += [row for row in rows if row["ref"] in {str(p.id) for p in twice}]
    chance.shuffle(rows)
    return rows, certain


def _mistype(chance, amount):
    """Return the amount with one of its last three figures wrong."""
    figures = list(f"{amount:.0f}")
    place = -1 - chance.randrange(3)
    figures[place] = chance.choice([f for f in "0123456789" if f != figures[place]])
    return int("".join(figures))


def _get_bills(env, services):
    """Return {subscriber: his open invoice}."""
    moves = env["account.move"].search(
        [
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "=", "not_paid"),
            ("commercial_partner_id", "in", services.partner_id.ids),
        ]
    )
    return {move.commercial_partner_id: move for move in moves}


def _describe(journal, amount, text, partner):
    return {
        "journal_id": journal.id,
        "date": fields.Date.today(),
        "amount": amount,
        "payment_ref": f"TRSF E-BANKING CR 2005/FTSCY/WS95031 {text}",
        "ref": str(partner.id),
    }


def _check(lines, certain):
    """Return how many percent of those who can be found were.

    :raises AssertionError: when they are too few, or money went to another one
    """
    matched = lines.filtered(lambda line: line.isp_match_state == "matched")
    wrong = matched.filtered(lambda line: line.partner_id.id != int(line.ref))
    twice = [who for who, times in Counter(matched.mapped("ref")).items() if times > 1]
    found = certain & {int(ref) for ref in matched.mapped("ref")}
    share = 100 * len(found) / len(certain)
    if wrong or twice or share < 98:
        raise AssertionError(f"{share} %, {len(wrong)} wrong, {len(twice)} twice")
    return share
