import pytest

from tools import releases
from tools.console import Failure
from tools.releases import changes


def test_dump_holds_nothing_that_other_versions_cannot_read():
    dump = (
        "\\restrict abc\n"
        "SET statement_timeout = 0;\n"
        "SET transaction_timeout = 0;\n"
        "COPY public.t (name) FROM stdin;\n"
        "\\N\n"
        "\\.\n"
        "\\unrestrict abc\n"
    )
    assert releases.portable(dump) == (
        "SET statement_timeout = 0;\nCOPY public.t (name) FROM stdin;\n\\N\n\\.\n"
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
