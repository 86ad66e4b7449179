"""The addons as wheels: built, installed into a folder; Odoo runs with them alone."""

import re
import subprocess

import pytest

from harness import DemoServer
from tools import addons, odoo
from tools.layout import PYTHON
from tools.setup import odoo_source

TABLE = """SELECT name FROM ir_module_module
    WHERE state = 'installed' AND name = ANY('{{{}}}') ORDER BY name"""


def pip(*arguments):
    command = [PYTHON, "-m", "pip", *arguments]
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder of addons that the wheels were installed into."""
    wheels, site = (tmp_path_factory.mktemp(name) for name in ("wheels", "site"))
    folders = [addon.folder for addon in addons.every()]
    alone = ("--quiet", "--no-deps", "--no-build-isolation")
    pip("wheel", *alone, "--wheel-dir", wheels, *folders)
    names = [f"odoo-addon-{folder.name}" for folder in folders]
    places = ("--no-index", "--find-links", wheels, "--target", site)
    pip("install", "--quiet", "--no-deps", *places, *names)
    return site / "odoo" / "addons"


def test_a_wheel_has_every_file_of_its_addon(installed):
    tracked = subprocess.run(
        ["git", "ls-files", *(addon.name for addon in addons.every())],
        cwd=odoo.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    unpacked = {name for name in tracked if not name.endswith("pyproject.toml")}
    assert len(unpacked) > 1000
    assert [name for name in sorted(unpacked) if not (installed / name).exists()] == []


def test_odoo_runs_with_the_wheels_alone(installed):
    odoo.write_config()
    server = DemoServer("wheels")
    path = [*map(str, odoo_source.addons_paths()), str(installed)]
    server.options = (f"--addons-path={','.join(path)}",)
    try:
        server.create()
        names = sorted(addon.name for addon in addons.every())
        assert server.query(TABLE.format(",".join(names))) == names
        office = server.client("administrator")
        assert office.call("isp.service", "search_count", [])
        assert not server.log_problems()
        found = re.search("addons paths: .*", server.log.read_text())[0]
        assert f"'{installed}'" in found and f"'{odoo.ROOT}'" not in found
    finally:
        server.remove()
