from tools.checks import run_stages
from tools.checks.report import Report, summarise
from tools.console import Failure


def closed(name, passed=0, problems=()):
    report = Report(name, passed=passed)
    for problem in problems:
        report.fail(problem)
    return report.close()


def test_closing_line_counts_every_stage(capsys):
    code = summarise([closed("a", 3), closed("b", 1, ["traceback of b"])], 9)
    output = capsys.readouterr().out
    assert (code, output.splitlines()[-1]) == (1, "4 passed, 1 failed")
    assert "traceback of b" in output


def test_all_well(capsys):
    assert summarise([closed("a", 3)], 9) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 0 failed"


def test_ten_slowest_tests_of_all_stages_are_named(capsys):
    one, other = closed("a", 3), closed("b", 3)
    one.durations = [(float(number), f"test_{number}") for number in range(8)]
    other.durations = [(20.5, "test_long"), (0.1, "test_short"), (5.5, "test_middle")]
    summarise([one, other], 9)
    lines = capsys.readouterr().out.splitlines()
    slowest = lines[lines.index("Seconds  the slowest tests") + 1 :][:11]
    assert slowest[:3] == [
        "   20.5  test_long",
        "    7.0  test_7",
        "    6.0  test_6",
    ]
    assert slowest[9:] == ["    0.1  test_short", ""]


def test_stage_that_ran_nothing_has_failed():
    assert closed("a").failed == 1


def test_stage_that_breaks_off_does_not_hide_the_others(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("tools.checks.TEST_LOG", tmp_path)

    def breaks():
        yield closed("first", 1)
        raise Failure("the reason")

    def works():
        yield closed("second", 2)

    assert run_stages([("one", breaks()), ("two", works())]) == 1
    output = capsys.readouterr().out
    assert "=== one: broken off ===\nthe reason" in output
    assert output.splitlines()[-1] == "3 passed, 1 failed"
