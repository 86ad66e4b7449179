import pytest

from tools import layout


@pytest.fixture(autouse=True)
def no_environment_of_the_user(monkeypatch):
    for name in ("PGHOST", "PGUSER", "PGPORT", "ODOO_HOME", "PORT", "BACKGROUND"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def locks(tmp_path, monkeypatch):
    monkeypatch.setattr("tools.process.LOCKS", tmp_path / "locks")


@pytest.fixture
def root():
    return layout.ROOT
