import pytest

from tools.checks import patterns


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "_sql_constraints = []"),
        ("a.xml", "<tree>"),
        ("a.xml", '<field name="view_mode">tree,form</field>'),
        ("a.xml", "<field attrs=\"{'invisible': 1}\"/>"),
        ("a.xml", '<group expand="0" string="By">'),
        ("a.xml", '<field name="numbercall">-1</field>'),
        ("a.xml", '<t t-esc="x"/>'),
        ("a.js", 'xml`<t t-raw="x"/>`'),
        ("a.xml", '<div class="oe_chatter">'),
        ("a.py", '@route("/x", type="json")'),
        ("Makefile", "cd /home/somebody"),
        ("a.py", "x\n" * 501),
    ],
)
def test_found(tmp_path, monkeypatch, name, text):
    monkeypatch.setattr(patterns, "ROOT", tmp_path)
    (tmp_path / name).write_text(text)
    (problem,) = patterns.problems([tmp_path.joinpath(name).relative_to(tmp_path)])
    assert problem.startswith(name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xml", "<list>\n<field name='x' invisible=\"state == 'draft'\"/>"),
        ("a.xml", '<a href="/my/home/x">'),
        ("a.py", "subtree = expand = 1"),
        ("LICENSE", "x\n" * 600),
    ],
)
def test_not_found(tmp_path, monkeypatch, name, text):
    monkeypatch.setattr(patterns, "ROOT", tmp_path)
    (tmp_path / name).write_text(text)
    assert not patterns.problems([tmp_path.joinpath(name).relative_to(tmp_path)])
