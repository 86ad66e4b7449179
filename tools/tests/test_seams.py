import pytest

from tools.checks import model_classes, seams

TABLE = """\
## Seams

Text with `_not_one()`.

| Seam | Who calls it |
| --- | --- |
| `isp.x._tell(event)`, `_ask()` | `_other()` |
| `isp.x.kind` (`selection_add`) with `_get_it` | |

## Next

| `_no_seam()` | |
"""
TOLD = '''
from odoo import models


class X(models.Model):
    _name = "isp.x"

    def _tell(self, event: str) -> None:
        """Tell it."""

    def _ask(self, order) -> bool:
        """Ask about an order of work."""

    def _hint(self, event) -> None:
        """Say it."""

    def _silent(self) -> None:
        pass
'''


def test_seams_are_the_methods_of_the_first_column():
    assert seams.named(TABLE) == ["_ask", "_get_it", "_tell"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("_tell", None),
        ("_ask", None),
        ("_hint", "_hint: no definition with a docstring and all type hints"),
        ("_silent", "_silent: no definition with a docstring and all type hints"),
        ("_gone", "_gone: named in the table, defined nowhere"),
    ],
)
def test_a_seam_says_what_it_takes_and_gives(tmp_path, name, problem):
    file = tmp_path / "x.py"
    file.write_text(TOLD)
    found = seams.check([name], model_classes.parse(file))
    assert found == ([problem] if problem else [])
