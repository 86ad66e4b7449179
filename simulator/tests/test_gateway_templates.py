"""Whether the words of a notice are those that a provider has approved."""

import pytest

from isp_notice.gateways import Template, find_misfit, language_of, number_parts


def make_template(body="Halo {{1}}, tagihan {{2}}", state="approved", parameters=2):
    return Template("invoice", "id", state, body=body, parameters=parameters)


@pytest.mark.parametrize(
    ("text", "template", "misfit"),
    [
        ("Halo {{1}}, tagihan {{2}}", make_template(), ""),
        ("Halo  {{1}},\n tagihan {{2}} ", make_template(), ""),
        ("Halo {{1}}, tagihan {{2}}", make_template("Halo {{ 1 }}, tagihan {{2}}"), ""),
        ("Halo {{1}}, tagihan {{2}}", None, "missing"),
        ("Halo {{1}}, tagihan {{2}}", make_template(state="paused"), "state"),
        ("Halo {{1}}, tagihan", make_template(), "count"),
        ("", make_template(), "count"),
        ("{{1}} dan {{2}}", make_template("{{1}} dan {{1}}", parameters=1), "count"),
        ("{{1}} dan {{2}}", make_template("{{2}} dan {{1}}"), "order"),
        ("{{1}} dan {{2}}", make_template("{{name}} dan {{sum}}"), "order"),
        ("Tagihan {{1}}, halo {{2}}", make_template(), "words"),
    ],
)
def test_a_template_has_to_have_the_words(text, template, misfit):
    assert find_misfit(text, template) == misfit


def test_values_are_numbered_in_their_order():
    parts = [("Halo ", True), (", tagihan ", True), (".", False)]
    assert number_parts(parts) == "Halo {{1}}, tagihan {{2}}."
    assert number_parts([]) == ""


def test_a_template_has_the_language_alone():
    assert [language_of(lang) for lang in ("id_ID", "en_US", None)] == [
        "id",
        "en",
        "id",
    ]
