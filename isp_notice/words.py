"""What a subscriber wants who writes to our number: one of a few words, or a person.

TAGIHAN what he owes, STATUS how his line is, GANGGUAN something is broken, STOP and
START of our messages; in Indonesian and English, as people write on phones. Whatever
is not surely one of them is for a person: a message counts only when all its words
belong to it, so that "berhenti langganan" ends no messages, and "sudah bayar" is
answered by nobody's invoice.
"""

import re
import unicodedata
from typing import NamedTuple

from .gateways.text import clean

BILL, STATUS, FAULT, STOP, START = "bill", "status", "fault", "stop", "start"
LONGEST = 200  # characters of what may be a word of ours
LONGEST_DETAIL = 1000
LONGEST_NUMBER = 24


class Wish(NamedTuple):
    """:ivar word: BILL, STATUS, FAULT, STOP or START
    :ivar number: a service number that stands beside it, as it was written, or ""
    :ivar detail: of a fault, what he says of it beside the word, or ""
    """

    word: str
    number: str = ""
    detail: str = ""


def _words(text):
    return frozenset(text.split())


# Words that ask for it, and words that may stand beside these.
KEYS = {
    BILL: _words(
        "tagihan tagian tghn tgihan bill bills billing invoice invois faktur bayar "
        "pembayaran payment pay balance"
    ),
    STATUS: _words("status"),
    FAULT: _words(
        "gangguan ggn gguan lapor laporan komplain complaint keluhan trouble rusak "
        "fault outage problem mati lemot lelet lambat putus los rto down error broken "
        "slow offline disconnect"
    ),
    STOP: _words("stop setop berhenti unsubscribe hentikan"),
    START: _words("start mulai unstop resubscribe lanjutkan"),
}
BESIDE = {
    BILL: _words(
        "bulan bln ini lalu depan jatuh tempo berapa brp jumlah total link cara "
        "rekening metode how much month this due amount internet wifi "
        "januari februari maret april mei juni juli agustus september oktober november "
        "desember jan feb mar apr jun jul agu ags sep okt nov des january february "
        "march may june july august october december"
    ),
    STATUS: _words(
        "internet inet wifi koneksi jaringan layanan langganan line service connection"
    ),
    FAULT: _words(
        "internet inet wifi koneksi jaringan sinyal net network modem ont router lampu "
        "merah los red light layanan total terus lagi banget sekali sejak dari tadi "
        "pagi siang sore malam kemarin hari ini putus nyambung is very has been since"
    ),
    STOP: _words(
        "pesan pesannya notif notifikasi wa whatsapp kirim mengirim message messages "
        "notification notifications sending all semua lagi sekarang now me"
    ),
    START: _words(
        "pesan notif notifikasi wa whatsapp kirim message messages notification "
        "notifications lagi kembali sekarang now again"
    ),
}
POLITE = _words(
    "tolong mohon please pls plis dong donk ya yah yaa nya min mimin admin kak kakak "
    "pak bapak bu ibu bang mas mbak gan halo hallo hello hai hi hey selamat pagi siang "
    "sore malam assalamualaikum permisi maaf terima kasih makasih thanks thank you ok "
    "oke okay the"
)
# Of who asks for something; who wants to stop may mean his contract.
ASKING = _words(
    "minta bisa boleh mau ingin saya sy aku ku kami my i me info cek check lihat show "
    "kirim kirimkan dikirim untuk utk dari di ke yang yg a an of for to want get is "
    "what apa gimana bagaimana dimana where"
)
OF_NUMBERS = _words("no nomor nomer id pelanggan plg customer number layanan service")
# Whole phrases of people who do not know our words.
PHRASES = {
    "tidak bisa internet": FAULT,
    "internet tidak bisa": FAULT,
    "tidak ada internet": FAULT,
    "tidak ada sinyal": FAULT,
    "tidak bisa konek": FAULT,
    "tidak konek": FAULT,
    "tidak nyambung": FAULT,
    "no internet": FAULT,
    "not working": FAULT,
    "jangan kirim": STOP,
    "jangan wa": STOP,
    "opt out": STOP,
    "optout": STOP,
    "opt in": START,
    "how much": BILL,
}
SAME = {
    "ga": "tidak", "gak": "tidak", "gk": "tidak", "g": "tidak", "ngga": "tidak",
    "nggak": "tidak", "enggak": "tidak", "tdk": "tidak", "tak": "tidak",
    "gabisa": "tidak bisa", "gakbisa": "tidak bisa", "connect": "konek",
    "koneks": "konek",
}  # fmt: skip
# Words that begin what is said of a fault: all that follows is its description.
REPORTS = _words("gangguan ggn gguan lapor laporan komplain complaint keluhan")
# Typed wrongly these are still recognised; shorter ones are too near to other words.
FAR_ENOUGH = 6
NUMBER = re.compile(
    r"(?<![\w/-])(?<!\d[.,])(?=[\w/-]*\d{3})[a-z]{0,8}[-/]?\d[\w/-]{2,}"
    r"(?![\w/-]|[.,]\d)",
    re.IGNORECASE | re.ASCII,
)
PHONE = re.compile(r"(?:62|0)8\d{7,12}")
# A year, a date.
NO_NUMBER = re.compile(r"(?:19|20)\d\d|\d{1,2}[/-]\d{1,2}[/-]\d{2,4}")


