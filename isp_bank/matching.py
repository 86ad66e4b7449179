"""Whose money a transfer is: judged by what points to somebody, of plain values alone.

Nothing here guesses. One thing that points to a subscriber may be a slip of the pen, so
it takes two that know nothing of each other, or one that nobody types himself.
"""

import re

UNIQUE = "unique"  # the amount that he alone was told
VIRTUAL = "virtual"  # the number of his virtual account
NUMBER = "number"  # of one of his services or invoices, in the text
ACCOUNT = "account"  # a bank account from which he has paid
PAYER = "payer"  # a name under which he has paid
CONFIRMED = "confirmed"  # he has said that he paid this amount
AMOUNT = "amount"  # he owes exactly this
ALONE = "alone"  # and nobody else does
SLIP = "slip"  # he is named, and this is his unique amount but for a slip of the pen
NAME = "name"  # his name stands in the text
KINDS = (UNIQUE, VIRTUAL, NUMBER, ACCOUNT, PAYER, CONFIRMED, AMOUNT, ALONE, SLIP, NAME)

POINTERS = frozenset({UNIQUE, VIRTUAL, NUMBER, ACCOUNT, PAYER})
TYPED = frozenset({VIRTUAL, NUMBER})
CERTAIN = (
    {VIRTUAL},
    {NUMBER, AMOUNT, NAME},
    {NUMBER, ALONE},
    {NUMBER, AMOUNT, ACCOUNT},
    {NUMBER, AMOUNT, PAYER},
    {ACCOUNT, AMOUNT},
    {PAYER, ALONE},
    {PAYER, AMOUNT, NAME},
    {CONFIRMED, NAME},
    {CONFIRMED, ALONE},
    {ALONE, NAME},
)

LONGEST_NUMBER = 6  # words of which a number may be made: INV / 2026 / 05 / 0001
SHORTEST_NUMBER = 5
SHORTEST_CUT = 12  # of a name that the bank has cut off
# What banks write beside a name
BANK_WORDS = frozenset(
    """
    ATM AUTO BANK BANKING BCA BI BIFAST BNI BRI BRIMO BY CENAIDJA CHARGE CR DANA DARI
    DB DEBIT DOMESTIC DR E EBANKING FAST FROM FTFVA FTSCY INET INHOUSETRF INTERNET
    IPAY KARTU KE KIRIM KR KREDIT LIVIN LLG M MANDIRI MASUK MBANKING MCM MOBILE MYBCA
    NBMB NOTE OTOMATIS PAYMENT PEMBAYARAN QRIS RTGS SA SETORAN SKN SWITCHING TO TRANSFER
    TRANSAKSI TRF TRFDN TRSF TUNAI UANG VIA WS
    INTERNET INVOICE INV TAGIHAN BAYAR WIFI BULAN BULANAN ISP
    """.split()
)
TITLES = frozenset("BAPAK BPK IBU IB SDR SDRI BP PT CV UD TN NY NN DR H HJ".split())


def get_words(text):
    """Return the words of a text, in capitals, without what stands between them."""
    return re.findall(r"[A-Z0-9]+", (text or "").upper())


def squeeze(number):
    """Return a number as it is compared: INV/2026/05/0001 is INV2026050001."""
    return "".join(get_words(number))


def get_numbers(text):
    """Return all that may be a number of ours in this text, squeezed: words, and words
    that follow each other, with at least one figure."""
    words = get_words(text)
    found = set()
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST_NUMBER, len(words)) + 1):
            number = "".join(words[start:end])
            if len(number) >= SHORTEST_NUMBER and re.search(r"\d", number):
                found.add(number)
    return found


def get_slips(amount):
    """Return the amounts of which this one may be a slip of the pen: with a figure
    wrong, missing or too many, or two neighbours swapped."""
    text, figures = f"{amount:.0f}", "0123456789"
    places = range(len(text) + 1)
    slips = {
        text[:n] + one + text[n + cut :]
        for n in places
        for one in ("", *figures)
        for cut in (0, 1)
    }
    slips |= {text[:n] + text[n : n + 2][::-1] + text[n + 2 :] for n in places}
    return {int(slip) for slip in slips if slip[:1] not in ("", "0")} - {int(text)}


def get_payer(text):
    """Return the name that a bank has written into a text, as far as one can tell;
    "" where there are not two words."""
    words = [
        word
        for word in get_words(re.sub(r"\d", " ", text or ""))
        if len(word) > 1 and word not in BANK_WORDS
    ]
    return " ".join(words) if len(words) > 1 else ""


def get_name_words(name):
    return [word for word in get_words(name) if word.isalpha() and word not in TITLES]


def agrees(name, text):
    """Whether a text names this person: by all words, or by the first ones where the
    bank has cut it off at its end. One word alone is no name."""
    words = get_name_words(name)
    if len(words) < 2:
        return False
    there = get_words(re.sub(r"\d", " ", text or ""))
    if set(words) <= set(there):
        return True
    whole, told = " ".join(words), " " + " ".join(there)
    return any(
        told.endswith(f" {whole[:length].strip()}")
        for length in range(len(whole) - 1, SHORTEST_CUT - 1, -1)
    )


def judge(found):
    """Return whose money it is for certain, or None.

    :param found: {somebody: set of what points to him, of KINDS}
    """
    pointed = {who for who, kinds in found.items() if kinds & POINTERS}
    unique = {who for who in pointed if UNIQUE in found[who]}
    if unique:
        pointed = unique | {who for who in pointed if found[who] & TYPED}
    if len(pointed) > 1:
        return None
    among = pointed or found.keys()
    certain = [who for who in among if _is_certain(who, found)]
    return certain[0] if len(certain) == 1 else None


def _is_certain(who, found):
    kinds = found[who]
    if UNIQUE in kinds:
        # Somebody else has transferred it perhaps: who owes just that, or has erred.
        others = any(found[other] & {AMOUNT, SLIP} for other in found if other != who)
        return not others or NAME in kinds
    return any(rule <= kinds for rule in CERTAIN)


def get_order(kinds):
    """Return by what proposals are sorted: those with more behind them first."""
    return -sum(2 ** (len(KINDS) - KINDS.index(kind)) for kind in kinds)
