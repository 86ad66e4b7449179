import pytest

from tools.checks import i18n

HEADER = i18n.NEW_PO_HEADER
POT = HEADER + '\n#. module: isp_base\nmsgid "Router"\nmsgstr ""\n'


@pytest.fixture
def check(tmp_path):
    def problems(body):
        pot, po = tmp_path / "x.pot", tmp_path / "id.po"
        pot.write_text(POT)
        po.write_text(HEADER + body)
        return "\n".join(i18n.po_problems(po, pot))

    return problems


def test_complete(check):
    assert not check('\nmsgid "Router"\nmsgstr "Perute"\n')


def test_untranslated(check):
    assert "untranslated" in check('\nmsgid "Router"\nmsgstr ""\n')


def test_missing(check):
    assert "missing" in check("")


def test_fuzzy(check):
    assert "fuzzy: Router" in check('\n#, fuzzy\nmsgid "Router"\nmsgstr "Perute"\n')


def test_not_in_the_template(check):
    body = '\nmsgid "Router"\nmsgstr "Perute"\n\nmsgid "Old"\nmsgstr "Lama"\n'
    assert "not in the .pot" in check(body)


def test_obsolete(check):
    body = '\nmsgid "Router"\nmsgstr "Perute"\n\n#~ msgid "Old"\n#~ msgstr "Lama"\n'
    assert "obsolete: Old" in check(body)


def test_not_valid(check):
    body = '\n#, python-format\nmsgid "Router"\nmsgstr "%(x)s"\n'
    assert "not valid" in check(body)


def test_file_that_is_missing(tmp_path):
    assert i18n.po_problems(tmp_path / "id.po", tmp_path / "x.pot")


def test_dates_of_the_export_do_not_matter(tmp_path):
    for name, date in (("a.pot", "2025"), ("b.pot", "2026")):
        (tmp_path / name).write_text(POT.replace("2025", date))
    assert i18n.entries(tmp_path / "a.pot") == i18n.entries(tmp_path / "b.pot")
