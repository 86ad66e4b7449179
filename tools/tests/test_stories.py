from tools.checks import stories


def test_every_story_is_in_one_stage_and_those_with_freeradius_together(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(stories, "ROOT", tmp_path)
    monkeypatch.setattr(stories, "_stage", lambda *arguments: arguments)
    (tmp_path / "e2e").mkdir()
    for name, text in {
        "test_a": "def test_a(server): pass",
        "test_b": "def test_b(\n    browser,\n    radius,\n): pass",
        "test_c": "def test_c(nobody_online, radius): pass",
    }.items():
        (tmp_path / "e2e" / f"{name}.py").write_text(text)
    assert stories.stages() == [
        ("stories of the office", "stories-office", ["e2e/test_a.py"]),
        (
            "stories of the network",
            "stories-network",
            ["e2e/test_b.py", "e2e/test_c.py"],
        ),
    ]
    assert stories.stages(["e2e/test_b.py"]) == [
        ("stories across addons", "e2e", ["e2e/test_b.py"])
    ]