def understand(text: str) -> Wish | None:
    """What somebody wants; None when a person has to read it."""
    text = clean(text).strip()
    head = text[:LONGEST]
    number = find_number(head)
    words = _split(head.replace(number, " ") if number else head)
    if number:
        words = [word for word in words if word not in SQUEEZED["numbers"]]
    word = _find(words) if len(text) <= LONGEST else None
    if not word and _is_report(words):
        word = FAULT
    if word in (None, STOP, START):
        return word and Wish(word)
    is_told = word == FAULT and len(words) > 1
    return Wish(word, number, text[:LONGEST_DETAIL] if is_told else "")


def find_number(text: str) -> str:
    """The service number in a text, as it was written; "" when there is none, or it is
    a phone number or a year."""
    for found in NUMBER.finditer(clean(text)[: LONGEST * 2]):
        number = found[0]
        if len(number) > LONGEST_NUMBER or NO_NUMBER.fullmatch(number):
            continue
        if not PHONE.fullmatch(number.replace("-", "")):
            return number
    return ""


def _split(text):
    """The words of a text: small letters, without accents, marks and emoji, with
    letters that are held too long written once."""
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    found = []
    for word in re.findall(r"[^\W_]+", text):
        found += SAME.get(word, word).split()
    return [_squeeze(_strip(word)) for word in found]


def _strip(word):
    """Without "-nya" and "-ku" where a word of ours is left."""
    for end in ("nya", "ku"):
        base = word.removesuffix(end)
        if base != word and _squeeze(base) in SQUEEZED["all"]:
            return base
    return word


def _squeeze(word):
    return re.sub(r"(.)\1+", r"\1", word)


def _find(words):
    """The word of ours to which all these belong, None without one or with two."""
    rest, wished = _take_phrases([word for word in words if not word.isdecimal()])
    wished |= {key for key in map(_get_key, rest) if key}
    if len(wished) != 1:
        return None
    (key,) = wished
    known = SQUEEZED["beside", key]
    is_whole = all(word in known or _get_key(word) == key for word in rest)
    return key if is_whole else None


def _take_phrases(words):
    """:returns: (the words that are left, the set of what phrases wish)"""
    text, wished = f" {' '.join(words)} ", set()
    for phrase, key in PHRASES.items():
        phrase = " ".join(map(_squeeze, phrase.split()))
        if f" {phrase} " in text:
            text = text.replace(f" {phrase} ", " ")
            wished.add(key)
    return text.split(), wished


def _get_key(word):
    for key in KEYS:
        if word in SQUEEZED[key]:
            return key
    if len(word) < FAR_ENOUGH - 1 or word in SQUEEZED["all"]:
        return None
    for key in KEYS:
        if any(_is_near(word, known) for known in SQUEEZED[key]):
            return key
    return None


def _is_near(word, known):
    """Whether one letter is wrong, missing, too many, or two have changed places."""
    if (
        len(known) < FAR_ENOUGH
        or abs(len(word) - len(known)) > 1
        or word[0] != known[0]
    ):
        return False
    start = 0
    while start < min(len(word), len(known)) and word[start] == known[start]:
        start += 1
    a, b = word[start:], known[start:]
    return (
        a[1:] == b[1:]
        or a[1:] == b
        or a == b[1:]
        or (a[:2] == b[1::-1] and a[2:] == b[2:] and len(a) > 1)
    )


def _is_report(words):
    """Whether it begins as a report of a fault, politeness left aside."""
    for word in words:
        if word in SQUEEZED["report"]:
            return True
        if word not in SQUEEZED["polite"]:
            return False
    return False


def _squeeze_all(*words):
    return frozenset(map(_squeeze, frozenset().union(*words)))


SQUEEZED = {key: _squeeze_all(words) for key, words in KEYS.items()}
SQUEEZED |= {
    ("beside", key): _squeeze_all(words, POLITE, () if key in (STOP, START) else ASKING)
    for key, words in BESIDE.items()
}
SQUEEZED["polite"] = _squeeze_all(POLITE)
SQUEEZED["report"] = _squeeze_all(REPORTS)
SQUEEZED["numbers"] = _squeeze_all(OF_NUMBERS)
SQUEEZED["all"] = frozenset().union(*SQUEEZED.values())
