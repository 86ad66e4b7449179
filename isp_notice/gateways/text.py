"""Texts as they can be kept and sent, and numbers as providers want them."""

import html
import re
from html.parser import HTMLParser

# Line feeds stay. PostgreSQL takes no NUL, UTF-8 no surrogates; what turns the
# direction of writing or hides letters lets one thing look like another.
UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
BLOCKS = {
    "address", "article", "blockquote", "div", "footer", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "ol", "p", "section", "table", "tbody", "thead", "tr", "ul",
}  # fmt: skip
MARKS = {
    "b": "*", "strong": "*", "h1": "*", "h2": "*", "h3": "*", "th": "*", "i": "_",
    "em": "_", "s": "~", "del": "~", "strike": "~", "code": "`",
}  # fmt: skip
HIDDEN = {"head", "script", "style", "template", "title"}


def clean(text):
    """Without control characters, with line feeds between lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return UNWANTED.sub("", text)


def clean_line(text):
    """On one line, as parameters of templates have to be."""
    return re.sub(r"\s+", " ", clean(text)).strip()


def digits_of(text):
    """The ASCII digits in a text."""
    return re.sub(r"[^0-9]", "", text)


def number_of(text, country="62"):
    """A phone number as people write it, in E.164 without the plus; "" for what is
    none.

    :param country: of numbers that are written with a leading zero
    """
    text = text.strip()
    digits = digits_of(text)
    if digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0") and not text.startswith("+"):
        digits = country + digits[1:]
    elif digits.startswith("8") and not text.startswith("+") and country == "62":
        digits = country + digits
    return digits if 8 <= len(digits) <= 15 and digits[0] != "0" else ""


def text_of_html(source):
    """What HTML says, in WhatsApp's own marks: *bold*, _italic_, ~struck~, lists, and
    links written out."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    text = clean("".join(reader.parts))
    lines = [re.sub(r" +", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts, self.hidden = [], 0
        self.lists, self.links, self.opened = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag in HIDDEN:
            self.hidden += 1
        elif tag in BLOCKS:
            self._end_line(2 if tag == "p" else 1)
            if tag in ("ul", "ol"):
                self.lists.append(0 if tag == "ol" else None)
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self._end_line()
            self.parts.append(self._get_bullet())
        elif tag in ("td", "th") and self._ends_with_text():
            self.parts.append(" ")
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.parts)))
        if tag in MARKS:
            self.opened.append((tag, len(self.parts)))

    def handle_endtag(self, tag):
        if tag in HIDDEN:
            self.hidden = max(self.hidden - 1, 0)
        elif tag in MARKS and any(tag == name for name, _at in self.opened):
            self._mark(tag)
        elif tag == "a" and self.links:
            self._write_link(*self.links.pop())
        if tag in BLOCKS:
            if tag in ("ul", "ol") and self.lists:
                self.lists.pop()
            self._end_line(2 if tag == "p" else 1)
        elif tag == "li":
            self._end_line()

    def handle_data(self, data):
        if self.hidden:
            return
        text = re.sub(r"\s+", " ", data)
        if text != " " or self._ends_with_text():
            self.parts.append(text)

    def _mark(self, tag):
        """Put marks around what is written since the tag began: without spaces at its
        ends, or WhatsApp does not see them, and on one line."""
        while True:
            name, at = self.opened.pop()
            if name == tag:
                break
        written = "".join(self.parts[at:])
        inner = written.strip()
        del self.parts[at:]
        if not inner or "\n" in inner or MARKS[tag] in inner:
            self.parts.append(written)
            return
        start = written[: len(written) - len(written.lstrip())]
        end = written[len(written.rstrip()) :]
        self.parts.append(f"{start}{MARKS[tag]}{inner}{MARKS[tag]}{end}")

    def _write_link(self, url, at):
        label = "".join(self.parts[at:]).strip()
        url = html.unescape(url).strip()
        if url.startswith("mailto:") or url.startswith("tel:"):
            url = url.partition(":")[2]
        if not url or url.startswith(("#", "javascript:")) or url in label:
            return
        self.parts.append(f": {url}" if label else url)

    def _get_bullet(self):
        if not self.lists or self.lists[-1] is None:
            return "• "
        self.lists[-1] += 1
        return f"{self.lists[-1]}. "

    def _ends_with_text(self):
        written = next((part for part in reversed(self.parts) if part), "")
        return bool(written) and not written[-1].isspace()

    def _end_line(self, feeds=1):
        written = "".join(self.parts[-3:])
        missing = feeds - (len(written) - len(written.rstrip("\n")))
        if self.parts and missing > 0:
            self.parts.append("\n" * missing)
