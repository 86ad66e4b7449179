import json

from tools import measure


def test_a_measure_is_one_json_object_with_its_ratio(capsys):
    cost = measure.Cost()
    cost.cpu, cost.queries = 0.5, 7
    measure.report("x", 10, "s", 3.0, "y", 2.0, cost)
    measure.report("alone", 10, "s", 3.0)
    lines = capsys.readouterr().out.splitlines()
    first, alone = (json.loads(line.removeprefix("bench ")) for line in lines)
    assert (first["ratio"], first["cpu_seconds"], first["queries"]) == (1.5, 0.5, 7)
    assert alone["ratio"] is None


def test_the_size_is_that_of_the_command_line(monkeypatch):
    monkeypatch.delenv("N", raising=False)
    assert measure.get_size(5) == 5
    monkeypatch.setenv("N", "1e3")
    assert measure.get_size(5) == 1000
