"""What subscribers write, and texts that are cleaned."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isp_notice.gateways.text import (
    clean,
    clean_line,
    number_of,
    text_of_html,
)
from isp_notice.words import (
    BILL,
    FAULT,
    START,
    STATUS,
    STOP,
    Wish,
    find_number,
    understand,
)

SURE = {
    BILL: """TAGIHAN|tagihan|Tagihan.|*TAGIHAN*|#tagihan|/tagihan|"tagihan"
        tagihan ya kak
        tagihan saya|cek tagihan dong min|tagihanku|tagihannya berapa?|TAGIHAAAAN
        tagihn|taginan|tagiahn|tghn|berapa tagihan saya bulan ini?|bill|my bill please
        invoice|how much is my bill|Tagihan 😀🙏|ＴＡＧＩＨＡＮ|cara bayar|mau bayar
        tagihan november 2026|how much|pembayaran""",
    STATUS: """STATUS|status|Status?|cek status|status internet saya|stattus|setatus
        statsu|status 10023|check status please|status koneksi|status line""",
    FAULT: """GANGGUAN|ganguan|gangguan!!|Ganggguan|ganggaun|internet mati|wifi lemot
        internet saya mati total min|tidak bisa internet|ga bisa internet
        gabisa internet
        los merah|lampu los merah|no internet|internet down|wifi slow|koneksi putus
        internet not working|halo kak internet saya mati|lapor|trouble""",
    STOP: """STOP|stop|Stop!|stoop|stop pesan|stop wa|berhenti|unsubscribe
        jangan kirim lagi|jangan kirim pesan lagi ya|opt out|ok stop|please stop
        tolong hentikan|STOP 🛑|stop all messages""",
    START: """START|start|mulai|mulai lagi|start messages|unstop""",
}
FOR_A_PERSON = """
berhenti langganan|saya mau berhenti|stop langganan|stop internet saya|mau stop
sudah bayar|udah bayar kak|saya sudah bayar tagihan|bukti transfer|bayar ke siapa ini
internet mati padahal sudah bayar|jangan kirim tagihan|terima kasih|ok|halo|hai min
no problem|tidak ada masalah|status kepegawaian|tagihan kok mahal|kenapa tagihan naik
mau pasang baru|ada promo?|kapan teknisi datang|alamat kantor dimana|p|test|10023
layar mati lampu rumah|kabar baik|layar|statistik|restart|starter|stopkontak rusak
tidak bisa bayar|STOP atau START|tagihan dan status|<script>alert(1)</script>|.|😀
'; DROP TABLE res_partner; --|{{1}}|%s|${jndi:ldap://x}
"""


def lines(text):
    return [part.strip() for part in text.replace("\n", "|").split("|") if part.strip()]


@pytest.mark.parametrize(
    ("text", "word"), [(text, word) for word in SURE for text in lines(SURE[word])]
)
def test_a_wish_is_understood(text, word):
    wish = understand(text)
    assert wish and wish.word == word


@pytest.mark.parametrize("text", lines(FOR_A_PERSON))
def test_what_is_not_sure_is_for_a_person(text):
    assert understand(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tagihan 10023", "10023"),
        ("TAGIHAN no pelanggan: 10023", "10023"),
        ("tagihan S00012", "S00012"),
        ("tagihan svc-2026-00012", "svc-2026-00012"),
        ("tagihan ISP/2026/0001 ya", "ISP/2026/0001"),
        ("10023 tagihan", "10023"),
        ("tagihan 2026", ""),
        ("tagihan 081234567890", ""),
        ("tagihan 6281234567890", ""),
        ("tagihan 12/11/2026", ""),
        ("tagihan " + "1" * 40, ""),
    ],
)
def test_a_service_number_is_found(text, number):
    assert understand(text) == Wish(BILL, number)


@pytest.mark.parametrize("text", ["Rp 250.000", "Rp250.000", "12", "1.234.567,89", ""])
def test_an_amount_is_no_service_number(text):
    assert find_number(text) == ""


def test_a_report_keeps_what_is_told():
    text = "GANGGUAN 10023 lampu LOS merah sejak pagi,\nmodem sudah saya restart"
    assert understand(text) == Wish(FAULT, "10023", text)
    assert understand("gangguan") == Wish(FAULT)
    long = "Lapor min, " + "internet putus nyambung " * 500
    wish = understand(long)
    assert wish.word == FAULT and len(wish.detail) == 1000


@pytest.mark.parametrize(
    "text",
    ["a" * 65536, "stop " * 13107, "1" * 65536, "\u0301" * 65536, "\x00" * 65536,
     "a-" * 32768, "😀" * 65536, "tagihan" + " " * 65536 + "x", "-1" * 32768],
    ids=["a", "stop", "1", "accent", "nul", "a-", "emoji", "spaces", "-1"],
)  # fmt: skip
def test_65536_characters_take_no_time(text):
    started = time.process_time()
    assert understand(text) is None
    assert find_number(text) == ""
    assert clean(text) is not None
    assert time.process_time() - started < 0.5


def test_control_characters_say_nothing():
    assert understand("\x00ta\x07gihan\u200b\u202e") == Wish(BILL)
    assert understand("stop\r\n\r\n") == Wish(STOP)
    assert understand("\ud83d stop \udc00") == Wish(STOP)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_understood_or_not(text):
    wish = understand(text)
    assert wish is None or wish.word in SURE
    assert text_of_html(text) is not None
    assert clean(clean(text)) == clean(text)
    clean(text).encode()


def test_words_in_any_order_are_never_a_stop_by_chance():
    """A contract that is given up, or a thing that stops, ends no messages."""
    chance = random.Random(17)
    others = lines("langganan|internet|tagihan|layanan|mati|modem|paket|kontrak|besok")
    for _time in range(500):
        words = ["stop", chance.choice(others), *chance.choices(others, k=2)]
        chance.shuffle(words)
        wish = understand(" ".join(words))
        assert wish is None or wish.word != STOP


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Halo <b>Budi</b>,</p><p>tagihan Anda</p>", "Halo *Budi*,\n\ntagihan Anda"),
        ("a<br/>b<br>c", "a\nb\nc"),
        ("<b> tebal </b>x", "*tebal* x"),
        ("<strong></strong>x<em>y</em>", "x_y_"),
        ("<ul><li>satu</li><li>dua</li></ul>", "• satu\n• dua"),
        ("<ol><li>satu<li>dua</ol>tiga", "1. satu\n2. dua\ntiga"),
        ('<a href="https://x.id/a?b=1&amp;c=2">Bayar</a>', "Bayar: https://x.id/a?b=1&c=2"),
        ('<a href="https://x.id">https://x.id</a>', "https://x.id"),
        ('<a href="javascript:alert(1)">klik</a>', "klik"),
        ('<a href="tel:+6281">telepon</a>', "telepon: +6281"),
        ("<table><tr><td>Total</td><td>Rp 5</td></tr></table>", "Total Rp 5"),
        ("<style>p{}</style><script>x()</script>isi", "isi"),
        ("<h2>Judul</h2>isi", "*Judul*\nisi"),
        ("&lt;b&gt; 5 &gt; 3 &amp; 2", "<b> 5 > 3 & 2"),
        ("<b>a<br>b</b>", "a\nb"),
        ("<i><b>x</b></i>", "_*x*_"),
        ("</b></ul></a><b>x", "x"),
        ("  \n <div>\n  a\n  b </div>\n", "a b"),
        ("", ""),
    ],
)  # fmt: skip
def test_html_becomes_what_whatsapp_shows(source, text):
    assert text_of_html(source) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0812-3456-7890", "6281234567890"),
        ("+62 812 3456 7890", "6281234567890"),
        ("62 812 3456 7890", "6281234567890"),
        ("0062 812 3456 7890", "6281234567890"),
        ("81234567890", "6281234567890"),
        ("+65 8123 4567", "6581234567"),
        ("(021) 555-1234", "62215551234"),
        ("", ""),
        ("abc", ""),
        ("0812", ""),
        ("1" * 16, ""),
    ],
)
def test_a_number_is_written_as_providers_want_it(text, number):
    assert number_of(text) == number


def test_a_line_is_one_line():
    assert clean_line(" a\n\tb\r\n  c\x00 ") == "a b c"
