from tools import addons
from tools.checks import together


def test_parts_are_of_about_the_same_weight():
    weights = {"a": 9, "b": 1, "c": 5, "d": 4}
    assert together.parts(weights, 2) == [["a", "b"], ["c", "d"]]


def test_there_is_no_part_without_tests():
    assert together.parts({"a": 9}, 3) == [["a"]]


def test_every_addon_is_in_one_part():
    shared = [name for label, _stage in together.stages() for name in _names(label)]
    assert sorted(shared) == sorted(addon.name for addon in addons.every())


def _names(label):
    return label.partition(": ")[2].split(", ")
