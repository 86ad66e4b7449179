"""Lengths of 1 to 5 bytes, in pieces of any size."""

import pytest
from librouteros import protocol

from simulator.framing import Decoder, FramingError, encode_length, encode_sentence

EDGES = (1, 0x7F, 0x80, 0x3FFF, 0x4000, 0xFFFFF)


@pytest.mark.parametrize("length", [*EDGES, 0x1FFFFF, 0x200000, 0xFFFFFFF])
def test_lengths_are_those_of_librouteros(length):
    assert encode_length(length) == protocol.encode_length(length)


def test_the_longest_lengths_have_five_bytes():
    assert encode_length(0x10000000) == b"\xf0\x10\x00\x00\x00"


@pytest.mark.parametrize("step", [1, 2, 7, 4096])
def test_sentences_that_come_in_pieces(step):
    sentences = [["/x", "=a=" + "é" * 100], ["/y"], ["/z", "=b=" + "x" * 0x4000]]
    data = b"".join(map(encode_sentence, sentences))
    decoder, found = Decoder(), []
    for begin in range(0, len(data), step):
        found += decoder.feed(data[begin : begin + step])
    assert found == sentences


@pytest.mark.parametrize("length", EDGES)
def test_a_word_of_any_size_comes_back(length):
    words = ["/x", "a" * length]
    assert list(Decoder().feed(encode_sentence(words))) == [words]


def test_bytes_that_are_no_text_come_back_as_they_were():
    data = b"\x02/x\x04=a=\xe9\x00"
    (words,) = Decoder().feed(data)
    assert encode_sentence(words) == data


@pytest.mark.parametrize("data", [b"\xf8\x00", b"\xf0\x7f\xff\xff\xff"])
def test_what_no_client_sends_is_refused(data):
    with pytest.raises(FramingError):
        list(Decoder().feed(data))
