import shlex

import pytest
import yaml

from tools.checks import lint
from tools.console import Failure


def test_pre_commit_has_every_linter_once(root):
    config = yaml.safe_load((root / ".pre-commit-config.yaml").read_text())
    named = []
    for repository in config["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            *command, only = shlex.split(hook["entry"])
            assert command == ["make", "lint"]
            named += only.removeprefix("ONLY=").split()
    assert sorted(named) == sorted([*lint.linters(), *lint.OURS])


def test_only_the_named_linters_run(monkeypatch):
    monkeypatch.setattr(lint, "OURS", {"a": lambda: [], "b": lambda: ["x.py:1: no"]})
    monkeypatch.setattr(lint, "linters", lambda: {"c": ["false"]})
    (report,) = lint.stage(["a", "b"])
    assert (report.passed, report.problems) == (1, ["b:\nx.py:1: no"])


def test_unknown_linter_is_told_with_the_known_ones(monkeypatch):
    monkeypatch.setattr(lint, "linters", lambda: {"ruff": []})
    with pytest.raises(Failure, match="no linter rust; there are: ruff, patterns"):
        list(lint.stage(["rust"]))
