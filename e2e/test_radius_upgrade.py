"""H3: the tables of the first release become those of this one while subscribers log
in at a FreeRADIUS with the configuration of then."""

import re

import pytest

from harness import Load
from harness.billing import run_cron
from tools import odoo, process
from tools.checks import odoo_log
from tools.layout import TEST_LOG

pytestmark = pytest.mark.usefixtures("nobody_online")

TABLES_OF_THEN = """
    ALTER TABLE isp_radius_user DROP COLUMN replies, DROP COLUMN id,
        DROP CONSTRAINT isp_radius_user_username_key,
        ADD PRIMARY KEY (username), ALTER COLUMN service_id SET NOT NULL;
    ALTER TABLE isp_radius_client DROP COLUMN vendor;
    ALTER TABLE isp_radacct DROP COLUMN sent_name;
    ALTER TABLE isp_radacct_archive DROP COLUMN sent_name"""
STATEMENT_OF_THEN = (
    "PREPARE isp_{0}(text) AS SELECT item.number, u.username, item.value->>0, "
    "item.value->>2, item.value->>1 FROM isp_radius_user u, "
    "jsonb_array_elements(u.{0}_items) WITH ORDINALITY AS item (value, number) "
    "WHERE u.username = $1;"
)
CALL_OF_THEN = "authorize_{0}_query = \"EXECUTE isp_{0}('%{{SQL-User-Name}}')\""


@pytest.fixture
def of_then(radius):
    """FreeRADIUS and its tables as the first release made them; of now afterwards.
    With a router that speaks to it, and (user name, password) of who is let in."""
    nas = radius.nas()
    services = radius.server.client("administrator").find(
        "isp.service", [["access", "in", ["open", "isolated"]]], "username", "password"
    )
    subscribers = [(each["username"], each["password"]) for each in services]
    radius.server.stop()
    radius.stop()
    radius.server.query(TABLES_OF_THEN)
    queries = radius.configuration / "queries.conf"
    text = queries.read_text()
    for kind in ("check", "reply"):
        for pattern, old in (
            (rf"PREPARE isp_{kind}\(.*?;", STATEMENT_OF_THEN),
            (rf"authorize_{kind}_query = \"[^\"]*\"", CALL_OF_THEN),
        ):
            text, count = re.subn(pattern, lambda _, k=kind, o=old: o.format(k), text)
            assert count == 1
    for added in (", sent_name", ", nullif($19, '')"):
        assert added in text
        text = text.replace(added, "")
    queries.write_text(text)
    radius.start()
    yield radius, nas, subscribers
    radius.stop()
    radius.configure(radius.archive, radius.server.database)
    radius.start()


def test_the_upgrade_of_the_tables_refuses_nobody(of_then, wait_until):
    radius, nas, subscribers = of_then
    rows = radius.server.query("SELECT username FROM isp_radius_user ORDER BY 1")
    log = TEST_LOG / "e2e-radius-upgrade.log"
    log.unlink(missing_ok=True)
    command = odoo.command(
        *("-d", radius.server.database, "-u", "isp_network", "--stop-after-init"),
        *("--no-http", "--max-cron-threads=0"),
    )
    with Load(nas, subscribers) as load:
        wait_until(lambda: len(load.answers) > 50, "log-ins go on")
        code = process.run_to_log(command, log, env=odoo.environment())
        done = len(load.answers)
        wait_until(lambda: len(load.answers) > done + 50, "and on")
    assert (code, odoo_log.warnings(log.read_text())) == (0, [])
    assert "FreeRADIUS' tables: ALTER TABLE isp_radius_user" in log.read_text()
    assert set(load.answers) == {"accept"}
    upgraded = "SELECT username FROM isp_radius_user WHERE id > 0 AND replies = '{}'"
    assert radius.server.query(f"{upgraded} ORDER BY 1") == rows

    radius.server.start()
    run_cron(radius.server, "isp_network.isp_radius_check_cron")
    assert not radius.server.query(upgraded)
