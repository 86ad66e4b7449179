"""The stack of query words, row by row as the manual has it."""

import pytest

from simulator.errors import Trap
from simulator.query import compile_query

ROW = {"name": "budi", "type": "ether", "mtu": "1500", "comment": "", "no": "false"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], True),
        (["?name"], True),
        (["?rate"], False),
        (["?-rate"], True),
        (["?-name"], False),
        (["?name=budi"], True),
        (["?=name=budi"], True),
        (["?name=siti"], False),
        (["?rate=x"], False),
        (["?comment="], True),
        (["?rate="], False),
        (["?<mtu=9000"], True),
        (["?>mtu=900"], True),
        (["?<name=siti"], True),
        (["?no=false"], True),
        (["?name=budi", "?type=vlan"], False),
        (["?name=budi", "?type=vlan", "?#|"], True),
        (["?name=budi", "?type=vlan", "?#&"], False),
        (["?type=vlan", "?#!"], True),
        (["?name=budi", "?type=vlan", "?#|!"], False),
        (["?type=vlan", "?name=budi", "?#1.0.!"], False),
        (["?type=vlan", "?name=budi", "?#0"], True),
        (["?type=vlan", "?name=budi", "?#1"], False),
        (["?name=budi", "?#!.|!"], True),
    ],
)
def test_stack(words, expected):
    assert compile_query(words)(ROW) is expected


@pytest.mark.parametrize("words", [["?#&"], ["?name", "?#|"], ["?#3"]])
def test_a_stack_that_is_too_small_is_refused(words):
    with pytest.raises(Trap):
        compile_query(words)(ROW)


def test_operators_that_do_not_exist_are_refused():
    with pytest.raises(Trap):
        compile_query(["?name", "?#x"])
