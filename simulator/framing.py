"""Words and sentences on the wire.

A word is its length, in 1 to 5 bytes, and as many bytes; a word of length 0 ends the
sentence. Text is kept byte for byte: what is no UTF-8 comes back as it went in.
"""

LONGEST_WORD = 1 << 20  # bytes; a client that announces more is broken off

# Below this length, these high bits, this many bytes.
_SIZES = (
    (0x80, 0x00, 1),
    (0x4000, 0x8000, 2),
    (0x200000, 0xC00000, 3),
    (0x10000000, 0xE0000000, 4),
)


class FramingError(Exception):
    """Bytes that are no sentence."""


def to_bytes(text):
    return text.encode("utf-8", "surrogateescape")


def to_text(data):
    return data.decode("utf-8", "surrogateescape")


def encode_length(length):
    if length < 0x80:
        return bytes((length,))
    for limit, mask, size in _SIZES:
        if length < limit:
            return (length | mask).to_bytes(size, "big")
    return b"\xf0" + length.to_bytes(4, "big")


def encode_word(text):
    data = to_bytes(text)
    return encode_length(len(data)) + data


def encode_sentence(words):
    return b"".join(map(encode_word, words)) + b"\x00"


class Decoder:
    """Makes sentences (lists of str) of bytes that come in pieces."""

    def __init__(self):
        self._buffer = bytearray()
        self._words = []

    def feed(self, data):
        """Yield the sentences that are complete with `data`.

        :raises FramingError: on a length that no router sends
        """
        self._buffer += data
        position = 0
        try:
            while (word := self._read_word(position)) is not None:
                text, position = word
                if text:
                    self._words.append(text)
                elif self._words:
                    sentence, self._words = self._words, []
                    yield sentence
        finally:
            del self._buffer[:position]

    def _read_word(self, position):
        """Return (text, position after it), None while it is not complete."""
        length = self._read_length(position)
        if length is None:
            return None
        begin, size = length
        if size > LONGEST_WORD:
            raise FramingError(f"a word of {size} bytes")
        end = begin + size
        if end > len(self._buffer):
            return None
        return to_text(bytes(self._buffer[begin:end])), end

    def _read_length(self, position):
        """Return (where the word begins, its length), None while not complete."""
        if position >= len(self._buffer):
            return None
        first = self._buffer[position]
        if first < 0x80:
            return position + 1, first
        if first > 0xF0:
            raise FramingError(f"control byte {first:#x}")
        size = next(
            n for n, top in ((2, 0xC0), (3, 0xE0), (4, 0xF0), (5, 0x100)) if first < top
        )
        end = position + size
        if end > len(self._buffer):
            return None
        number = int.from_bytes(self._buffer[position:end], "big")
        return end, number & ((1 << (32 if size == 5 else 7 * size)) - 1)
