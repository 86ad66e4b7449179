from collections import Counter

import pytest

from tools import releases
from tools.checks import stored_data, stored_schema
from tools.console import Failure
from tools.releases import changes


def test_dump_holds_nothing_that_other_versions_cannot_read():
    dump = (
        "\\restrict abc\n"
        "SET statement_timeout = 0;\n"
        "SET transaction_timeout = 0;\n"
        "COMMENT ON EXTENSION unaccent IS 'text';\n"
        "COMMENT ON INDEX public.i IS 'what Odoo compares';\n"
        "COPY public.t (name) FROM stdin;\n"
        "\\N\n"
        "\\.\n"
        "\\unrestrict abc\n"
    )
    assert releases.portable(dump) == (
        "SET statement_timeout = 0;\n"
        "COMMENT ON INDEX public.i IS 'what Odoo compares';\n"
        "COPY public.t (name) FROM stdin;\n"
        "\\N\n"
        "\\.\n"
    )


def test_lines_end_where_postgresql_ends_them():
    row = "a\x85b\u2028\\restrict\n"
    assert releases.portable(row) == row


def test_release_that_is_not_there_names_those_that_are():
    with pytest.raises(Failure, match="19.0.1"):
        releases.by_version("18.0")


@pytest.mark.parametrize("release", releases.RELEASES, ids=lambda one: one.version)
def test_every_release_has_its_data(release):
    assert release.dump.stat().st_size + release.files.stat().st_size < 4 * 2**20


def test_every_exception_says_why():
    assert all(len(why) > 10 for why in changes.EXPLAINED.values())


def test_definition_that_was_restored_is_the_same():
    made = "(state = ANY ((ARRAY['a'::character varying, 'b'::text])::text[]))"
    restored = "(state = ANY (ARRAY[('a'::character varying)::text, 'b'::text]))"
    assert stored_schema.plain(made) == stored_schema.plain(restored)
    other = made.replace("'b'", "'c'")
    assert stored_schema.plain(made) != stored_schema.plain(other)


def test_column_that_is_renamed_is_compared_with_itself():
    changes = {"t.a": "isp_a", "t.b": "isp_b"}
    pairs = stored_data._pairs("t", {"a", "b", "c"}, {"isp_a", "b"}, changes, {})
    assert pairs == [("a", "isp_a"), ("b", "b")]


def test_explained_column_is_not_compared():
    assert not stored_data._pairs("t", {"a"}, {"a"}, {}, {"t.a": "why"})


def test_every_lost_row_is_told_and_some_are_shown():
    rows = Counter({f"row {n}": 2 for n in range(9)})
    first, *shown = stored_data._describe(rows, Counter())
    assert first == "lost or changed: 18 rows"
    assert len(shown) == stored_data.ROWS_SHOWN
