import re

import pytest

from tools import addons
from tools.checks import addon as stage

BROWSER = re.compile(r"\b(start_tour|browser_js)\(")


@pytest.fixture
def addon(tmp_path, monkeypatch):
    monkeypatch.setattr(addons, "ROOT", tmp_path)
    (tmp_path / "isp_x" / "tests").mkdir(parents=True)
    return addons.Addon("isp_x", ())


def write(addon, name, *tags):
    text = "".join(f'@tagged("{tag}")\n' for tag in tags)
    (addon.folder / "tests" / f"test_{name}.py").write_text(text)


def test_all_run_but_those_of_all_addons_together(addon):
    write(addon, "a", "isp_together")
    assert stage.chosen_tests(addon) == "/isp_x,-isp_together/isp_x,/isp_base:TestWalk"


def test_where_some_are_marked_as_main_ways_they_run_only(addon):
    write(addon, "a", "isp_together")
    write(addon, "b", "isp_alone")
    assert stage.chosen_tests(addon) == "isp_alone/isp_x,/isp_base:TestWalk"


def test_none_that_runs_in_an_addon_alone_opens_a_browser():
    for addon in addons.every():
        files = list((addon.folder / "tests").glob("test_*.py"))
        texts = {file: file.read_text() for file in files}
        chosen = any(f'"{stage.MARK}"' in text for text in texts.values())
        for file, text in texts.items():
            if BROWSER.search(text):
                left_out = f'"{stage.MARK}"' not in text if chosen else False
                assert left_out or f'"{stage.NOT_ALONE}"' in text, file
