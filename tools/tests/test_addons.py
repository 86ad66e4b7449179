import pytest

from tools import addons
from tools.checks.addon import chosen_tests
from tools.console import Failure


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Three addons: isp_a needs isp_b, which needs isp_base, which needs stock."""
    monkeypatch.setattr(addons, "ROOT", tmp_path)
    for name, depends in {
        "isp_a": ["isp_b"],
        "isp_b": ["isp_base", "account"],
        "isp_base": ["stock"],
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "__manifest__.py").write_text(repr({"depends": depends}))
    addons.every.cache_clear()
    yield tmp_path
    addons.every.cache_clear()


def names(found):
    return [addon.name for addon in found]


def test_order_follows_dependencies(repository):
    assert names(addons.every()) == ["isp_base", "isp_b", "isp_a"]


def test_outside_dependencies_go_through_our_own(repository):
    assert addons.outside([addons.by_name("isp_a")]) == ["account", "stock"]
    assert addons.outside([addons.by_name("isp_base")]) == ["stock"]


def test_unknown_addon_is_told_with_the_known_ones(repository):
    with pytest.raises(Failure, match="isp_base, isp_b, isp_a"):
        addons.by_name("isp_x")


def test_no_addon(tmp_path, monkeypatch):
    monkeypatch.setattr(addons, "ROOT", tmp_path)
    addons.every.cache_clear()
    with pytest.raises(Failure, match="no addon"):
        addons.every()
    addons.every.cache_clear()


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("models/x.py", True),
        ("static/tests/tours/x.js", True),
        ("tests/test_x.py", False),
        ("models/__pycache__/x.pyc", False),
    ],
)
def test_code_hash(repository, file, changes):
    addon = addons.by_name("isp_base")
    before = addons.code_hash(addon)
    path = repository / "isp_base" / file
    path.parent.mkdir(parents=True)
    path.write_text("x")
    assert (addons.code_hash(addon) != before) is changes


def test_alone_the_marked_classes_are_run_where_there_are_any(repository):
    for name, text in {"isp_a": '@tagged("isp_alone")', "isp_b": "@tagged()"}.items():
        (repository / name / "tests").mkdir()
        (repository / name / "tests" / "test_x.py").write_text(text)
    walk = "/isp_base:TestWalk"
    assert chosen_tests(addons.by_name("isp_a")) == f"isp_alone/isp_a,{walk}"
    assert chosen_tests(addons.by_name("isp_b")) == f"/isp_b,-isp_together/isp_b,{walk}"
