import ast
import json
import subprocess
import textwrap

import pytest

from tools import mutation
from tools.checks import mutation_stage
from tools.checks.report import Report
from tools.layout import PYTHON, ROOT
from tools.mutation.mutants import mutants


def changed(text):
    """The lines that stand in the mutants instead of those of the source."""
    source = ast.unparse(ast.parse(textwrap.dedent(text))).splitlines()
    found = set()
    for mutant in mutants(textwrap.dedent(text)):
        lines = ast.unparse(mutant.tree).splitlines()
        assert len(lines) == len(source)
        (pair,) = [(a, b) for a, b in zip(source, lines, strict=True) if a != b]
        found.add(pair[1].strip())
    return found


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("x = a < b", {"x = a <= b", "x = a >= b"}),
        ("x = a >= b", {"x = a > b", "x = a < b"}),
        ("x = a == b", {"x = a != b"}),
        ("x = a not in b", {"x = a in b"}),
        ("x = a < b == c", {"x = a <= b == c", "x = a >= b == c", "x = a < b != c"}),
        ("x = a + b", {"x = a - b"}),
        ("x = a * b", {"x = a / b"}),
        ("x -= a", {"x += a"}),
        ("x = a and b", {"x = a or b"}),
        ("x = not a", {"x = a"}),
        ("x = 7", {"x = 8", "x = 6"}),
        ("x = True", {"x = False"}),
        ("x = a if b else c", {"x = a if not b else c"}),
        ("x = 'a'", set()),
        ("x: int | None = a", set()),
        ("def f(a: int | None) -> int | None:\n    return a", {"return None"}),
        ("x = f(a, strict=True)", set()),
        ("x = f(a, order=True)", {"x = f(a, order=False)"}),
        ("def f():\n    return None", set()),
    ],
)
def test_mutants(text, others):
    assert changed(text) == others


def test_mutants_are_named_by_function_and_change():
    text = "class A:\n    def f(self):\n        return self.x + 1, 1"
    names = [(mutant.name, mutant.line) for mutant in mutants(text)]
    assert names == [
        ("A.f: return (self.x + 1, 1) → return None", 3),
        ("A.f: self.x + 1 → self.x - 1", 3),
        ("A.f: 1 → 2", 3),
        ("A.f: 1 → 0", 3),
        ("A.f: 1 → 2 (2)", 3),
        ("A.f: 1 → 0 (2)", 3),
    ]


def test_targets_and_their_tests_are_there(root):
    for target in mutation.TARGETS:
        for file in (target.file, *target.tests):
            assert (root / file).is_file(), file


@pytest.fixture
def judge(tmp_path):
    """`judge(line of a test, equivalent=names)`: what the runner finds for `limit`.

    In a process of its own, as it changes how modules are found.
    """
    (tmp_path / "isp_x" / "tests").mkdir(parents=True)
    (tmp_path / "isp_x" / "core.py").write_text(CORE)

    def run(line, equivalent=()):
        test = tmp_path / "isp_x" / "tests" / "test_core.py"
        test.write_text(f"{TEST}        {line}\n")
        arguments = json.dumps([str(tmp_path), dict.fromkeys(equivalent, "why")])
        subprocess.run([PYTHON, "-c", SCRIPT, arguments], check=True, cwd=ROOT)
        (found,) = json.loads((tmp_path / "result.json").read_text())
        return found

    return run


CORE = """\
def limit(n):
    while n > 10:
        n -= 1
    return n
"""
TEST = """\
import unittest
from ..core import limit

class TestCore(unittest.TestCase):
    def test_limit(self):
"""
SCRIPT = """\
import json, pathlib, sys
from tools import mutation
from tools.mutation import runner

folder, equivalent = json.loads(sys.argv[1])
runner.ROOT = pathlib.Path(folder)
tests = ("isp_x/tests/test_core.py",)
runner.TARGETS = (mutation.Target("isp_x/core.py", tests, equivalent),)
runner.main(f"{folder}/result.json")
"""
TABLE = "for n, m in ((9, 9), (10, 10), (13, 10)): self.assertEqual(limit(n), m)"


def test_good_tests_notice_every_mutant_loops_without_end_too(judge):
    found = judge(TABLE)
    assert (found["killed"], found["survived"], found["needless"]) == (8, [], [])


def test_what_no_test_notices_has_survived(judge):
    found = judge("self.assertEqual(limit(9), 9)")
    assert found["survived"] == [
        "isp_x/core.py:2: limit: n > 10 → n >= 10",
        "isp_x/core.py:2: limit: 10 → 11",
        "isp_x/core.py:2: limit: 10 → 9",
        "isp_x/core.py:3: limit: n -= 1 → n += 1",
        "isp_x/core.py:3: limit: 1 → 2",
        "isp_x/core.py:3: limit: 1 → 0",
    ]


def test_equivalent_ones_are_listed_and_the_list_is_kept_short(judge):
    found = judge(TABLE, equivalent=["limit: n > 10 → n >= 10", "limit: gone"])
    assert found["needless"] == [
        "isp_x/core.py: limit: n > 10 → n >= 10",
        "isp_x/core.py: limit: gone",
    ]


def test_report():
    report = Report("mutants")
    found = {"killed": 5, "survived": ["x.py:1: f: 1 → 2"], "needless": ["x.py: g"]}
    mutation_stage.read(report, [found])
    assert (report.passed, report.failed) == (5, 2)
    assert "x.py:1: f: 1 → 2" in report.problems[0]
    assert "take it off the list: x.py: g" in report.problems[1]
