"""How long it takes to find out who has transferred, and to book it.

As many open bills as transfers, shuffled; every other subscriber transfers his unique
amount, the others write the number of their invoice. What is wrong, or is not found,
fails. The yardstick is what Odoo takes to write the same transfers down.
"""

import random

from odoo import Command, fields

from tools.measure import get_size, measured, report

BATCH = 500  # records that are made at once
PRICES = (150_000, 200_000, 250_000, 350_000)


def run(env):
    """Report milliseconds a transfer; `env` is that of an Odoo shell."""
    count = get_size(10_000)
    journal = _open_account(env)
    moves = _make_bills(env, count)
    chance = random.Random(18)
    rows = [_prepare(journal, number, move) for number, move in enumerate(moves)]
    chance.shuffle(rows)
    lines = env["account.bank.statement.line"]
    made = lines.browse()
    with measured(env.cr) as writing:
        for start in range(0, count, BATCH):
            made |= lines.create(rows[start : start + BATCH])
            env.cr.commit()
    with measured(env.cr) as matching:
        for start in range(0, count, 100):
            made[start : start + 100]._isp_match()
            env.cr.commit()
    _check(made, moves)
    report(
        "transfers, matched and booked",
        count,
        "ms",
        matching.cpu / count * 1e3,
        "Odoo writes them down",
        writing.cpu / count * 1e3,
        matching,
    )


def _open_account(env):
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    journal.isp_unique_amounts = True
    return journal


def _make_bills(env, count):
    moves = env["account.move"]
    today = fields.Date.today()
    for start in range(0, count, BATCH):
        partners = env["res.partner"].create(
            [
                {"name": f"Pelanggan {chr(65 + n % 26)}{chr(65 + n // 26 % 26)} Uji"}
                for n in range(start, min(start + BATCH, count))
            ]
        )
        made = moves.create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": today,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Internet",
                                "price_unit": PRICES[partner.id % 4],
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
                for partner in partners
            ]
        )
        made.action_post()
        env.cr.commit()
        moves |= made
    return moves


def _prepare(journal, number, move):
    unique = number % 2 == 0
    name = move.partner_id.name.upper()
    return {
        "journal_id": journal.id,
        "date": fields.Date.today(),
        "amount": move.isp_transfer_amount if unique else move.amount_residual,
        "payment_ref": f"TRSF CR {name}" if unique else f"TRSF {move.name} {name}",
        "ref": str(move.id),
    }


def _check(lines, moves):
    whose = {str(move.id): move.partner_id for move in moves}
    matched = lines.filtered(lambda line: line.isp_match_state == "matched")
    wrong = matched.filtered(lambda line: line.partner_id != whose[line.ref])
    if wrong or len(matched) < 0.98 * len(lines):
        raise AssertionError(f"{len(matched)} of {len(lines)}, {len(wrong)} wrong")
